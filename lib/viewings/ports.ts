import type { ViewingPlace, Work } from './viewing-rules.ts';

export interface TitleFact extends Work {
  tmdbId: number;
  /** A film's length, or a series' usual episode length. */
  durationSeconds: number | null;
}

/** One film or episode on one day, as imported. Instants are epoch seconds. */
export interface ImportedSession {
  tmdbId: number;
  /** Null for a film. */
  place: ViewingPlace | null;
  /** The episode's name. */
  name: string | null;
  /** `trakt` or `manual`. */
  source: string;
  /** `YYYY-MM-DD` as stored. */
  day: string | null;
  /** The day's earliest; null if unknown. */
  watchedAt: number | null;
  plays: number;
  /** Ids and instants of the plays; `at` is null if only the day's is known. */
  events: readonly { id: string; at: number | null }[];
  durationSeconds: number | null;
  /** The air date shown instead of the day. */
  shownDay: string | null;
  /** The user trusts the dates: none was marked in bulk. */
  isTrusted: boolean;
  batchId: string | null;
  /** Runs of events that were added to the session later. */
  batchIds?: ReadonlyMap<string, string | null>;
}

/** Stored films and series, and imported sessions. */
export interface TitleFacts {
  titles(user: string): AsyncIterable<TitleFact>;
  sessions(user: string, work?: { kind: Work['kind']; tmdbId: number }): AsyncIterable<ImportedSession>;
}

/** Links a show folder to a series on TMDB. */
export interface FolderLinkFact {
  folderName: string;
  tmdbId: number;
  /** The folder's TVDB id at the time, void if that changes; null if the user set the link. */
  tvdbId: number | null;
  /** The season and offset that the user set for its numbers. */
  byHand: { seasonNumber: number | null; offset: number } | null;
}

export interface FolderFiles extends Pick<FolderLinkFact, 'folderName' | 'byHand'> {
  fileNames: readonly string[];
  /** Names of its series other than the catalog's. */
  seriesNames: readonly string[];
}

/** Reads the episodes that a folder's file names refer to, by file name. */
export type ReadPlaces = (files: FolderFiles) => ReadonlyMap<string, readonly ViewingPlace[]>;

export interface ShowFacts {
  links(user: string): AsyncIterable<FolderLinkFact>;
  /** Undefined if not in the catalog. */
  series(tmdbId: number): Promise<{ tvdbId: number | null; name: string } | undefined>;
  /** Checks against the seasons of the series, if known. */
  places(tmdbId: number | null): Promise<ReadPlaces>;
  /** Loaded when needed: their patterns take longer than all else of a small history. */
  names(): Promise<NameReaders>;
}

export interface NameReaders {
  /** The show that a folder's name refers to. */
  showNamed(this: void, folderName: string): { title: string; year: number | null; tvdbId: number | null };
  /** A film's title by its file name. */
  filmName(this: void, fileName: string): string;
}
