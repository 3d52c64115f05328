import type { EpisodePlace, KnownSeason } from '../shows/known-season-rules.ts';
import type { Rating } from './rating-rules.ts';
import type { WatchSession } from './session-rules.ts';
import type { TitleStatus } from './title-status-rules.ts';

/** A film or a series. */
export type TitleKind = 'movie' | 'tv';

/** A film or series in a person's library. Null is unknown, instants are epoch seconds. `rev` grows by 1 with every write. */
export interface Title {
  type: 'title';
  kind: TitleKind;
  tmdbId: number;
  tvdbId: number | null;
  imdbId: string | null;
  traktId: number | null;
  title: string;
  originalTitle: string | null;
  year: number | null;
  posterPath: string | null;
  backdropPath: string | null;
  /** Of the film, or of an episode of the series as a rule. */
  durationSeconds: number | null;
  status: TitleStatus;
  /** What the person set by hand. */
  ownStatus: { status: TitleStatus; setAt: number } | null;
  rating: Rating | null;
  /** The person rated it here, which wins over Trakt. */
  isOwnRating: boolean;
  traktRating: number | null;
  /** Trakt's ratings of seasons (`1`) and episodes (`1x2`). */
  partRatings: Record<string, number>;
  addedAt: number;
  firstWatchedAt: number | null;
  lastWatchedAt: number | null;
  /** The episode to watch next. */
  next: EpisodePlace | null;
  rev: number;
}

/** The viewings of a film on one local day. */
export interface MovieSession extends WatchSession {
  type: 'movie_session';
  tmdbId: number;
  durationSeconds: number | null;
  rev: number;
}

/** The viewings of an episode on one local day. */
export interface EpisodeWatch extends WatchSession {
  type: 'episode_watch';
  /** The series'. */
  tmdbId: number;
  seasonNumber: number;
  episodeNumber: number;
  /** The episode's own at TVDB. */
  tvdbId: number | null;
  name: string | null;
  airDate: string | null;
  durationSeconds: number | null;
  /** The day that it counts for: that of the viewing, or the air date. */
  shownDay: string | null;
  /** An instant of that day. */
  shownAt: number | null;
  dateSource: 'watched' | 'air';
  rev: number;
}

/** What a library consists of. */
export type LibraryRecord = Title | MovieSession | EpisodeWatch;

/** A film or series as an event names it. Null is unknown. */
export interface TitleReference {
  type: 'movie' | 'tv';
  tmdbId: number;
  tvdbId: number | null;
  imdbId: string | null;
  traktId: number | null;
  title: string | null;
  year: number | null;
}

/** What TMDB says of a title, as far as a library keeps it. */
export interface TitleMetadata {
  title: string;
  originalTitle: string | null;
  year: number | null;
  tvdbId: number | null;
  imdbId: string | null;
  posterPath: string | null;
  backdropPath: string | null;
  durationSeconds: number | null;
  /** Of a series; null for a film. */
  seasons: DescribedSeason[] | null;
}

export type DescribedSeason = Omit<KnownSeason, 'episodes'> & {
  episodes:
    { episodeNumber: number; airDate: string | null; name: string | null; durationSeconds: number | null }[] | null;
};

/** What is there of a title already. */
export interface TitleState {
  title: Title | undefined;
  sessions: readonly MovieSession[];
  watches: readonly EpisodeWatch[];
}

/** A title that is not there yet, as far as the event names it. */
export function draftTitle(reference: TitleReference): Title {
  return {
    type: 'title',
    kind: reference.type,
    tmdbId: reference.tmdbId,
    tvdbId: reference.tvdbId,
    imdbId: reference.imdbId,
    traktId: reference.traktId,
    title: reference.title ?? `TMDB ${reference.type === 'tv' ? 'series' : 'film'} ${reference.tmdbId}`,
    originalTitle: null,
    year: reference.year,
    posterPath: null,
    backdropPath: null,
    durationSeconds: null,
    status: 'planned',
    ownStatus: null,
    rating: null,
    isOwnRating: false,
    traktRating: null,
    partRatings: {},
    addedAt: 0,
    firstWatchedAt: null,
    lastWatchedAt: null,
    next: null,
    rev: 0,
  };
}
