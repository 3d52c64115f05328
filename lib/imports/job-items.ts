import { NO_DATES, type Run, type RunKind, type RunSlot, type RunStatus } from './job-rules.ts';
import type { SyncCursors } from './cursor-rules.ts';
import { partitionOf } from '../viewings/record-items.ts';
import type { Item, Key } from '../core/store/store.ts';

/** How long the record of a run that has ended is kept. */
const KEPT_SECONDS = 180 * 24 * 60 * 60;
/** The partition in which those runs stand that have not ended, of all people. */
export const OPEN_RUNS_PARTITION = 'OPENRUNS';
export const EVENTS_PREFIX = 'EVENTS#';
export const CHUNK_PREFIX = 'CHUNK#';

/** Apart from what the person watched, which is read whole for their progress. */
export const runsPartition = (user: string): string => `RUNS#${user}`;
/** Ids of runs sort by the time of their start. */
export const runKey = (user: string, runId: string): Key => ({ partition: runsPartition(user), sort: runId });
export const slotKey = (user: string): Key => ({ partition: partitionOf(user), sort: 'RUNSLOT' });
export const syncStateKey = (user: string): Key => ({ partition: partitionOf(user), sort: 'TRAKTSYNC' });
export const openRunKey = (runId: string): Key => ({ partition: OPEN_RUNS_PARTITION, sort: runId });
/** Where a run keeps its events, apart from what the person watched. */
export const runPartition = (runId: string): string => `RUN#${runId}`;
export const cancelKey = (runId: string): Key => ({ partition: runPartition(runId), sort: 'CANCEL' });
export const chunkKey = (runId: string, number: number): Key => ({
  partition: runPartition(runId),
  sort: `${CHUNK_PREFIX}${padded(number)}`,
});

/** The key of the events of one title in one chunk: those of a title stand together. */
export const eventsKey = (runId: string, type: string, tmdbId: number, chunk: number): Key => ({
  partition: runPartition(runId),
  sort: `${EVENTS_PREFIX}${type}#${padded(tmdbId)}#${padded(chunk)}`,
});

/** What the keys of all events of the title of an item begin with. */
export const titleOfEvents = (item: Item): string => {
  const sort = String(item['sk']);
  return sort.slice(0, sort.lastIndexOf('#'));
};

export const keyAttributes = ({ partition, sort }: Key): Item => ({ pk: partition, sk: sort });

export function toRunItem(user: string, run: Run): Item {
  const { runId, kind, status, startedAt, finishedAt, ...state } = run;
  return {
    ...keyAttributes(runKey(user, runId)),
    run_id: runId,
    kind,
    status,
    started_at: startedAt,
    finished_at: finishedAt,
    state: JSON.stringify(state),
    ...(finishedAt === null ? {} : { expires_at: finishedAt + KEPT_SECONDS }),
  };
}

export function runOf(item: Item): Run {
  const state = JSON.parse(String(item['state'])) as Omit<
    Run,
    'runId' | 'kind' | 'status' | 'startedAt' | 'finishedAt'
  >;
  return {
    runId: String(item['run_id']),
    kind: item['kind'] as RunKind,
    status: item['status'] as RunStatus,
    startedAt: Number(item['started_at']),
    finishedAt: typeof item['finished_at'] === 'number' ? item['finished_at'] : null,
    ...state,
    // Runs of before plays were told apart have neither.
    options: { ...state.options, dates: state.options.dates ?? 'checked' },
    dates: state.dates ?? NO_DATES,
  };
}

export const toSlotItem = (user: string, slot: RunSlot): Item => ({
  ...keyAttributes(slotKey(user)),
  run_id: slot.runId,
  holder: slot.holder,
  lease_until: slot.leaseUntil,
  released_at: slot.releasedAt,
  rev: slot.rev,
});

export const slotOf = (item: Item): RunSlot => ({
  runId: String(item['run_id']),
  holder: String(item['holder']),
  leaseUntil: Number(item['lease_until']),
  releasedAt: Number(item['released_at']),
  rev: Number(item['rev']),
});

/** How far the syncs of a person have come. */
export interface SyncState {
  cursors: SyncCursors;
  lastSyncAt: number | null;
  lastAttemptAt: number | null;
}

export const toSyncStateItem = (user: string, state: SyncState): Item => ({
  ...keyAttributes(syncStateKey(user)),
  cursors: JSON.stringify(state.cursors),
  last_sync_at: state.lastSyncAt,
  last_attempt_at: state.lastAttemptAt,
});

export const syncStateOf = (item: Item | undefined): SyncState => ({
  cursors: item ? (JSON.parse(String(item['cursors'])) as SyncCursors) : {},
  lastSyncAt: typeof item?.['last_sync_at'] === 'number' ? item['last_sync_at'] : null,
  lastAttemptAt: typeof item?.['last_attempt_at'] === 'number' ? item['last_attempt_at'] : null,
});

const padded = (number: number): string => String(number).padStart(10, '0');
