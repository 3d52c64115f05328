import type { KnownSeason } from '../shows/known-season-rules.ts';
import {
  choice,
  count,
  day,
  declare,
  flag,
  numbersBy,
  optional,
  withDefault,
  place,
  providerId,
  seconds,
  text,
  allOrNone,
  type Field,
  type RecordOf,
} from '../core/field-rules.ts';
import { sessionFields } from './session-rules.ts';

export type TitleKind = 'movie' | 'tv';

const TITLE_STATUSES = ['planned', 'in_progress', 'completed', 'abandoned'] as const;

/** Incremented with every write. */
const rev: Field<number> = { ...withDefault(count('rev'), 1), isCounter: true, isInternal: true };

export const titleRecord = declare('title', {
  kind: choice('kind', ['movie', 'tv']),
  tmdbId: providerId('tmdb_id'),
  tvdbId: optional(providerId('tvdb_id')),
  imdbId: optional(text('imdb_id')),
  traktId: optional(providerId('trakt_id')),
  title: text('title'),
  originalTitle: optional(text('original_title')),
  year: optional(count('year', { maximum: 9999 })),
  posterPath: optional(text('poster_path')),
  backdropPath: optional(text('backdrop_path')),
  /** A film's length, or a series' usual episode length. */
  durationSeconds: optional(seconds('duration')),
  status: choice('status', TITLE_STATUSES),
  /** Set by the user. */
  ownStatus: allOrNone({ status: choice('own_status', TITLE_STATUSES), setAt: seconds('own_status_at') }),
  rating: optional(choice('rating', [1, 2, 3, 4, 5])),
  /** Rated here, which overrides Trakt. */
  isOwnRating: flag('own_rating'),
  traktRating: optional(count('trakt_rating', { minimum: 1, maximum: 10 })),
  /** Trakt's ratings of seasons (`1`) and episodes (`1x2`). */
  partRatings: numbersBy('part_ratings', /^\d{1,6}(?:x\d{1,6})?$/, count('', { minimum: 1, maximum: 10 })),
  addedAt: seconds('added_at'),
  firstWatchedAt: optional(seconds('first_watched_at')),
  lastWatchedAt: optional(seconds('last_watched_at')),
  next: allOrNone({ seasonNumber: place('next_season'), episodeNumber: withDefault(place('next_episode'), 1) }),
  rev,
});

/** Null is unknown; instants are epoch seconds. */
export type Title = RecordOf<typeof titleRecord>;

export const movieSessionRecord = declare('movie_session', {
  tmdbId: providerId('tmdb_id'),
  ...sessionFields,
  durationSeconds: optional(seconds('duration')),
  rev,
});

/** A film's viewings on one local day. */
export type MovieSession = RecordOf<typeof movieSessionRecord>;

export const episodeWatchRecord = declare('episode_watch', {
  /** The series' id. */
  tmdbId: providerId('tmdb_id'),
  seasonNumber: place('season_number'),
  episodeNumber: place('episode_number'),
  ...sessionFields,
  /** The episode's id. */
  tvdbId: optional(providerId('episode_tvdb_id')),
  name: optional(text('episode_name')),
  airDate: optional(day('air_date')),
  durationSeconds: optional(seconds('duration')),
  /** The day it counts on: that of the viewing, or the air date. */
  shownDay: optional(day('shown_day')),
  /** An instant on that day. */
  shownAt: optional(seconds('shown_at')),
  dateSource: choice('date_source', ['watched', 'air']),
  rev,
});

/** An episode's viewings on one local day. */
export type EpisodeWatch = RecordOf<typeof episodeWatchRecord>;

export type LibraryRecord = Title | MovieSession | EpisodeWatch;

/** Null is unknown. */
export interface TitleReference {
  type: 'movie' | 'tv';
  tmdbId: number;
  tvdbId: number | null;
  imdbId: string | null;
  traktId: number | null;
  title: string | null;
  year: number | null;
}

/** TMDB's metadata as stored. */
export interface TitleMetadata {
  title: string;
  originalTitle: string | null;
  year: number | null;
  tvdbId: number | null;
  imdbId: string | null;
  posterPath: string | null;
  backdropPath: string | null;
  durationSeconds: number | null;
  /** Null for a film. */
  seasons: DescribedSeason[] | null;
}

export type DescribedSeason = Omit<KnownSeason, 'episodes'> & {
  episodes:
    | { episodeNumber: number; airDate: string | null; name: string | null; durationSeconds: number | null }[]
    | null;
};

export interface TitleState {
  title: Title | undefined;
  sessions: readonly MovieSession[];
  watches: readonly EpisodeWatch[];
}

/** A new title with the data of its reference. */
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
