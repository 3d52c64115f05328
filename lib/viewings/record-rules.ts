/** One watched episode of a show, from a local file. Instants are epoch seconds. */
export interface Episode {
  type: 'episode';
  folderName: string;
  fileName: string;
  watchedAt: number;
}

/** A show folder and what TVDB says of it; null is unknown. `version` grows by 1 with every write. */
export interface Show {
  type: 'show';
  folderName: string;
  tvdbId: number | null;
  name: string | null;
  image: string | null;
  averageRuntimeSeconds: number | null;
  version: number;
}

/** One watched film, from a local file. */
export interface Movie {
  type: 'movie';
  fileName: string;
  tvdbId: number | null;
  tmdbId: number | null;
  name: string | null;
  image: string | null;
  durationSeconds: number;
  watchedAt: number;
}

/** One watched YouTube video. */
export interface YouTubeVideoWatch {
  type: 'youtube_video';
  videoId: string;
  title: string;
  channelId: string;
  durationSeconds: number;
  watchedAt: number;
}

export interface YouTubeChannelRecord {
  type: 'youtube_channel';
  channelId: string;
  title: string | null;
  artworkUrl: string | null;
}

/** One podcast episode that was listened to. */
export interface SpotifyEpisodeWatch {
  type: 'spotify_episode';
  episodeId: string;
  title: string;
  showId: string;
  durationSeconds: number;
  watchedAt: number;
}

export interface SpotifyShowRecord {
  type: 'spotify_show';
  showId: string;
  name: string | null;
  artworkUrl: string | null;
}

/** Everything that a person's partition holds and progress is computed from. */
export type TrackedRecord =
  Episode | Show | Movie | YouTubeVideoWatch | YouTubeChannelRecord | SpotifyEpisodeWatch | SpotifyShowRecord;

/** The records that say that something was watched; the others describe it. */
export type WatchRecord = Extract<TrackedRecord, { watchedAt: number }>;

/** The records that describe what watches are part of: show folders, channels, podcasts. */
export type CollectionRecord = Exclude<TrackedRecord, WatchRecord>;

/** An episode of a show whose runtime TVDB does not tell. */
export const FALLBACK_EPISODE_SECONDS = 20 * 60;
