import { episodeKey } from './episode-key-rules.ts';
import type { TrackedRecord, WatchRecord } from './record-rules.ts';
import type { Item, Key, TableSchema } from '../core/store/store.ts';

/** The contract's table: everything that a person watched, in the person's partition. */
export const trackerSchema = (table: string): TableSchema => ({ table, partitionKey: 'pk', sortKey: 'sk' });

/** A record as it is stored: whose it is, and the run it came with. */
export interface StoredRecord {
  user: string;
  record: TrackedRecord;
  batchId?: string | undefined;
}

export const partitionOf = (user: string): string => `USER#${user}`;

export { episodeKey };

/** Begins the sort keys of all watched episodes of a show folder; they may have either form. */
export const episodePrefixes = (folderName: string): string[] => [
  ...new Set([episodeKey(folderName, ''), `EPISODE##${encodeURIComponent(folderName)}#`]),
];

/** The sort key of a record. */
export function sortKeyOf(record: TrackedRecord): string {
  switch (record.type) {
    case 'episode':
      return episodeKey(record.folderName, record.fileName);
    case 'show':
      return `SHOW#${record.folderName}`;
    case 'movie':
      return `MOVIE#${record.fileName}`;
    case 'youtube_video':
      return `YOUTUBEVIDEO#${record.videoId}`;
    case 'youtube_channel':
      return `YOUTUBECHANNEL#${record.channelId}`;
    case 'spotify_episode':
      return `SPOTIFYEPISODE#${record.episodeId}`;
    case 'spotify_show':
      return `SPOTIFYSHOW#${record.showId}`;
  }
}

export const keyOfRecord = (user: string, record: TrackedRecord): Key => ({
  partition: partitionOf(user),
  sort: sortKeyOf(record),
});

export const showKey = (user: string, folderName: string): Key => ({
  partition: partitionOf(user),
  sort: `SHOW#${folderName}`,
});

/** The sort key of the show, channel or podcast that a watched thing is part of; undefined for what is part of nothing. */
export function collectionKeyOf(record: WatchRecord): string | undefined {
  switch (record.type) {
    case 'episode':
      return `SHOW#${record.folderName}`;
    case 'youtube_video':
      return `YOUTUBECHANNEL#${record.channelId}`;
    case 'spotify_episode':
      return `SPOTIFYSHOW#${record.showId}`;
    case 'movie':
      return undefined;
  }
}

/** The prefix of the sort keys of each kind of record. Collections stand before the watches that refer to them. */
export const SORT_KEY_PREFIXES = {
  show: 'SHOW#',
  youtube_channel: 'YOUTUBECHANNEL#',
  spotify_show: 'SPOTIFYSHOW#',
  episode: 'EPISODE#',
  movie: 'MOVIE#',
  youtube_video: 'YOUTUBEVIDEO#',
  spotify_episode: 'SPOTIFYEPISODE#',
} as const satisfies Record<TrackedRecord['type'], string>;

const TYPES_BY_PREFIX = new Map<string, TrackedRecord['type']>(
  (Object.keys(SORT_KEY_PREFIXES) as TrackedRecord['type'][]).map((type) => [SORT_KEY_PREFIXES[type], type]),
);

/** The run that an item came with. */
export const BATCH_ATTRIBUTE = 'batch_id';

/**
 * On a collection: the token of someone who is about to remove it because nothing refers to it any more.
 * Whoever adds something to the collection takes the token away, and the removal with it.
 */
export const REMOVAL_ATTRIBUTE = 'removal_token';

/** The key of an item of the tracker's table. */
export const keyOfItem = (item: Item): Key => ({ partition: text(item['pk']), sort: text(item['sk']) });

/** The run of an item, or null for those of before there were any. */
export const batchIdOf = (item: Item): string | null => textOrNull(item[BATCH_ATTRIBUTE]);

/** A record as the contract's item. Unknown values are left out, as the contract's optional attributes are. */
export function toItem({ user, record, batchId }: StoredRecord): Item {
  const item: Item = { pk: partitionOf(user), sk: sortKeyOf(record), user, ...attributesOf(record) };
  if (batchId !== undefined) item[BATCH_ATTRIBUTE] = batchId;
  return item;
}

/** The contract's attributes of a record, without keys and user. */
export function attributesOf(record: TrackedRecord): Item {
  switch (record.type) {
    case 'episode':
      return { folder_name: record.folderName, file_name: record.fileName, timestamp: record.watchedAt };
    case 'show':
      return known({
        folder_name: record.folderName,
        tvdb_id: record.tvdbId,
        tvdb_name: record.name,
        tvdb_image: record.image,
        tvdb_average_runtime: record.averageRuntimeSeconds,
        version: record.version,
      });
    case 'movie':
      return known({
        file_name: record.fileName,
        ...(record.tmdbId === null
          ? { tvdb_id: record.tvdbId, tvdb_name: record.name, tvdb_image: record.image }
          : { tmdb_id: record.tmdbId, tmdb_name: record.name, tmdb_image: record.image }),
        movie_duration: record.durationSeconds,
        timestamp: record.watchedAt,
      });
    case 'youtube_video':
      return {
        youtube_video_id: record.videoId,
        youtube_video_title: record.title,
        youtube_channel_id: record.channelId,
        youtube_video_duration: record.durationSeconds,
        timestamp: record.watchedAt,
      };
    case 'youtube_channel':
      return known({
        youtube_channel_id: record.channelId,
        youtube_channel_title: record.title,
        youtube_channel_artwork_url: record.artworkUrl,
      });
    case 'spotify_episode':
      return {
        spotify_episode_id: record.episodeId,
        spotify_episode_title: record.title,
        spotify_show_id: record.showId,
        spotify_episode_duration: record.durationSeconds,
        timestamp: record.watchedAt,
      };
    case 'spotify_show':
      return known({
        spotify_show_id: record.showId,
        spotify_show_name: record.name,
        spotify_show_artwork_url: record.artworkUrl,
      });
  }
}

/** The record of an item, or undefined for items of other kinds. */
export function toRecord(item: Item): TrackedRecord | undefined {
  const key = String(item['sk']);
  const type = TYPES_BY_PREFIX.get(key.slice(0, key.indexOf('#') + 1));
  return type && recordOf(type, item);
}

/** The record of a type from its contract's attributes. Those that are missing read as unknown. */
export function recordOf(type: TrackedRecord['type'], item: Item): TrackedRecord {
  switch (type) {
    case 'episode':
      return {
        type: 'episode',
        folderName: text(item['folder_name']),
        fileName: text(item['file_name']),
        watchedAt: number(item['timestamp']),
      };
    case 'show':
      return {
        type: 'show',
        folderName: text(item['folder_name']),
        tvdbId: numberOrNull(item['tvdb_id']),
        name: textOrNull(item['tvdb_name']),
        image: textOrNull(item['tvdb_image']),
        averageRuntimeSeconds: numberOrNull(item['tvdb_average_runtime']),
        version: number(item['version']),
      };
    case 'movie':
      return {
        type: 'movie',
        fileName: text(item['file_name']),
        tvdbId: numberOrNull(item['tvdb_id']),
        tmdbId: numberOrNull(item['tmdb_id']),
        name: textOrNull(item['tvdb_name'] ?? item['tmdb_name']),
        image: textOrNull(item['tvdb_image'] ?? item['tmdb_image']),
        durationSeconds: number(item['movie_duration']),
        watchedAt: number(item['timestamp']),
      };
    case 'youtube_video':
      return {
        type: 'youtube_video',
        videoId: text(item['youtube_video_id']),
        title: text(item['youtube_video_title']),
        channelId: text(item['youtube_channel_id']),
        durationSeconds: number(item['youtube_video_duration']),
        watchedAt: number(item['timestamp']),
      };
    case 'youtube_channel':
      return {
        type: 'youtube_channel',
        channelId: text(item['youtube_channel_id']),
        title: textOrNull(item['youtube_channel_title']),
        artworkUrl: textOrNull(item['youtube_channel_artwork_url']),
      };
    case 'spotify_episode':
      return {
        type: 'spotify_episode',
        episodeId: text(item['spotify_episode_id']),
        title: text(item['spotify_episode_title']),
        showId: text(item['spotify_show_id']),
        durationSeconds: number(item['spotify_episode_duration']),
        watchedAt: number(item['timestamp']),
      };
    case 'spotify_show':
      return {
        type: 'spotify_show',
        showId: text(item['spotify_show_id']),
        name: textOrNull(item['spotify_show_name']),
        artworkUrl: textOrNull(item['spotify_show_artwork_url']),
      };
  }
}

const known = (attributes: Item): Item => {
  for (const name of Object.keys(attributes)) if (attributes[name] === null) delete attributes[name];
  return attributes;
};
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null);
