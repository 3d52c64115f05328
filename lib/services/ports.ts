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
