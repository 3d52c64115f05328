import { hash } from 'node:crypto';
import { BATCH_ATTRIBUTE, partitionOf } from '../core/codec.ts';
import type { Item, Key } from '../core/store/store.ts';

/** What a run changed or removed, for undo. */
export interface Change {
  sort: string;
  /** Undefined if new. */
  before: Item | undefined;
  /** Undefined if removed. */
  after: Item | undefined;
}

export interface KeptChange extends Omit<Change, 'after'> {
  isRemoval: boolean;
  /** The viewing or rule that the change belongs to. */
  of: { sort: string; title: string };
}

export const UNDO_PREFIX = 'UNDO#';

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
