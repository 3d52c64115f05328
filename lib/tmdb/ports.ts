import type * as z from 'zod';
import type { CamelCased } from '../core/snake-case-rules.ts';
import type { ImageName } from './image-rules.ts';
import type {
  tmdbCollectionSchema,
  tmdbHitSchema,
  tmdbMovieSchema,
  tmdbPageSchema,
  tmdbPersonSchema,
  tmdbSeasonSchema,
  tmdbSeriesSchema,
} from './tmdb-contract.ts';

/** TMDB's data, as the contract has it. Null is unknown; dates are `YYYY-MM-DD`; paths are of images. */
type Known<Schema extends z.ZodType> = CamelCased<Omit<z.output<Schema>, 'stale'>>;
export type MovieDetails = Known<typeof tmdbMovieSchema>;
export type SeriesDetails = Known<typeof tmdbSeriesSchema>;
export type SeasonDetails = Known<typeof tmdbSeasonSchema>;
export type EpisodeSummary = SeasonDetails['episodes'][number];
export type PersonDetails = Known<typeof tmdbPersonSchema>;
export type CollectionDetails = Known<typeof tmdbCollectionSchema>;
export type TmdbHit = Known<typeof tmdbHitSchema>;
export type TmdbPage = Known<typeof tmdbPageSchema>;
export type Credits = Pick<MovieDetails, 'cast' | 'crew'>;
export type Filmography = Pick<PersonDetails, 'cast' | 'crew'>;

export type SearchKind = 'movie' | 'tv' | 'multi';

/** Ids in other catalogs. */
export interface TmdbIds {
  /** Undefined if unknown. */
  tvdbIdOfSeries(tmdbId: number): Promise<number | undefined>;
  byImdb(imdbId: string): Promise<{ movieId?: number | undefined; seriesId?: number | undefined }>;
}

/** `language` as in `ja-JP`; pages count from 1. */
export interface TmdbOptions {
  language?: string | undefined;
  page?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** TMDB v3, one request per call. Undefined if something doesn't exist. */
export interface TmdbSource {
  search(kind: SearchKind, query: string, options?: TmdbOptions): Promise<TmdbPage>;
  /** With cast and crew. */
  movie(tmdbId: number, options?: TmdbOptions): Promise<MovieDetails | undefined>;
  movieCredits(tmdbId: number, options?: TmdbOptions): Promise<Credits | undefined>;
  /** With cast, crew and ids in other catalogs. */
  series(tmdbId: number, options?: TmdbOptions): Promise<SeriesDetails | undefined>;
  seriesCredits(tmdbId: number, options?: TmdbOptions): Promise<Credits | undefined>;
  seriesIdByTvdbId(tvdbId: number, options?: TmdbOptions): Promise<number | undefined>;
  season(season: { seriesId: number; seasonNumber: number }, options?: TmdbOptions): Promise<SeasonDetails | undefined>;
  /** With the filmography. */
  person(personId: number, options?: TmdbOptions): Promise<PersonDetails | undefined>;
  personCredits(personId: number, options?: TmdbOptions): Promise<Filmography | undefined>;
  collection(collectionId: number, options?: TmdbOptions): Promise<CollectionDetails | undefined>;
  /** This week's most watched. */
  trending(type: 'movie' | 'tv', options?: TmdbOptions): Promise<TmdbPage>;
  /** Resolves if TMDB responds and accepts the key. */
  health(options?: Pick<TmdbOptions, 'signal'>): Promise<void>;
}

export interface ImageFile {
  file: string;
  contentType: string;
  bytes: number;
  etag: string;
}

/** Undefined if it doesn't exist. */
export interface TmdbImages {
  get(image: ImageName): Promise<ImageFile | undefined>;
}
