import type { SeriesProvider } from '../core/providers-rules.ts';

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
  /** Its name in other languages, and further names, as far as the search gives them. */
  translations?: string[];
  aliases?: string[];
}

/** One hit of a search for a series. Without a `tvdbId` TVDB is not known to have it: it can be shown but not chosen. */
export interface SeriesSearchResult extends Omit<TvdbSearchResult, 'tvdbId'> {
  tvdbId: number | null;
}

/** Series by their TVDB ids: TVDB itself, or TVmaze, which needs no key. */
export interface SeriesSource {
  /** Undefined when the series does not exist. */
  series(tvdbId: number): Promise<TvdbSeries | undefined>;
  searchSeries(query: string): Promise<SeriesSearchResult[]>;
  idByImdb(imdbId: string, kind: 'series'): Promise<number | undefined>;
}

/** Series from whichever source there is a key for. */
export interface AnySeriesSource extends SeriesSource {
  /** Who is asked now. */
  provider(): Promise<SeriesProvider>;
}

/** Ids of one and the same title at several catalogs. */
export interface TitleIds {
  tvdbId: number | null;
  tmdbId: number | null;
}

/** TheTVDB v4. Each call throws `NotConfiguredError` without a key and `ProviderError` when the vendor fails. */
export interface Tvdb {
  /** Undefined when TVDB has no such series. */
  series(tvdbId: number): Promise<TvdbSeries | undefined>;
  /** Undefined when TVDB has no such film. */
  movie(tvdbId: number): Promise<TvdbMovie | undefined>;
  searchSeries(query: string): Promise<TvdbSearchResult[]>;
  /** The TVDB id of a title that has this id at IMDb; undefined where TVDB knows none. */
  idByImdb(imdbId: string, kind: 'series' | 'movie'): Promise<number | undefined>;
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

/** Hears of a video that is missing from an answer, and why, in one sentence; with `retry` it may be there later. */
export type TellMissing = (videoId: string, reason: string, retry?: boolean) => void;

/** Videos and channels of YouTube. Ids it does not know (or that are private) are simply missing from the answer. */
export interface YouTube {
  /** Not every source knows why a video is missing. */
  videos(videoIds: readonly string[], tellMissing?: TellMissing): Promise<YouTubeVideo[]>;
  channels(channelIds: readonly string[]): Promise<YouTubeChannel[]>;
}

/** Playlists of YouTube: only its API tells of them. */
export interface YouTubePlaylists {
  /** The ids of a playlist's videos, in its order; undefined where there is no such list, or it is private. */
  playlist(playlistId: string): Promise<string[] | undefined>;
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
