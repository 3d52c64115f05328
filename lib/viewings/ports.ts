import type { ViewingPlace, Work } from './viewing-rules.ts';

/** A film or series as far as viewings need it. */
export interface TitleFact extends Work {
  tmdbId: number;
  /** Of the film, or of an episode of the series as a rule. */
  durationSeconds: number | null;
}

/** What an import knows of one film or episode on one day. Instants are epoch seconds. */
export interface ImportedSession {
  tmdbId: number;
  /** Null for a film. */
  place: ViewingPlace | null;
  /** Of the episode. */
  name: string | null;
  /** `trakt`, or `manual` where nothing but a person said so. */
  source: string;
  /** `YYYY-MM-DD` as it is stored. */
  day: string | null;
  /** The earliest of the day; null where the date is unknown. */
  watchedAt: number | null;
  plays: number;
  /** Names and instants of the plays; an instant is null where only that of the day is known. */
  events: readonly { id: string; at: number | null }[];
  durationSeconds: number | null;
  /** The air date that is shown instead of the day. */
  shownDay: string | null;
  /** The person took the dates as they are: none of them was ticked off. */
  isTrusted: boolean;
  batchId: string | null;
  /** The runs of events that came later than the session. */
  batchIds?: ReadonlyMap<string, string | null>;
}

/** What is stored of films and series, and what imports told of them. */
export interface TitleFacts {
  titles(user: string): AsyncIterable<TitleFact>;
  /** All sessions, or those of one film or series. */
  sessions(user: string, work?: { kind: Work['kind']; tmdbId: number }): AsyncIterable<ImportedSession>;
}

/** Which series at TMDB a person's show folder is. */
export interface FolderLinkFact {
  folderName: string;
  tmdbId: number;
  /** The TVDB id that led there, good only as long as the folder has it; null where the person said so. */
  tvdbId: number | null;
  /** Where the person said that its numbers count. */
  byHand: { seasonNumber: number | null; offset: number } | null;
}

/** The recorded files of a show folder, and what is known besides of where they belong. */
export interface FolderFiles extends Pick<FolderLinkFact, 'folderName' | 'byHand'> {
  fileNames: readonly string[];
  /** Names of its series beside those in the catalog. */
  seriesNames: readonly string[];
}

/** The places that the names of all files of a folder mean, by file name. */
export type ReadPlaces = (files: FolderFiles) => ReadonlyMap<string, readonly ViewingPlace[]>;

/** What is known of shows: which series folders are, and where names of files belong in them. */
export interface ShowFacts {
  links(user: string): AsyncIterable<FolderLinkFact>;
  /** What the catalog says of a series; undefined where it does not know it. */
  series(tmdbId: number): Promise<{ tvdbId: number | null; name: string } | undefined>;
  /** Resolves against the seasons of the series where the catalog knows them. */
  places(tmdbId: number | null): Promise<ReadPlaces>;
  /** What a film is called by the name of its file. */
  filmName(this: void, fileName: string): string;
}
