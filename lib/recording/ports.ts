import type { SeriesProvider } from '../core/providers-rules.ts';

export interface SeasonSize {
  /** 0 is the specials. */
  seasonNumber: number;
  episodeCount: number;
}

/** Null is unknown. */
export interface TvdbSeries {
  tvdbId: number;
  name: string;
  image: string | null;
  averageRuntimeSeconds: number | null;
}

/** An unknown runtime is 0. */
export interface TvdbMovie {
  tvdbId: number;
  name: string;
  image: string | null;
  runtimeSeconds: number;
}

export interface TvdbSearchResult {
  tvdbId: number;
  name: string;
  /** Null if it is the same or unknown. */
  originalName: string | null;
  year: number | null;
  image: string | null;
  overview: string | null;
  /** Names in other languages, and aliases, if known. */
  translations?: string[];
  aliases?: string[];
}

/** Without a `tvdbId`, the result can't be chosen. */
export interface SeriesSearchResult extends Omit<TvdbSearchResult, 'tvdbId'> {
  tvdbId: number | null;
}

/** TVDB, or TVmaze, which needs no key. */
export interface SeriesSource {
  /** Undefined if it doesn't exist. */
  series(tvdbId: number): Promise<TvdbSeries | undefined>;
  searchSeries(query: string): Promise<SeriesSearchResult[]>;
  /** Empty if unknown. */
  seasons(tvdbId: number): Promise<SeasonSize[]>;
  idByImdb(imdbId: string, kind: 'series'): Promise<number | undefined>;
}

/** Uses whichever source has a key. */
export interface AnySeriesSource extends SeriesSource {
  provider(): Promise<SeriesProvider>;
}

/** Ids of a title in several catalogs. */
export interface TitleIds {
  tvdbId: number | null;
  tmdbId: number | null;
}

/** TheTVDB v4. Calls throw `NotConfiguredError` without a key, `ProviderError` if TVDB fails. */
export interface Tvdb {
  /** Undefined if it doesn't exist. */
  series(tvdbId: number): Promise<TvdbSeries | undefined>;
  /** Undefined if it doesn't exist. */
  movie(tvdbId: number): Promise<TvdbMovie | undefined>;
  searchSeries(query: string): Promise<TvdbSearchResult[]>;
  /** In the order of broadcast; empty if unknown. */
  seasons(tvdbId: number): Promise<SeasonSize[]>;
  /** Undefined if unknown. */
  idByImdb(imdbId: string, kind: 'series' | 'movie'): Promise<number | undefined>;
  searchMovies(query: string): Promise<TvdbSearchResult[]>;
}

/** Live and upcoming videos have 0 seconds. */
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

/** Called for each missing video with a reason; `retry` if it may exist later. */
export type OnMissing = (videoId: string, reason: string, retry?: boolean) => void;

/** Unknown and private ids are omitted from results. */
export interface YouTube {
  /** Not every source knows why a video is missing. */
  videos(videoIds: readonly string[], onMissing?: OnMissing): Promise<YouTubeVideo[]>;
  channels(channelIds: readonly string[]): Promise<YouTubeChannel[]>;
}

/** Only available from YouTube's API. */
export interface YouTubePlaylists {
  /** Video ids in order; undefined if the list doesn't exist or is private. */
  playlist(playlistId: string): Promise<string[] | undefined>;
}

export interface SpotifyShow {
  showId: string;
  name: string;
  artworkUrl: string | null;
}

/** `releaseDate` is `YYYY-MM-DD`, `YYYY-MM` or `YYYY`. */
export interface SpotifyEpisode {
  episodeId: string;
  title: string;
  durationSeconds: number;
  releaseDate: string | null;
  show: SpotifyShow;
}

export interface Spotify {
  /** Undefined if it doesn't exist in the market. */
  episode(episodeId: string): Promise<SpotifyEpisode | undefined>;
  showEpisodes(show: SpotifyShow): AsyncIterable<SpotifyEpisode>;
}

/** Makes the cheapest request that needs a provider's key. Throws `NotConfiguredError` without one. */
export type KeyProbe = () => Promise<unknown>;
