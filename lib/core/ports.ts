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
} from '../tmdb/tmdb-rules.ts';
import type { SyncStage } from '../imports/cursor-rules.ts';
import type { ImageName } from '../tmdb/image-rules.ts';
import type { EpisodeWatched, MovieWatched, Planned, Rated, SkippedEntry } from '../imports/event-rules.ts';

/** Seconds and instants come from here, so that rules and tests need no real time. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

/** A series as TVDB knows it. Null is unknown. */
export interface TvdbSeries {
  tvdbId: number;
  name: string;
  image: string | null;
  averageRuntimeSeconds: number | null;
}

/** A film as TVDB knows it. An unknown runtime is 0 seconds. */
export interface TvdbMovie {
  tvdbId: number;
  name: string;
  image: string | null;
  runtimeSeconds: number;
}

/** One hit of a search for a series or a film. */
export interface TvdbSearchResult {
  tvdbId: number;
  name: string;
  /** The name in the original language, where TVDB gives one that differs. */
  originalName: string | null;
  year: number | null;
  image: string | null;
  overview: string | null;
}

/** TheTVDB v4. Each call throws `NotConfiguredError` without a key and `ProviderError` when the vendor fails. */
export interface Tvdb {
  /** Undefined when TVDB has no such series. */
  series(tvdbId: number): Promise<TvdbSeries | undefined>;
  /** Undefined when TVDB has no such film. */
  movie(tvdbId: number): Promise<TvdbMovie | undefined>;
  searchSeries(query: string): Promise<TvdbSearchResult[]>;
  searchMovies(query: string): Promise<TvdbSearchResult[]>;
}

/** A video with what progress needs of it. Live and upcoming ones have 0 seconds. */
export interface YouTubeVideo {
  videoId: string;
  title: string;
  channelId: string;
  durationSeconds: number;
}

export interface YouTubeChannel {
  channelId: string;
  title: string;
  artworkUrl: string | null;
}

/** YouTube Data API v3. Ids it does not know (or that are private) are simply missing from the answer. */
export interface YouTube {
  videos(videoIds: readonly string[]): Promise<YouTubeVideo[]>;
  channels(channelIds: readonly string[]): Promise<YouTubeChannel[]>;
}

export interface SpotifyShow {
  showId: string;
  name: string;
  artworkUrl: string | null;
}

/** A podcast episode. `releaseDate` is `YYYY-MM-DD`, `YYYY-MM` or `YYYY`, as Spotify gives it. */
export interface SpotifyEpisode {
  episodeId: string;
  title: string;
  durationSeconds: number;
  releaseDate: string | null;
  show: SpotifyShow;
}

/** Spotify's Web API with client credentials. */
export interface Spotify {
  /** Undefined when Spotify has no such episode in the market. */
  episode(episodeId: string): Promise<SpotifyEpisode | undefined>;
  /** All episodes of a show, page by page. */
  showEpisodes(show: SpotifyShow): AsyncIterable<SpotifyEpisode>;
}

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

/** A person who may use the API. The password is plain (contract) or a scrypt PHC string. */
export interface SecretUser {
  user: string;
  password: string;
  admin?: boolean | undefined;
}

/** The contract's secret and what we keep beside it. Blank values count as missing. */
export interface Secret {
  users: SecretUser[];
  tvdbApiKey?: string | undefined;
  tvdbPin?: string | undefined;
  youtubeApiKey?: string | undefined;
  spotifyClientId?: string | undefined;
  spotifyClientSecret?: string | undefined;
  tmdbApiKey?: string | undefined;
  traktClientId?: string | undefined;
  traktClientSecret?: string | undefined;
  /** 32 bytes, base64: encrypts Trakt tokens. */
  tokenKey?: string | undefined;
}

/** Where the secret comes from: environment, file or Secrets Manager, cached a few minutes. */
export interface SecretSource {
  read(): Promise<Secret>;
}

/** What a log line may carry. Never bodies, credentials or keys. */
export type LogFields = Record<string, string | number | boolean | null | undefined>;

/** Where the service tells whoever runs it what happens. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  /** `error` is for faults of ours: its stack is logged, and only here. */
  error(message: string, fields?: LogFields, error?: unknown): void;
}

/** Whose fault an error is. */
export type ErrorType = 'client' | 'server' | 'provider';

/** What is known of a request that was answered. */
export interface ObservedRequest {
  /** The pattern of its route, never its path. */
  endpoint: string;
  method: string;
  status: number;
  milliseconds: number;
  /** Undefined for a success. */
  errorType?: ErrorType | undefined;
}

/** Where the service counts its requests. */
export interface RequestMetrics {
  record(request: ObservedRequest): void;
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
  /** List what is trending this week. */
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

/** A pair of tokens as Trakt gives it. */
export interface TraktTokens {
  accessToken: string;
  /** Works once. */
  refreshToken: string;
  expiresInSeconds: number;
  /** Epoch seconds by Trakt's clock. */
  createdAt: number | null;
}

/** A login that the person confirms on another device. */
export interface TraktDevice {
  deviceCode: string;
  userCode: string;
  verificationUrl: string;
  expiresInSeconds: number;
  intervalSeconds: number;
}

/** Trakt's logins. Each call throws `NotConfiguredError` without a client id. */
export interface TraktOauth {
  /** Where the person allows the app in. */
  authorizeUrl(request: { state: string; codeChallenge: string }): Promise<string>;
  exchangeCode(request: { code: string; codeVerifier: string }): Promise<TraktTokens>;
  startDevice(): Promise<TraktDevice>;
  /** Final refusals are errors: `trakt_device_unknown`, `…_used`, `…_expired`, `…_denied`. */
  pollDevice(
    deviceCode: string,
  ): Promise<{ status: 'pending' } | { status: 'slow_down' } | { status: 'connected'; tokens: TraktTokens }>;
  /** Undefined when Trakt does not take the token any more. */
  refresh(refreshToken: string): Promise<TraktTokens | undefined>;
  revoke(accessToken: string, signal?: AbortSignal): Promise<void>;
}

/** Makes a call with a valid access token, and once more with a renewed one where the first was refused. */
export type WithToken = <T>(call: (accessToken: string) => Promise<T>) => Promise<T>;

export interface TraktCall {
  withToken: WithToken;
  signal?: AbortSignal | undefined;
}

/** `from` goes on behind the pages that were read before: the next page, its limit, and how many entries there were. */
export interface TraktPaging extends TraktCall {
  from?: { page: number; limit: number; distinct: number } | undefined;
}

/** One page of a list, without entries that earlier pages had. */
export interface TraktListPage<T> {
  page: number;
  /** How many Trakt gives on a page: less than asked for, where it clamps. */
  limit: number;
  /** Null where Trakt does not say. */
  pageCount: number | null;
  itemCount: number | null;
  /** Different entries so far, this page included. */
  distinct: number;
  events: T[];
  skipped: SkippedEntry[];
  isLast: boolean;
  /** On the last page: why the list must not be taken for whole. */
  incomplete: 'repeated_page' | 'too_many_pages' | 'missing_items' | null;
}

export interface TraktWatchedShow {
  tmdbId: number;
  title: string | null;
  plays: number;
  lastWatchedAt: number | null;
}

/** Trakt's data of one person. Instants are epoch seconds. Errors have the codes `trakt_unauthorized`, `trakt_forbidden`, `trakt_rate_limited`, … */
export interface Trakt {
  /** Newest first. `startAt` and `endAt` concern the date of the viewing. */
  history(
    request: TraktPaging & { type: 'movies' | 'shows'; startAt?: number | undefined; endAt: number },
  ): AsyncIterable<TraktListPage<MovieWatched | EpisodeWatched>>;
  ratings(paging: TraktPaging): AsyncIterable<TraktListPage<Rated>>;
  watchlist(paging: TraktPaging): AsyncIterable<TraktListPage<Planned>>;
  /** One entry per series, to check the history against. */
  watchedShows(paging: TraktPaging): AsyncIterable<TraktListPage<TraktWatchedShow>>;
  /** When each stage of a sync last changed; null where Trakt does not say. */
  lastActivities(call: TraktCall): Promise<Record<SyncStage, number | null>>;
  username(call: TraktCall): Promise<string | null>;
}
