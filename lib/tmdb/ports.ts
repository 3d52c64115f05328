import type {
  CollectionDetails,
  Credits,
  Filmography,
  MovieDetails,
  PersonDetails,
  SearchKind,
  SeasonDetails,
  SeriesDetails,
  TmdbPage,
} from './tmdb-rules.ts';
import type { ImageName } from './image-rules.ts';

/** An unknown runtime is 0. */
export interface TmdbMovie {
  tmdbId: number;
  title: string;
  originalTitle: string | null;
  image: string | null;
  runtimeSeconds: number;
}

export interface TmdbMovieSearchResult {
  tmdbId: number;
  title: string;
  originalTitle: string | null;
  year: number | null;
  image: string | null;
  overview: string | null;
}

export interface TmdbMovies {
  movie(tmdbId: number): Promise<TmdbMovie | undefined>;
  searchMovies(query: string): Promise<TmdbMovieSearchResult[]>;
}

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
