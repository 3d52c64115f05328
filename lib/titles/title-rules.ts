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

/** A film or a series. */
export type TitleKind = 'movie' | 'tv';

const TITLE_STATUSES = ['planned', 'in_progress', 'completed', 'abandoned'] as const;

/** Grows by 1 with every write. */
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
  /** Of the film, or of an episode of the series as a rule. */
  durationSeconds: optional(seconds('duration')),
  status: choice('status', TITLE_STATUSES),
  /** What the person set by hand. */
  ownStatus: allOrNone({ status: choice('own_status', TITLE_STATUSES), setAt: seconds('own_status_at') }),
  rating: optional(choice('rating', [1, 2, 3, 4, 5])),
  /** The person rated it here, which wins over Trakt. */
  isOwnRating: flag('own_rating'),
  traktRating: optional(count('trakt_rating', { minimum: 1, maximum: 10 })),
  /** Trakt's ratings of seasons (`1`) and episodes (`1x2`). */
  partRatings: numbersBy('part_ratings', /^\d{1,6}(?:x\d{1,6})?$/, count('', { minimum: 1, maximum: 10 })),
  addedAt: seconds('added_at'),
  firstWatchedAt: optional(seconds('first_watched_at')),
  lastWatchedAt: optional(seconds('last_watched_at')),
  /** The episode to watch next. */
  next: allOrNone({ seasonNumber: place('next_season'), episodeNumber: withDefault(place('next_episode'), 1) }),
  rev,
});

/** A film or series in a person's library. Null is unknown, instants are epoch seconds. */
export type Title = RecordOf<typeof titleRecord>;

export const movieSessionRecord = declare('movie_session', {
  tmdbId: providerId('tmdb_id'),
  ...sessionFields,
  durationSeconds: optional(seconds('duration')),
  rev,
});

/** The viewings of a film on one local day. */
export type MovieSession = RecordOf<typeof movieSessionRecord>;

export const episodeWatchRecord = declare('episode_watch', {
  /** The series'. */
  tmdbId: providerId('tmdb_id'),
  seasonNumber: place('season_number'),
  episodeNumber: place('episode_number'),
  ...sessionFields,
  /** The episode's own at TVDB. */
  tvdbId: optional(providerId('episode_tvdb_id')),
  name: optional(text('episode_name')),
  airDate: optional(day('air_date')),
  durationSeconds: optional(seconds('duration')),
  /** The day that it counts for: that of the viewing, or the air date. */
  shownDay: optional(day('shown_day')),
  /** An instant of that day. */
  shownAt: optional(seconds('shown_at')),
  dateSource: choice('date_source', ['watched', 'air']),
  rev,
});

/** The viewings of an episode on one local day. */
export type EpisodeWatch = RecordOf<typeof episodeWatchRecord>;

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
