import { ATTENTIONS, SECONDS_SOURCES } from './viewing-rules.ts';
import {
  choice,
  count,
  declare,
  flag,
  id,
  instant,
  name,
  optional,
  providerId,
  seconds,
  text,
  type Field,
  type RecordOf,
} from '../core/field-rules.ts';

/** Incremented with every write. */
const version: Field<number> = { ...count('version'), absent: { value: 1 }, isCounter: true };

/** A film's attribute, named after TMDB if the film is from there. */
const tvdbOrTmdb = <T>(field: Field<T>): Field<T> => ({
  ...field,
  instead: { attribute: field.attribute.replace('tvdb', 'tmdb'), where: ({ tmdbId }) => tmdbId !== null },
});

/** Attributes that extend the contract and that only some readers use. */
const extras = {
  durationSource: optional(choice('duration_source', SECONDS_SOURCES)),
  language: optional(text('language', 35)),
  audioLanguage: optional(text('audio_language', 35)),
  attention: optional(choice('attention', ATTENTIONS)),
  isDated: flag('dated'),
  isUndated: flag('undated'),
};

export const episodeRecord = declare(
  'episode',
  {
    folderName: name('folder_name'),
    fileName: name('file_name'),
    watchedAt: instant('timestamp'),
  },
  { extras: { durationSeconds: optional(seconds('episode_duration')), ...extras } },
);

/** From a local file. Instants are epoch seconds. */
export type Episode = RecordOf<typeof episodeRecord>;

export const showRecord = declare('show', {
  folderName: name('folder_name'),
  tvdbId: optional(providerId('tvdb_id')),
  name: optional(text('tvdb_name')),
  image: optional(text('tvdb_image')),
  averageRuntimeSeconds: optional(seconds('tvdb_average_runtime')),
  version,
});

/** A show folder with TVDB's metadata; null is unknown. */
export type Show = RecordOf<typeof showRecord>;

export const movieRecord = declare(
  'movie',
  {
    fileName: name('file_name'),
    tvdbId: optional(providerId('tvdb_id')),
    tmdbId: optional(providerId('tmdb_id')),
    name: tvdbOrTmdb(optional(text('tvdb_name'))),
    image: tvdbOrTmdb(optional(text('tvdb_image'))),
    durationSeconds: seconds('movie_duration'),
    watchedAt: instant('timestamp'),
  },
  { exclusive: ['tvdb_id', 'tmdb_id'], extras },
);

/** From a local file. */
export type Movie = RecordOf<typeof movieRecord>;

export const youtubeVideoRecord = declare(
  'youtube_video',
  {
    videoId: id('youtube_video_id'),
    title: text('youtube_video_title'),
    channelId: id('youtube_channel_id'),
    durationSeconds: seconds('youtube_video_duration'),
    watchedAt: instant('timestamp'),
  },
  { extras },
);

export type YouTubeVideoWatch = RecordOf<typeof youtubeVideoRecord>;

export const youtubeChannelRecord = declare('youtube_channel', {
  channelId: id('youtube_channel_id'),
  title: optional(text('youtube_channel_title')),
  artworkUrl: optional(text('youtube_channel_artwork_url')),
});

export type YouTubeChannelRecord = RecordOf<typeof youtubeChannelRecord>;

export const spotifyEpisodeRecord = declare(
  'spotify_episode',
  {
    episodeId: id('spotify_episode_id'),
    title: text('spotify_episode_title'),
    showId: id('spotify_show_id'),
    durationSeconds: seconds('spotify_episode_duration'),
    watchedAt: instant('timestamp'),
  },
  { extras },
);

export type SpotifyEpisodeWatch = RecordOf<typeof spotifyEpisodeRecord>;

export const spotifyShowRecord = declare('spotify_show', {
  showId: id('spotify_show_id'),
  name: optional(text('spotify_show_name')),
  artworkUrl: optional(text('spotify_show_artwork_url')),
});

export type SpotifyShowRecord = RecordOf<typeof spotifyShowRecord>;

export type TrackedRecord =
  | Episode
  | Show
  | Movie
  | YouTubeVideoWatch
  | YouTubeChannelRecord
  | SpotifyEpisodeWatch
  | SpotifyShowRecord;

/** Records of something watched; the others describe them. */
export type WatchRecord = Extract<TrackedRecord, { watchedAt: number }>;

/** Show folders, channels and podcasts. */
export type CollectionRecord = Exclude<TrackedRecord, WatchRecord>;
