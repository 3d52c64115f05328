import { FALLBACK_EPISODE_SECONDS } from './viewing-rules.ts';
import type { CollectionRecord, WatchRecord } from './record-rules.ts';

/** One watched thing as a line of the history. */
export interface Watched {
  type: WatchRecord['type'];
  /** File name, video id or episode id: what the record is known by within its type. */
  id: string;
  title: string;
  /** The show, channel or podcast; null for a film, or where its name is not known. */
  collection: string | null;
  /** Epoch seconds. */
  watchedAt: number;
  durationSeconds: number;
}

/** Describes a watch together with what it is part of, where that is recorded. */
export function describeWatch(record: WatchRecord, collection: CollectionRecord | undefined): Watched {
  const { type, watchedAt } = record;
  const name = collection ? collectionName(collection) : null;
  switch (record.type) {
    case 'episode': {
      const runtime = collection?.type === 'show' ? collection.averageRuntimeSeconds : null;
      return {
        type,
        id: record.fileName,
        title: record.fileName,
        collection: name ?? record.folderName,
        watchedAt,
        durationSeconds: runtime || FALLBACK_EPISODE_SECONDS,
      };
    }
    case 'movie': {
      const { fileName: id, durationSeconds } = record;
      return { type, id, title: record.name ?? id, collection: null, watchedAt, durationSeconds };
    }
    case 'youtube_video': {
      const { videoId: id, title, durationSeconds } = record;
      return { type, id, title: title || id, collection: name, watchedAt, durationSeconds };
    }
    case 'spotify_episode': {
      const { episodeId: id, title, durationSeconds } = record;
      return { type, id, title: title || id, collection: name, watchedAt, durationSeconds };
    }
  }
}

/** What a show folder, channel or podcast is called: its folder name where nothing else is known, or null. */
export function collectionName(record: CollectionRecord): string | null {
  switch (record.type) {
    case 'show':
      return record.name ?? record.folderName;
    case 'youtube_channel':
      return record.title;
    case 'spotify_show':
      return record.name;
  }
}
