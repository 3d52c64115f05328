import { BATCH_ATTRIBUTE, partitionOf } from '../core/codec.ts';
import type { Item, Key } from '../core/store/store.ts';

export const RUN_PREFIX = 'BATCH#';
const RUN_NAME_PREFIX = 'BATCHID#';

/** One run of a client or import, or a request without a run id. */
export interface Run {
  batchId: string;
  /** `sync`, `add`, `log`, `import` …; `contract` if the client doesn't state one. */
  kind: string;
  /** Epoch milliseconds. */
  startedAt: number;
}

/** Whether a sort key is a run's, which affects no viewing. */
export const isOfRuns = (sort: string): boolean => sort.startsWith(RUN_PREFIX) || sort.startsWith(RUN_NAME_PREFIX);

/** By id alone, so that all requests of a run find the same start. */
export const runNameKey = (user: string, batchId: string): Key => ({
  partition: partitionOf(user),
  sort: `${RUN_NAME_PREFIX}${batchId}`,
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

/** Two items: one to list runs by start, one to find a run by id. */
export const toRunItems = (user: string, run: Run): Item[] => [
  item(runKey(user, run), run),
  item(runNameKey(user, run.batchId), run),
];

export const runOf = (stored: Item): Run => ({
  batchId: String(stored[BATCH_ATTRIBUTE]),
  kind: String(stored['kind']),
  startedAt: Number(stored['started_at']),
});
