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

/** A film as TMDB knows it. An unknown runtime is 0 seconds. */
export interface TmdbMovie {
  tmdbId: number;
  title: string;
  originalTitle: string | null;
  image: string | null;
  runtimeSeconds: number;
}

/** One hit of a film search at TMDB. */
export interface TmdbMovieSearchResult {
  tmdbId: number;
  title: string;
  originalTitle: string | null;
  year: number | null;
  image: string | null;
  overview: string | null;
}

/** The films of TMDB v3. */
export interface TmdbMovies {
  movie(tmdbId: number): Promise<TmdbMovie | undefined>;
  searchMovies(query: string): Promise<TmdbMovieSearchResult[]>;
}

/** The ids of titles at other catalogs, as TMDB knows them. */
export interface TmdbIds {
  /** The TVDB id of a series; undefined where TMDB has no such series or no TVDB id of it. */
  tvdbIdOfSeries(tmdbId: number): Promise<number | undefined>;
  /** What has this id at IMDb. */
  byImdb(imdbId: string): Promise<{ movieId?: number | undefined; seriesId?: number | undefined }>;
}

/** How a request to TMDB is made: language (`ja-JP`), page from 1, and what calls it off. */
export interface TmdbOptions {
  language?: string | undefined;
  page?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** TMDB v3, one request per call. Undefined when TMDB has no such thing. */
export interface TmdbSource {
  search(kind: SearchKind, query: string, options?: TmdbOptions): Promise<TmdbPage>;
  /** With cast and crew. */
  movie(tmdbId: number, options?: TmdbOptions): Promise<MovieDetails | undefined>;
  movieCredits(tmdbId: number, options?: TmdbOptions): Promise<Credits | undefined>;
  /** With cast, crew and the ids of other catalogues. */
  series(tmdbId: number, options?: TmdbOptions): Promise<SeriesDetails | undefined>;
  seriesCredits(tmdbId: number, options?: TmdbOptions): Promise<Credits | undefined>;
  /** TMDB's id of the series that has this id at TVDB. */
  seriesIdByTvdbId(tvdbId: number, options?: TmdbOptions): Promise<number | undefined>;
  season(season: { seriesId: number; seasonNumber: number }, options?: TmdbOptions): Promise<SeasonDetails | undefined>;
  /** With the filmography. */
  person(personId: number, options?: TmdbOptions): Promise<PersonDetails | undefined>;
  personCredits(personId: number, options?: TmdbOptions): Promise<Filmography | undefined>;
  collection(collectionId: number, options?: TmdbOptions): Promise<CollectionDetails | undefined>;
  /** What is watched most this week. */
  trending(type: 'movie' | 'tv', options?: TmdbOptions): Promise<TmdbPage>;
  /** Resolves when TMDB answers and takes the key. */
  health(options?: Pick<TmdbOptions, 'signal'>): Promise<void>;
}

/** An image on the disk. */
export interface ImageFile {
  file: string;
  contentType: string;
  bytes: number;
  etag: string;
}

/** Images of TMDB. Undefined when TMDB has no such image. */
export interface TmdbImages {
  get(image: ImageName): Promise<ImageFile | undefined>;
}
