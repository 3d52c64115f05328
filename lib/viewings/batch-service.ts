import { randomUUID } from 'node:crypto';
import pMap from 'p-map';
import { retryConflicts } from '../core/store/repeat.ts';
import { changeOf, undoPrefix } from './change-items.ts';
import type { Changes, Restored } from './changes-service.ts';
import { ENTRY_PREFIX, entryOf } from './entry-items.ts';
import { collectionName } from './history-rules.ts';
import { EDIT_PREFIX, REMOVED_PREFIX, RULE_PREFIX } from './overlay-items.ts';
import type { ImportedItems } from './imported-items.ts';
import type { CollectionRecord, WatchRecord } from './record-rules.ts';
import {
  BATCH_ATTRIBUTE,
  batchIdOf,
  collectionKeyOf,
  keyOfItem,
  partitionOf,
  REMOVAL_ATTRIBUTE,
  SORT_KEY_PREFIXES,
  toRecord,
} from './record-items.ts';
import {
  equals,
  MAXIMUM_TRANSACTION_WRITES,
  type Item,
  type Key,
  type Store,
  type Write,
} from '../core/store/store.ts';
import { mark, unmark } from './record-service.ts';
import type { Runs } from './run-service.ts';

const TRIES_AGAINST_OTHER_WRITERS = 5;
const TRANSACTIONS_AT_ONCE = 4;
const COLLECTION_PREFIXES = {
  show: SORT_KEY_PREFIXES.show,
  channel: SORT_KEY_PREFIXES.youtube_channel,
  podcast: SORT_KEY_PREFIXES.spotify_show,
};
const OWN_PREFIXES = [ENTRY_PREFIX, EDIT_PREFIX, REMOVED_PREFIX, RULE_PREFIX];

/** What removing a batch removes, or would remove. */
export interface BatchRemoval {
  viewings: number;
  /** Edits, removals and rules, and titles restored to their previous state. */
  changes: number;
  /** Shows, channels, podcasts, films and series without other references. */
  collections: { type: CollectionRecord['type'] | 'film' | 'series'; name: string | null }[];
  restored: Restored[];
}

export interface Batches {
  preview(request: { user: string; batchId: string }): Promise<BatchRemoval>;
  /**
   * Removes what a batch recorded, and each show, channel or podcast with its last viewing. From a session with several
   * imports, only this batch's plays are removed. A title it changed is restored, unless changed again since.
   * Idempotent; can be repeated after a failure.
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

/** One scan of a user's partition: what the batch contains, and what else refers to collections. */
interface Survey {
  /** The batch's watches by their collection's sort key; `''` for those without. */
  groups: Map<string, Watch[]>;
  collections: Map<string, StoredCollection>;
  /** Collections and titles that other batches' viewings refer to. */
  referred: Set<string>;
  changes: Change[];
  /** Films and series added by a run or changed by this batch, by sort key. */
  titles: Map<string, Item>;
  /** Sort keys of items that undo restores. */
  restorable: Set<string>;
}

interface Change {
  write: Write;
  viewings: number;
  /** Sort key of the viewing's film or series. */
  title?: string | undefined;
}

interface Removed extends BatchRemoval {
  /** Films and series that lost a viewing. */
  titles: Set<string>;
}

export function createBatches({
  store,
  imported,
  runs,
  changes: kept,
}: {
  store: Store;
  imported: ImportedItems;
  runs: Pick<Runs, 'forget'>;
  changes: Changes;
}): Batches {
  const survey = async (user: string, batchId: string): Promise<Survey> => {
    const found: Survey = {
      groups: new Map(),
      collections: new Map(),
      referred: new Set(),
      changes: [],
      titles: new Map(),
      restorable: new Set(),
    };
    for await (const item of store.query(partitionOf(user), { consistent: true })) {
      const record = toRecord(item);
      if (!record) {
        surveyOther(found, item, batchId);
        continue;
      }
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
    found.changes = found.changes.filter(
      ({ write }) => !('delete' in write && found.restorable.has(write.delete.sort)),
    );
    return found;
  };

  function surveyOther(found: Survey, item: Item, batchId: string): void {
    const { sort } = keyOfItem(item);
    if (sort.startsWith(undoPrefix(batchId))) {
      found.restorable.add(changeOf(item).sort);
      return;
    }
    if (OWN_PREFIXES.some((prefix) => sort.startsWith(prefix))) {
      if (batchIdOf(item) !== batchId) {
        const collection = sort.startsWith(ENTRY_PREFIX) ? entryOf(item).collection : null;
        if (collection) found.referred.add(`${COLLECTION_PREFIXES[collection.kind]}${collection.id}`);
        return;
      }
      const write = { delete: keyOfItem(item), condition: equals(BATCH_ATTRIBUTE, batchId) };
      found.changes.push({ write, viewings: sort.startsWith(ENTRY_PREFIX) ? 1 : 0 });
      return;
    }
    const left = imported.without(item, batchId);
    const title = imported.titleKeyOf(item);
    if (title === undefined) {
      if (left !== undefined || imported.isAdded(item)) found.titles.set(sort, item);
      return;
    }
    if (left !== null) found.referred.add(title);
    if (left === undefined) return;
    const viewings = imported
      .parts(item)
      .reduce((sum, part) => sum + (part.batchId === batchId ? part.viewings : 0), 0);
    found.changes.push({ write: writeOf(item, left), viewings, title });
  }

  /** The titles to delete or restore once their viewings are removed. */
  const titleChanges = ({ titles, referred }: Survey, batchId: string, touched: ReadonlySet<string>) =>
    [...titles].flatMap(([sort, item]) => {
      const left = imported.without(item, batchId);
      const rest = left ?? item;
      const isChanged = left !== undefined || (touched.has(sort) && imported.parts(item).length === 1);
      const isEmpty = left === null || (isChanged && imported.isWatched(rest));
      if (imported.isAdded(item) && isEmpty && !referred.has(sort)) {
        return [{ item, write: writeOf(item, null), isGone: true }];
      }
      return left ? [{ item, write: writeOf(item, left), isGone: false }] : [];
    });

  /** Applies changes in large transactions. Returns those that succeeded. */
  async function apply<One extends { write: Write }>(changes: readonly One[]): Promise<One[]> {
    const parts = Array.from({ length: Math.ceil(changes.length / MAXIMUM_TRANSACTION_WRITES) }, (_, index) =>
      changes.slice(index * MAXIMUM_TRANSACTION_WRITES, (index + 1) * MAXIMUM_TRANSACTION_WRITES),
    );
    const made = await pMap(
      parts,
      async (part) => ((await store.transact(part.map(({ write }) => write))) ? part : []),
      { concurrency: TRANSACTIONS_AT_ONCE },
    );
    return made.flat();
  }

  /** Removes items other than the contract's; false if another writer interfered. */
  async function removeOthers(
    { user, batchId }: { user: string; batchId: string },
    { changes, titles }: Survey,
    removal: Removed,
  ): Promise<boolean> {
    const made = await apply(changes);
    for (const { viewings, title } of made) {
      removal.viewings += viewings;
      if (title === undefined) removal.changes += viewings === 0 ? 1 : 0;
      else removal.titles.add(title);
    }
    if (made.length < changes.length) return false;
    const isConcerned =
      removal.titles.size > 0 || [...titles.values()].some((item) => imported.without(item, batchId) !== undefined);
    if (!isConcerned) return true;
    const wanted = titleChanges(await survey(user, batchId), batchId, removal.titles);
    const done = await apply(wanted);
    for (const { item, isGone } of done) {
      if (isGone) removal.collections.push(imported.describeTitle(item));
      else removal.changes += 1;
    }
    return done.length === wanted.length;
  }

  /**
   * Marks collections that only this batch refers to. Returns the marks by sort key. A scan after this sees every watch
   * added by a writer that missed the mark; one that sees the mark removes it (`recordWatches`).
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

  /** Removes a group in as many transactions as needed, its collection in the last. Returns what was removed. */
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

  /** One attempt at the whole batch, counted in `removal`; false if another writer interfered. */
  const removeOnce = async ({ user, batchId }: { user: string; batchId: string }, removal: Removed) => {
    const before = await survey(user, batchId);
    const marks = await markUnreferred(before);
    const found = marks.size > 0 ? await survey(user, batchId) : before;
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
        removal.viewings += removed.length;
        if (removed.length < group.length) complete = false;
        else if (leaves) removal.collections.push(describe(collection.record));
      },
      { concurrency: TRANSACTIONS_AT_ONCE },
    );
    return (await removeOthers({ user, batchId }, found, removal)) && complete;
  };

  return {
    async preview({ user, batchId }) {
      const found = await survey(user, batchId);
      const touched = new Set(found.changes.flatMap(({ title }) => title ?? []));
      const titles = titleChanges(found, batchId, touched);
      const isOther = ({ viewings, title }: Change) => viewings === 0 && title === undefined;
      return ordered({
        viewings:
          [...found.groups.values()].reduce((sum, { length }) => sum + length, 0) +
          found.changes.reduce((sum, { viewings }) => sum + viewings, 0),
        changes: found.changes.filter(isOther).length + titles.filter(({ isGone }) => !isGone).length,
        collections: [
          ...unreferred(found).map(([, { record }]) => describe(record)),
          ...titles.flatMap(({ item, isGone }) => (isGone ? imported.describeTitle(item) : [])),
        ],
        restored: await kept.of(user, batchId),
      });
    },

    async remove({ user, batchId }) {
      const restored = await kept.revert(user, batchId);
      const removal: Removed = { viewings: 0, changes: 0, collections: [], restored, titles: new Set() };
      await retryConflicts(async () => (await removeOnce({ user, batchId }, removal)) || undefined, {
        what: `The batch ${batchId}`,
        code: 'batch_changed_meanwhile',
        tries: TRIES_AGAINST_OTHER_WRITERS,
      });
      await runs.forget({ user, batchId });
      return ordered(removal);
    },
  };
}

/** Collections without other references. */
const unreferred = ({ groups, collections, referred }: Survey): [string, StoredCollection][] =>
  [...groups.keys()].flatMap((sort): [string, StoredCollection][] => {
    const collection = collections.get(sort);
    return collection && !referred.has(sort) ? [[sort, collection]] : [];
  });

const describe = (record: CollectionRecord) => ({ type: record.type, name: collectionName(record) });

const ordered = ({ viewings, changes, collections, restored }: BatchRemoval): BatchRemoval => ({
  viewings,
  changes,
  restored,
  collections: collections.toSorted((a, b) => compare(a.type, b.type) || compare(a.name ?? '', b.name ?? '')),
});

/** Writes or deletes an item unless another process has written it since. */
function writeOf(item: Item, left: Item | null): Write {
  const { rev } = item;
  const condition = typeof rev === 'number' ? equals('rev', rev) : equals('sk', keyOfItem(item).sort);
  return left ? { put: left, condition } : { delete: keyOfItem(item), condition };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
