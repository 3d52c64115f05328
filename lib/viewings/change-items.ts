import { hash } from 'node:crypto';
import { BATCH_ATTRIBUTE, partitionOf } from '../core/codec.ts';
import type { Item, Key } from '../core/store/store.ts';

/** What a run changed or removed, so that undo can put it back. */
export interface Change {
  /** The sort key of the item. */
  sort: string;
  /** As it was; undefined where it is new. */
  before: Item | undefined;
  /** As it is now; undefined where it was removed. */
  after: Item | undefined;
}

/** A change as it is kept. */
export interface KeptChange extends Omit<Change, 'after'> {
  isRemoval: boolean;
  /** What was changed by this and others of the same: a viewing or a rule, by its key and as a person would call it. */
  of: { sort: string; title: string };
}

export const UNDO_PREFIX = 'UNDO#';

/** Begins the sort keys of what a run changed. */
export const undoPrefix = (batchId: string): string => `${UNDO_PREFIX}${batchId}#`;

export const undoKey = (user: string, batchId: string, sort: string): Key => ({
  partition: partitionOf(user),
  sort: `${undoPrefix(batchId)}${hash('sha256', sort, 'hex').slice(0, 24)}`,
});

export function toUndoItem(user: string, batchId: string, { sort, before, after }: Change, of: KeptChange['of']): Item {
  const key = undoKey(user, batchId, sort);
  return {
    pk: key.partition,
    sk: key.sort,
    user,
    [BATCH_ATTRIBUTE]: batchId,
    changed: sort,
    of,
    ...(before && { before }),
    ...(after === undefined && { removal: true }),
  };
}

export const changeOf = (item: Item): KeptChange => ({
  sort: String(item['changed']),
  before: item['before'] as Item | undefined,
  isRemoval: item['removal'] === true,
  of: item['of'] as KeptChange['of'],
});
