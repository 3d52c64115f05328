import { BATCH_ATTRIBUTE, partitionOf } from '../core/codec.ts';
import { ConflictError } from '../core/errors.ts';
import { absent, equals, type Condition, type Item, type Store, type Write } from '../core/store/store.ts';
import { changeOf, toUndoItem, undoKey, undoPrefix, type Change, type KeptChange } from './change-items.ts';
import { keyOfItem } from './record-items.ts';

/** Changes that undo can revert. */
export interface Changes {
  /** Applies all changes or none, as part of a run. Throws `ConflictError` if another writer was faster. */
  make(request: { user: string; batchId: string; title: string; changes: readonly Change[] }): Promise<void>;
  /** A run's changes that can still be reverted, since nothing has changed them again. */
  of(user: string, batchId: string): Promise<Restored[]>;
  /** Reverts them. Idempotent. */
  revert(user: string, batchId: string): Promise<Restored[]>;
}

/** A viewing or rule restored to its state before a run. */
export interface Restored {
  title: string;
  /** It was removed, not only changed. */
  wasRemoved: boolean;
}

export function createChanges({ store }: { store: Pick<Store, 'get' | 'query' | 'transact'> }): Changes {
  const stored = (user: string, sort: string) =>
    store.get({ partition: partitionOf(user), sort }, { consistent: true });

  /** The reverting write; undefined if the item has changed since. */
  async function reversal(user: string, batchId: string, change: KeptChange): Promise<Write | undefined> {
    const { sort, before, isRemoval } = change;
    const now = await stored(user, sort);
    if (isRemoval ? now !== undefined : now?.[BATCH_ATTRIBUTE] !== batchId) return undefined;
    const condition = isRemoval ? absent : equals(BATCH_ATTRIBUTE, batchId);
    return before ? { put: before, condition } : { delete: { partition: partitionOf(user), sort }, condition };
  }

  async function reversals(user: string, batchId: string) {
    const range = { prefix: undoPrefix(batchId), consistent: true };
    const kept = await Array.fromAsync(store.query(partitionOf(user), range));
    return Promise.all(
      kept.map(async (item) => {
        const change = changeOf(item);
        return { key: keyOfItem(item), change, write: await reversal(user, batchId, change) };
      }),
    );
  }

  return {
    async make({ user, batchId, title, changes }) {
      const writes = await Promise.all(
        changes.map(async (change): Promise<Write[]> => {
          const { sort, before, after } = change;
          const condition = unchanged(before);
          const isKept = (await stored(user, undoKey(user, batchId, sort).sort)) !== undefined;
          return [
            after
              ? { put: { ...after, [BATCH_ATTRIBUTE]: batchId }, condition }
              : { delete: { partition: partitionOf(user), sort }, condition },
            // If a run changes an item several times, undo restores the state before the first change.
            ...(isKept ? [] : [{ put: toUndoItem(user, batchId, change, { sort: changes[0]?.sort ?? '', title }) }]),
          ];
        }),
      );
      if (await store.transact(writes.flat())) return;
      throw new ConflictError('It is being changed by someone else.', {
        code: 'item_changed_meanwhile',
        suggestions: ['Run the same command again.'],
      });
    },

    async of(user, batchId) {
      return restored((await reversals(user, batchId)).flatMap(({ change, write }) => (write ? change : [])));
    },

    async revert(user, batchId) {
      const done: KeptChange[] = [];
      for (const { key, change, write } of await reversals(user, batchId)) {
        const isDone = await store.transact([...(write ? [write] : []), { delete: key }]);
        if (isDone && write) done.push(change);
      }
      return restored(done);
    },
  };
}

function unchanged(before: Item | undefined): Condition | undefined {
  if (!before) return absent;
  const batchId = before[BATCH_ATTRIBUTE];
  return typeof batchId === 'string' ? equals(BATCH_ATTRIBUTE, batchId) : undefined;
}

const restored = (changes: readonly KeptChange[]): Restored[] =>
  [...Map.groupBy(changes, ({ of }) => of.sort).values()]
    .map((same) => ({ title: same[0]?.of.title ?? '', wasRemoved: same.some(({ isRemoval }) => isRemoval) }))
    .sort((a, b) => (a.title < b.title ? -1 : a.title > b.title ? 1 : 0));
