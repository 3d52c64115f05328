import { BATCH_ATTRIBUTE } from '../core/codec.ts';
import type { Item, Store } from '../core/store/store.ts';
import { UNDO_PREFIX } from './change-items.ts';
import { ENTRY_PREFIX } from './entry-items.ts';
import { EDIT_PREFIX, REMOVED_PREFIX, RULE_PREFIX } from './overlay-items.ts';
import type { ImportedItems, RunPart } from './imported-items.ts';
import { batchIdOf, partitionOf, VIEWING_KINDS } from './record-items.ts';
import { RUN_PREFIX, runOf } from './run-items.ts';

/** A run and what remains of it. */
export interface Batch {
  batchId: string;
  /** Null for runs that weren't recorded as such. */
  kind: string | null;
  /** Epoch milliseconds; for an unrecorded run, the earliest viewing. */
  startedAt: number | null;
  viewings: number;
  /** Edits, removals, rules and titles. */
  changes: number;
  /** End of the latest viewing, epoch seconds. */
  lastAt: number | null;
}

export interface BatchList {
  /**
   * A page of a user's runs with anything left, most recently started first; unrecorded runs follow. `after` is the
   * last id of the previous page.
   */
  of(request: { user: string; limit: number; after?: string | undefined }): Promise<{
    batches: Batch[];
    next: string | null;
  }>;
}

const VIEWING_PREFIXES = new Set([
  ...VIEWING_KINDS.filter(({ isViewing }) => isViewing).map(({ prefix }) => prefix),
  ENTRY_PREFIX,
]);
const CHANGE_PREFIXES = new Set([EDIT_PREFIX, REMOVED_PREFIX, RULE_PREFIX]);

export function createBatchList({
  store,
  imported,
}: {
  store: Pick<Store, 'query'>;
  imported: ImportedItems;
}): BatchList {
  function partsOf(item: Item): readonly RunPart[] {
    const key = String(item['sk']);
    const prefix = key.slice(0, key.indexOf('#') + 1);
    const isViewing = VIEWING_PREFIXES.has(prefix);
    const isRemoval = prefix === UNDO_PREFIX && item['removal'] === true;
    if (!isViewing && !isRemoval && !CHANGE_PREFIXES.has(prefix)) return imported.parts(item);
    const at = item['timestamp'];
    return [{ batchId: batchIdOf(item), viewings: isViewing ? 1 : 0, at: typeof at === 'number' ? at : null }];
  }

  async function read(user: string): Promise<Batch[]> {
    const recorded = new Map<string, { kind: string; startedAt: number }>();
    const found = new Map<string, Batch>();
    for await (const item of store.query(partitionOf(user), { consistent: true })) {
      if (String(item['sk']).startsWith(RUN_PREFIX)) recorded.set(String(item[BATCH_ATTRIBUTE]), runOf(item));
      for (const { batchId, viewings, at } of partsOf(item)) {
        if (batchId === null) continue;
        const batch = found.get(batchId) ?? {
          batchId,
          kind: null,
          startedAt: null,
          viewings: 0,
          changes: 0,
          lastAt: null,
        };
        found.set(batchId, batch);
        batch.viewings += viewings;
        if (viewings === 0) batch.changes += 1;
        if (at === null) continue;
        batch.startedAt = Math.min(batch.startedAt ?? Infinity, at * 1000);
        batch.lastAt = Math.max(batch.lastAt ?? -Infinity, at);
      }
    }
    return [...found.values()].map((batch) => ({ ...batch, ...recorded.get(batch.batchId) }));
  }

  return {
    async of({ user, limit, after }) {
      const batches = (await read(user)).sort(compare);
      const from = after === undefined ? 0 : batches.findIndex(({ batchId }) => batchId === after) + 1;
      const page = batches.slice(from, from + limit);
      return { batches: page, next: from + limit < batches.length ? (page.at(-1)?.batchId ?? null) : null };
    },
  };
}

const compare = (a: Batch, b: Batch): number =>
  Number(a.kind === null) - Number(b.kind === null) ||
  (b.startedAt ?? -Infinity) - (a.startedAt ?? -Infinity) ||
  (a.batchId < b.batchId ? 1 : -1);
