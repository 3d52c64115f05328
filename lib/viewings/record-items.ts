import { episodeKey } from './episode-key-rules.ts';
import { BATCH_ATTRIBUTE, partitionOf, recordKind, type RecordKind } from '../core/codec.ts';
import {
  episodeRecord,
  movieRecord,
  showRecord,
  spotifyEpisodeRecord,
  spotifyShowRecord,
  youtubeChannelRecord,
  youtubeVideoRecord,
  type TrackedRecord,
  type WatchRecord,
} from './record-rules.ts';
import type { Item, Key, TableSchema } from '../core/store/store.ts';

export { BATCH_ATTRIBUTE, partitionOf } from '../core/codec.ts';

/** The main table: a partition for each user. */
export const trackerSchema = (table: string): TableSchema => ({ table, partitionKey: 'pk', sortKey: 'sk' });

export interface StoredRecord {
  user: string;
  record: TrackedRecord;
  batchId?: string | undefined;
}

export { episodeKey };

const keyEnd = (folderName: string, fileName: string): string =>
  episodeKey(folderName, fileName).slice('EPISODE#'.length);

/** Prefixes of a show folder's episodes; keys have two forms. */
export const episodePrefixes = (folderName: string): string[] => [
  ...new Set([episodeKey(folderName, ''), `EPISODE##${encodeURIComponent(folderName)}#`]),
];

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const KINDS = {
  show: recordKind(showRecord, { prefix: 'SHOW#', key: ({ folderName }) => folderName }),
  youtube_channel: recordKind(youtubeChannelRecord, { prefix: 'YOUTUBECHANNEL#', key: ({ channelId }) => channelId }),
  spotify_show: recordKind(spotifyShowRecord, { prefix: 'SPOTIFYSHOW#', key: ({ showId }) => showId }),
  episode: recordKind(episodeRecord, {
    prefix: 'EPISODE#',
    key: ({ folderName, fileName }) => keyEnd(folderName, fileName),
    read: (item) => ({
      type: 'episode' as const,
      folderName: text(item['folder_name']),
      fileName: text(item['file_name']),
      watchedAt: typeof item['timestamp'] === 'number' ? item['timestamp'] : 0,
    }),
    isViewing: true,
    partOf: ({ folderName }) => `SHOW#${folderName}`,
  }),
  movie: recordKind(movieRecord, { prefix: 'MOVIE#', key: ({ fileName }) => fileName, isViewing: true }),
  youtube_video: recordKind(youtubeVideoRecord, {
    prefix: 'YOUTUBEVIDEO#',
    key: ({ videoId }) => videoId,
    isViewing: true,
    partOf: ({ channelId }) => `YOUTUBECHANNEL#${channelId}`,
  }),
  spotify_episode: recordKind(spotifyEpisodeRecord, {
    prefix: 'SPOTIFYEPISODE#',
    key: ({ episodeId }) => episodeId,
    isViewing: true,
    partOf: ({ showId }) => `SPOTIFYSHOW#${showId}`,
  }),
};

/** Collections come before the watches that refer to them. */
export const VIEWING_KINDS = Object.values(KINDS);

const kindOf = (type: TrackedRecord['type']): RecordKind<TrackedRecord> => KINDS[type];

export const SORT_KEY_PREFIXES = Object.fromEntries(VIEWING_KINDS.map(({ type, prefix }) => [type, prefix])) as Record<
  TrackedRecord['type'],
  string
>;

const READERS_BY_PREFIX = new Map(VIEWING_KINDS.map(({ prefix, read }) => [prefix, read]));

export const showKey = (user: string, folderName: string): Key => ({
  partition: partitionOf(user),
  sort: `SHOW#${folderName}`,
});

/** Sort key of the show, channel or podcast of a watch. */
export const collectionKeyOf = (record: WatchRecord): string | undefined => kindOf(record.type).partOf?.(record);

/**
 * On a collection: the token of a process about to remove it for lack of references. A writer that adds a reference
 * deletes the token, which cancels the removal.
 */
export const REMOVAL_ATTRIBUTE = 'removal_token';

export const keyOfItem = (item: Item): Key => ({ partition: text(item['pk']), sort: text(item['sk']) });

/** The run of an item; null if it predates runs. */
export const batchIdOf = (item: Item): string | null => {
  const batchId = item[BATCH_ATTRIBUTE];
  return typeof batchId === 'string' ? batchId : null;
};

/** Unknown values are omitted, as in the contract. */
export function toItem({ user, record, batchId }: StoredRecord): Item {
  const item = kindOf(record.type).toItem(user, record);
  if (batchId !== undefined) item[BATCH_ATTRIBUTE] = batchId;
  return item;
}

export const recordOf = (type: TrackedRecord['type'], item: Item): TrackedRecord => kindOf(type).read(item);

/** Undefined for other kinds of items. */
export function toRecord(item: Item): TrackedRecord | undefined {
  const key = String(item['sk']);
  return READERS_BY_PREFIX.get(key.slice(0, key.indexOf('#') + 1))?.(item);
}
