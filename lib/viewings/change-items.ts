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
  /** What a person would call it. */
  title: string;
}

const UNDO_PREFIX = 'UNDO#';

/** Begins the sort keys of what a run changed. */
export const undoPrefix = (batchId: string): string => `${UNDO_PREFIX}${batchId}#`;

export const undoKey = (user: string, batchId: string, sort: string): Key => ({
  partition: partitionOf(user),
  sort: `${undoPrefix(batchId)}${hash('sha256', sort, 'hex').slice(0, 24)}`,
});

export function toUndoItem(user: string, batchId: string, { sort, before, after }: Change, title: string): Item {
  const key = undoKey(user, batchId, sort);
  return {
    pk: key.partition,
    sk: key.sort,
    user,
    [BATCH_ATTRIBUTE]: batchId,
    changed: sort,
    title,
    ...(before && { before }),
    ...(after === undefined && { removal: true }),
  };
}

export const changeOf = (item: Item): KeptChange => ({
  sort: String(item['changed']),
  before: item['before'] as Item | undefined,
  isRemoval: item['removal'] === true,
  title: String(item['title']),
});
