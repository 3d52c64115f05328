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

/** Up to so many items are got one by one, at the same time; more by one read of the range that holds them. */
const MAXIMUM_SINGLE_READS = 10;
const TRIES_AGAINST_REMOVALS = 10;

/** Watches as items, and the shows, channels and podcasts that they are part of. */
interface Recording {
  /** To be inserted where they are missing. */
  collections: readonly Item[];
  /** As they were found stored. */
  existing?: readonly Item[];
  watches: readonly Item[];
}

/**
 * Inserts what is new: never a watch before its collection, wherever a failure cuts this. Answers how many were new.
 *
 * Someone may be removing a collection at the same time because nothing refers to it (see `createBatches`): they mark it,
 * look once more for what refers to it, and delete it only if the mark is still there. So a writer that has added a watch looks
 * at its collection afterwards, takes a mark away, and inserts the collection again where it is gone.
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
  if (added.watches > 0) await keep(store, [...collections, ...existing]);
  return added;
}

async function insertInOrder(store: Store, collections: readonly Item[], watches: readonly Item[]) {
  // What fits into one transaction is stored whole; more may be inserted in any order.
  if (collections.length + watches.length <= MAXIMUM_TRANSACTION_WRITES) {
    return store.insertNew([...collections, ...watches]);
  }
  return [...(await store.insertNew(collections)), ...(await store.insertNew(watches))];
}

async function keep(store: Store, collections: readonly Item[]): Promise<void> {
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

/** Marks a collection as about to be removed; false when it has changed or gone meanwhile. */
export const mark = (store: Store, item: Item, token: string): Promise<boolean> =>
  store.put(
    { ...withNextVersion(item), [REMOVAL_ATTRIBUTE]: token },
    typeof item['version'] === 'number' ? equals('version', item['version']) : equals('sk', keyOfItem(item).sort),
  );

/** Takes the mark of a collection away, unless it is another one by now. */
export const unmark = (store: Store, item: Item): Promise<boolean> => {
  const { [REMOVAL_ATTRIBUTE]: token, ...kept } = withNextVersion(item);
  return store.put(kept, equals(REMOVAL_ATTRIBUTE, String(token)));
};

const withNextVersion = (item: Item): Item =>
  typeof item['version'] === 'number' ? { ...item, version: item['version'] + 1 } : item;

/** Which of these items of one partition exist, by sort key, as they were written last. */
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
  // A range from one kind of item to another would hold all the kinds between them.
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

/** The sort keys of those of a person's records that exist already. */
export async function recordedKeys(store: Store, user: string, sortKeys: readonly string[]): Promise<Set<string>> {
  const partition = partitionOf(user);
  const keys = sortKeys.map((sort) => ({ partition, sort }));
  return new Set((await storedItems(store, keys, ['pk', 'sk'])).keys());
}

/** Throws where a key is longer than DynamoDB takes: names the first, and the places of all of them in the request. */
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
