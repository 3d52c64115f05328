import { ConflictError, InvalidInputError } from '../core/errors.ts';
import { keyOfItem, partitionOf, REMOVAL_ATTRIBUTE } from './record-items.ts';
import {
  equals,
  MAXIMUM_SORT_KEY_BYTES,
  MAXIMUM_TRANSACTION_WRITES,
  type Item,
  type Key,
  type Store,
} from '../core/store/store.ts';

/** Up to this many items are read individually and concurrently; more with one range query. */
const MAXIMUM_SINGLE_READS = 10;
const TRIES_AGAINST_REMOVALS = 10;

interface Recording {
  /** Inserted if missing. */
  collections: readonly Item[];
  /** As read from the store. */
  existing?: readonly Item[];
  watches: readonly Item[];
}

/**
 * Inserts new items, never a watch before its collection, even if it fails midway. Returns how many were new.
 * A concurrent removal marks a collection without references, scans for references again, and deletes it only if the
 * mark is still there (see `createBatches`). So after adding a watch, this checks its collection, deletes the mark, and
 * inserts the collection again if it was deleted.
 */
export async function recordWatches(
  store: Store,
  { collections, existing = [], watches }: Recording,
): Promise<{ collections: number; watches: number }> {
  const isNew = await insertInOrder(store, collections, watches);
  const added = {
    collections: isNew.slice(0, collections.length).filter(Boolean).length,
    watches: isNew.slice(collections.length).filter(Boolean).length,
  };
  if (added.watches > 0) await restoreCollections(store, [...collections, ...existing]);
  return added;
}

async function insertInOrder(store: Store, collections: readonly Item[], watches: readonly Item[]) {
  // One transaction stores all or nothing; larger sets are inserted in order.
  if (collections.length + watches.length <= MAXIMUM_TRANSACTION_WRITES) {
    return store.insertNew([...collections, ...watches]);
  }
  return [...(await store.insertNew(collections)), ...(await store.insertNew(watches))];
}

async function restoreCollections(store: Store, collections: readonly Item[]): Promise<void> {
  for (let tries = 0; tries < TRIES_AGAINST_REMOVALS; tries++) {
    const stored = await storedItems(store, collections.map(keyOfItem));
    const missing = collections.filter((item) => !stored.has(keyOfItem(item).sort));
    const marked = [...stored.values()].filter((item) => REMOVAL_ATTRIBUTE in item);
    if (missing.length === 0 && marked.length === 0) return;
    if (missing.length > 0) await store.insertNew(missing);
    await Promise.all(marked.map((item) => unmark(store, item)));
  }
  throw new ConflictError('These records are being removed by someone else right now.', {
    code: 'removed_meanwhile',
    suggestions: ['Run the same command again.'],
  });
}

/** Marks a collection for removal; false if it has changed or been deleted. */
export const mark = (store: Store, item: Item, token: string): Promise<boolean> =>
  store.put(
    { ...withNextVersion(item), [REMOVAL_ATTRIBUTE]: token },
    typeof item['version'] === 'number' ? equals('version', item['version']) : equals('sk', keyOfItem(item).sort),
  );

/** Deletes a collection's mark, unless it has been replaced. */
export const unmark = (store: Store, item: Item): Promise<boolean> => {
  const { [REMOVAL_ATTRIBUTE]: token, ...kept } = withNextVersion(item);
  return store.put(kept, equals(REMOVAL_ATTRIBUTE, String(token)));
};

const withNextVersion = (item: Item): Item =>
  typeof item['version'] === 'number' ? { ...item, version: item['version'] + 1 } : item;

/** Those of one partition's items that exist, by sort key, by consistent reads. */
export async function storedItems(
  store: Store,
  keys: readonly Key[],
  projection?: readonly string[],
): Promise<Map<string, Item>> {
  const wanted = new Map(keys.map((key) => [key.sort, key]));
  const found = new Map<string, Item>();
  if (wanted.size <= MAXIMUM_SINGLE_READS) {
    const items = await Promise.all(
      [...wanted.values()].map((key) => store.get(key, { consistent: true, unreadable: 'keys' })),
    );
    for (const item of items) if (item) found.set(keyOfItem(item).sort, item);
    return found;
  }
  // A single range would include all kinds in between.
  const kinds = Map.groupBy(wanted.values(), ({ sort }) => sort.slice(0, sort.indexOf('#')));
  await Promise.all(
    [...kinds.values()].map(async (members) => {
      const sorts = members.map(({ sort }) => Buffer.from(sort)).sort((a, b) => a.compare(b));
      const range = { from: String(sorts[0]), to: String(sorts.at(-1)), consistent: true, unreadable: 'keys' as const };
      const partition = members[0]?.partition ?? '';
      for await (const item of store.query(partition, { ...range, ...(projection && { projection }) })) {
        const { sort } = keyOfItem(item);
        if (wanted.has(sort)) found.set(sort, item);
      }
    }),
  );
  return found;
}

export async function recordedKeys(store: Store, user: string, sortKeys: readonly string[]): Promise<Set<string>> {
  const partition = partitionOf(user);
  const keys = sortKeys.map((sort) => ({ partition, sort }));
  return new Set((await storedItems(store, keys, ['pk', 'sk'])).keys());
}

/** Throws if a key exceeds DynamoDB's limit, with the paths of all such keys. */
export function checkKeyLengths(entries: readonly { path: string; sortKey: string; what: string }[]): void {
  const tooLong = entries
    .map((entry) => ({ ...entry, bytes: Buffer.byteLength(entry.sortKey) }))
    .filter(({ bytes }) => bytes > MAXIMUM_SORT_KEY_BYTES);
  const [first] = tooLong;
  if (!first) return;
  throw new InvalidInputError(`${first.what} too long to store (at most ${MAXIMUM_SORT_KEY_BYTES} bytes).`, {
    code: 'key_too_long',
    details: tooLong.map(({ path, bytes }) => ({ path, message: `the names make a key of ${bytes} bytes` })),
    suggestions: ['Give the file or its folder a shorter name.'],
  });
}
