import { hash } from 'node:crypto';
import { partitionOf } from './record-items.ts';
import type {
  Activity,
  Attention,
  Medium,
  SecondsSource,
  ViewingCollection,
  ViewingPlace,
  ViewingReference,
} from './viewing-rules.ts';
import type { Item, Key } from '../core/store/store.ts';

/**
 * A viewing that has no item of the contract: what a person typed, or a player told. Null is unknown; instants are epoch
 * seconds. One that names the show and place of what was seen before is a rewatch.
 */
export interface Entry extends ViewingReference {
  title: string;
  medium: Medium;
  at: number | null;
  seconds: number;
  secondsSource: SecondsSource;
  activity: Activity;
  attention: Attention;
  language: string | null;
  /** A show by its folder name or as `tmdb:<id>`. */
  collection: Pick<ViewingCollection, 'kind' | 'id' | 'name'> | null;
  places: readonly ViewingPlace[];
  /** Of a film. */
  tmdbId: number | null;
  batchId: string | null;
}

export const ENTRY_PREFIX = 'ENTRY#';

/** What a person types to name a viewing: always the same for one reference, and short. */
export const viewingId = ({ source, ref }: ViewingReference): string =>
  hash('sha256', `${source} ${ref}`, 'hex').slice(0, 12);

export const entryKey = (user: string, reference: ViewingReference): Key => ({
  partition: partitionOf(user),
  sort: `${ENTRY_PREFIX}${viewingId(reference)}`,
});

export function toEntryItem(user: string, entry: Entry): Item {
  const { partition, sort } = entryKey(user, entry);
  return {
    pk: partition,
    sk: sort,
    user,
    source: entry.source,
    ref: entry.ref,
    title: entry.title,
    medium: entry.medium,
    timestamp: entry.at,
    duration: entry.seconds,
    duration_source: entry.secondsSource,
    activity: entry.activity,
    attention: entry.attention,
    language: entry.language,
    collection: entry.collection,
    places: entry.places.map(({ seasonNumber, episodeNumber }) => ({ season: seasonNumber, episode: episodeNumber })),
    tmdb_id: entry.tmdbId,
    batch_id: entry.batchId,
  };
}

export const entryOf = (item: Item): Entry => ({
  source: String(item['source']),
  ref: String(item['ref']),
  title: String(item['title']),
  medium: item['medium'] as Medium,
  at: (item['timestamp'] as number | null | undefined) ?? null,
  seconds: Number(item['duration']),
  secondsSource: item['duration_source'] as SecondsSource,
  activity: item['activity'] as Activity,
  attention: item['attention'] as Attention,
  language: (item['language'] as string | null | undefined) ?? null,
  collection: (item['collection'] as Entry['collection'] | undefined) ?? null,
  places: ((item['places'] ?? []) as { season: number; episode: number }[]).map(({ season, episode }) => ({
    seasonNumber: season,
    episodeNumber: episode,
  })),
  tmdbId: (item['tmdb_id'] as number | null | undefined) ?? null,
  batchId: (item['batch_id'] as string | null | undefined) ?? null,
});
