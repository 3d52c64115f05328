import type { CollectionRecord } from './record-rules.ts';
import { MEDIUM, type Medium, type Viewing } from './viewing-rules.ts';

/** A viewing in the format of `/history`. */
export interface Watched {
  type: (typeof MEDIUM)[Medium]['historyType'];
  /** File name, video id or episode id. */
  id: string;
  title: string;
  /** The show, channel or podcast; null for films, or if unknown. */
  collection: string | null;
  /** Epoch seconds. */
  watchedAt: number | null;
  durationSeconds: number;
}

export function describeViewing(viewing: Viewing): Watched {
  const { medium, title, at, seconds, references } = viewing;
  const [{ source, ref }] = references;
  const id = source === 'file' ? ref.slice(ref.lastIndexOf('/') + 1) : ref;
  const collection = nameOfCollection(viewing);
  const type = MEDIUM[medium].historyType;
  return { type, id, title: title || id, collection, watchedAt: at, durationSeconds: seconds };
}

/** The name of the show, channel or podcast; a folder's own name as the fallback. */
export const nameOfCollection = ({ collection }: Viewing): string | null =>
  collection && (collection.name ?? (collection.kind === 'show' ? collection.id : null));

/** A folder's own name is the fallback. */
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
