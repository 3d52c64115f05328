import { randomUUID } from 'node:crypto';
import pMap from 'p-map';
import { ConflictError } from '../core/errors.ts';
import { collectionName, describeWatch } from './history-rules.ts';
import type { CollectionRecord, WatchRecord } from './record-rules.ts';
import {
  BATCH_ATTRIBUTE,
  batchIdOf,
  collectionKeyOf,
  keyOfItem,
  partitionOf,
  REMOVAL_ATTRIBUTE,
  toRecord,
} from './record-items.ts';
import { equals, MAXIMUM_TRANSACTION_WRITES, type Item, type Key, type Store } from '../core/store/store.ts';
import type { HistoryEntry } from './history-service.ts';
import { mark, unmark } from './record-service.ts';

const TRIES_AGAINST_OTHER_WRITERS = 5;
const TRANSACTIONS_AT_ONCE = 4;

/** What goes, or would go, with a batch. */
export interface BatchRemoval {
  /** Its watches, the latest first. */
  watches: HistoryEntry[];
  /** The shows, channels and podcasts that nothing else refers to. */
  collections: { type: CollectionRecord['type']; name: string | null }[];
}

export interface Batches {
  /** What `remove` would take, without taking it. */
  preview(request: { user: string; batchId: string }): Promise<BatchRemoval>;
  /**
   * Removes exactly the watches that a batch recorded, and with the last watch of a show, channel or podcast that too.
   * Cut short it can be repeated; repeated when it is done, it removes nothing.
   */
  remove(request: { user: string; batchId: string }): Promise<BatchRemoval>;
}

interface Watch {
  key: Key;
  record: WatchRecord;
}

interface StoredCollection {
  item: Item;
  record: CollectionRecord;
}

/** One look at a person's partition: what the batch holds, and what else refers to a collection. */
interface Survey {
  /** The batch's watches by the sort key of their collection; `''` for those without. */
  groups: Map<string, Watch[]>;
  collections: Map<string, StoredCollection>;
  /** Collections that watches of other batches refer to. */
  referred: Set<string>;
}

/** What went so far; `gone` are the sort keys of collections. */
interface Removed {
  watches: Watch[];
  gone: string[];
  known: Survey['collections'];
}

export function createBatches({ store }: { store: Store }): Batches {
  const survey = async (user: string, batchId: string): Promise<Survey> => {
    const found: Survey = { groups: new Map(), collections: new Map(), referred: new Set() };
    for await (const item of store.query(partitionOf(user), { consistent: true })) {
      const record = toRecord(item);
      if (!record) continue;
      const key = keyOfItem(item);
      if (!('watchedAt' in record)) {
        found.collections.set(key.sort, { item, record });
        continue;
      }
      const collection = collectionKeyOf(record) ?? '';
      if (batchIdOf(item) !== batchId) {
        found.referred.add(collection);
        continue;
      }
      const group = found.groups.get(collection) ?? [];
      group.push({ key, record });
      found.groups.set(collection, group);
    }
    return found;
  };

  /**
   * Marks what only this batch refers to, and answers the marks by sort key. A look after this sees every watch that was
   * added by someone who did not see the mark; who sees it takes it away (`recordWatches`).
   */
  const markUnreferred = async (found: Survey): Promise<Map<string, string>> => {
    const marks = new Map<string, string>();
    await pMap(
      unreferred(found),
      async ([sort, { item }]) => {
        const token = randomUUID();
        if (await mark(store, item, token)) marks.set(sort, token);
      },
      { concurrency: TRANSACTIONS_AT_ONCE },
    );
    return marks;
  };

  /** Removes a group in as many transactions as it needs; its collection goes in the last one. Answers what went. */
  const removeGroup = async (
    watches: Watch[],
    batchId: string,
    collection: { key: Key; token: string } | undefined,
  ) => {
    const removed: Watch[] = [];
    const size = MAXIMUM_TRANSACTION_WRITES - 1;
    while (removed.length < watches.length) {
      const part = watches.slice(removed.length, removed.length + size);
      const isLast = removed.length + part.length === watches.length;
      const done = await store.transact([
        ...part.map(({ key }) => ({ delete: key, condition: equals(BATCH_ATTRIBUTE, batchId) })),
        ...(isLast && collection
          ? [{ delete: collection.key, condition: equals(REMOVAL_ATTRIBUTE, collection.token) }]
          : []),
      ]);
      if (!done) break;
      removed.push(...part);
    }
    return removed;
  };

  /** One go at the whole batch, noted in `removal`; false when another writer was in the way somewhere. */
  const removeOnce = async ({ user, batchId }: { user: string; batchId: string }, removal: Removed) => {
    const before = await survey(user, batchId);
    const marks = await markUnreferred(before);
    const found = marks.size > 0 ? await survey(user, batchId) : before;
    for (const [sort, collection] of found.collections) removal.known.set(sort, collection);
    let complete = true;
    await pMap(
      found.groups,
      async ([sort, group]) => {
        const collection = found.collections.get(sort);
        const token = marks.get(sort);
        if (collection && found.referred.has(sort) && token !== undefined) await unmark(store, collection.item);
        const leaves = collection !== undefined && !found.referred.has(sort);
        const removed =
          leaves && token === undefined
            ? []
            : await removeGroup(
                group,
                batchId,
                leaves && token ? { key: keyOfItem(collection.item), token } : undefined,
              );
        removal.watches.push(...removed);
        if (removed.length < group.length) complete = false;
        else if (leaves) removal.gone.push(sort);
      },
      { concurrency: TRANSACTIONS_AT_ONCE },
    );
    return complete;
  };

  return {
    async preview({ user, batchId }) {
      const found = await survey(user, batchId);
      return describeRemoval(batchId, {
        watches: [...found.groups.values()].flat(),
        known: found.collections,
        gone: unreferred(found).map(([sort]) => sort),
      });
    },

    async remove({ user, batchId }) {
      const removal: Removed = { watches: [], gone: [], known: new Map() };
      for (let tries = 0; tries < TRIES_AGAINST_OTHER_WRITERS; tries++) {
        if (await removeOnce({ user, batchId }, removal)) return describeRemoval(batchId, removal);
      }
      throw new ConflictError(`The batch ${batchId} is being changed by someone else.`, {
        code: 'batch_changed_meanwhile',
        suggestions: ['Run the same command again.'],
      });
    },
  };
}

/** The collections that the batch refers to and nothing else does. */
const unreferred = ({ groups, collections, referred }: Survey): [string, StoredCollection][] =>
  [...groups.keys()].flatMap((sort): [string, StoredCollection][] => {
    const collection = collections.get(sort);
    return collection && !referred.has(sort) ? [[sort, collection]] : [];
  });

function describeRemoval(batchId: string, { watches, known, gone }: Removed): BatchRemoval {
  return {
    watches: watches
      .toSorted((a, b) => b.record.watchedAt - a.record.watchedAt || compare(a.key.sort, b.key.sort))
      .map(({ record }) =>
        Object.assign(describeWatch(record, known.get(collectionKeyOf(record) ?? '')?.record), { batchId }),
      ),
    collections: gone.toSorted(compare).flatMap((sort) => {
      const record = known.get(sort)?.record;
      return record ? [{ type: record.type, name: collectionName(record) }] : [];
    }),
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
