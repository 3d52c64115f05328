import { BATCH_ATTRIBUTE, partitionOf } from '../core/codec.ts';
import type { Item, Key } from '../core/store/store.ts';

export const RUN_PREFIX = 'BATCH#';

/** One run of a client, of an import, or of a request that named none. */
export interface Run {
  batchId: string;
  /** `sync`, `add`, `log`, `import` …; `contract` where the client did not say. */
  kind: string;
  /** Epoch milliseconds. */
  startedAt: number;
}

/** By its id alone, so that all requests of a run find the one start. */
export const runNameKey = (user: string, batchId: string): Key => ({
  partition: partitionOf(user),
  sort: `BATCHID#${batchId}`,
});

export const runKey = (user: string, { startedAt, batchId }: Pick<Run, 'startedAt' | 'batchId'>): Key => ({
  partition: partitionOf(user),
  sort: `${RUN_PREFIX}${startedAt}#${batchId}`,
});

const item = ({ partition, sort }: Key, { batchId, kind, startedAt }: Run): Item => ({
  pk: partition,
  sk: sort,
  [BATCH_ATTRIBUTE]: batchId,
  kind,
  started_at: startedAt,
});

/** The run as it is listed, and as it is found by its id. */
export const toRunItems = (user: string, run: Run): Item[] => [
  item(runKey(user, run), run),
  item(runNameKey(user, run.batchId), run),
];

export const runOf = (stored: Item): Run => ({
  batchId: String(stored[BATCH_ATTRIBUTE]),
  kind: String(stored['kind']),
  startedAt: Number(stored['started_at']),
});
