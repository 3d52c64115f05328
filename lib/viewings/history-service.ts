import { InvalidInputError } from '../core/errors.ts';
import { describeWatch, type Watched } from './history-rules.ts';
import { parseInstant } from '../core/instant-rules.ts';
import type { CollectionRecord, WatchRecord } from './record-rules.ts';
import { batchIdOf, collectionKeyOf, keyOfItem, partitionOf, toRecord } from './record-items.ts';
import type { Store } from '../core/store/store.ts';

/** A watched thing and the batch (one run of a client) that it was recorded by; null for those of before there were any. */
export interface HistoryEntry extends Watched {
  batchId: string | null;
}

/** The batch of the latest watch that has one. */
export interface LastBatch {
  batchId: string;
  items: number;
  /** Epoch seconds of its latest watch. */
  watchedAt: number;
}

export interface History {
  /** A person's watches from `since` on (see `parseInstant`), the latest first, and their last batch whatever its age. */
  of(request: {
    user: string;
    limit: number;
    since?: string | undefined;
  }): Promise<{ entries: HistoryEntry[]; lastBatch: LastBatch | null }>;
}

interface Candidate {
  record: WatchRecord;
  batchId: string | null;
}

export function createHistory({ store, zone }: { store: Store; zone: string }): History {
  return {
    async of({ user, limit, since }) {
      const from = since === undefined ? -Infinity : instantOf(since, zone);
      let candidates: Candidate[] = [];
      const collections = new Map<string, CollectionRecord>();
      const batches = new Map<string, LastBatch>();
      for await (const item of store.query(partitionOf(user))) {
        const record = toRecord(item);
        if (!record) continue;
        if (!('watchedAt' in record)) {
          collections.set(keyOfItem(item).sort, record);
          continue;
        }
        const batchId = batchIdOf(item);
        if (batchId !== null) count(batches, batchId, record.watchedAt);
        if (record.watchedAt < from) continue;
        candidates.push({ record, batchId });
        // Only the latest are kept, so that a long history needs no long list.
        if (candidates.length > 20 * limit) candidates = latest(candidates, limit);
      }
      return {
        entries: latest(candidates, limit).map(({ record, batchId }) =>
          Object.assign(describeWatch(record, collections.get(collectionKeyOf(record) ?? '')), { batchId }),
        ),
        lastBatch: [...batches.values()].reduce<LastBatch | null>(
          (last, batch) => (last && last.watchedAt >= batch.watchedAt ? last : batch),
          null,
        ),
      };
    },
  };
}

function instantOf(since: string, zone: string): number {
  const instant = parseInstant(since, zone);
  if (instant !== undefined) return instant;
  throw new InvalidInputError(`“${since}” is not a date or time.`, {
    code: 'invalid_request',
    details: [{ path: 'since', message: 'must be ISO 8601 or epoch seconds' }],
    suggestions: ['Use a form such as 2026-10-01 or 2026-10-01T18:30:00Z.'],
  });
}

function count(batches: Map<string, LastBatch>, batchId: string, watchedAt: number): void {
  const batch = batches.get(batchId);
  if (!batch) return void batches.set(batchId, { batchId, items: 1, watchedAt });
  batch.items += 1;
  batch.watchedAt = Math.max(batch.watchedAt, watchedAt);
}

const latest = (candidates: Candidate[], limit: number): Candidate[] =>
  candidates.sort((a, b) => b.record.watchedAt - a.record.watchedAt).slice(0, limit);
