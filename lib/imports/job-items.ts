import { keyAttributes } from '../core/codec.ts';
import { NO_DATES, NO_PAUSE, type Job, type JobKind, type JobSlot, type JobStatus } from './job-rules.ts';
import type { ImportedTo, SyncCursors } from './cursor-rules.ts';
import { partitionOf } from '../viewings/record-items.ts';
import type { Item, Key } from '../core/store/store.ts';

/** How long finished jobs are kept. */
const KEPT_SECONDS = 180 * 24 * 60 * 60;
/** Lists unfinished jobs of all users. */
export const OPEN_JOBS_PARTITION = 'OPENRUNS';
export const EVENTS_PREFIX = 'EVENTS#';
export const CHUNK_PREFIX = 'CHUNK#';

/** Separate from viewings, which progress reads as a whole. */
export const jobsPartition = (user: string): string => `RUNS#${user}`;
/** Job ids sort by start time. */
export const jobKey = (user: string, jobId: string): Key => ({ partition: jobsPartition(user), sort: jobId });
export const slotKey = (user: string): Key => ({ partition: partitionOf(user), sort: 'RUNSLOT' });
export const syncStateKey = (user: string): Key => ({ partition: partitionOf(user), sort: 'TRAKTSYNC' });
export const openJobKey = (jobId: string): Key => ({ partition: OPEN_JOBS_PARTITION, sort: jobId });
/** Holds a job's events, separate from viewings. */
export const jobPartition = (jobId: string): string => `RUN#${jobId}`;
export const cancelKey = (jobId: string): Key => ({ partition: jobPartition(jobId), sort: 'CANCEL' });
export const chunkKey = (jobId: string, number: number): Key => ({
  partition: jobPartition(jobId),
  sort: `${CHUNK_PREFIX}${padded(number)}`,
});

/** A title's events are adjacent. */
export const eventsKey = (jobId: string, type: string, tmdbId: number, chunk: number): Key => ({
  partition: jobPartition(jobId),
  sort: `${EVENTS_PREFIX}${type}#${padded(tmdbId)}#${padded(chunk)}`,
});

/** The key prefix that a title's events share. */
export const titleOfEvents = (item: Item): string => {
  const sort = String(item['sk']);
  return sort.slice(0, sort.lastIndexOf('#'));
};

export function toJobItem(user: string, job: Job): Item {
  const { jobId, kind, status, startedAt, finishedAt, ...state } = job;
  return {
    ...keyAttributes(jobKey(user, jobId)),
    run_id: jobId,
    kind,
    status,
    started_at: startedAt,
    finished_at: finishedAt,
    state: JSON.stringify(state),
    ...(finishedAt === null ? {} : { expires_at: finishedAt + KEPT_SECONDS }),
  };
}

export function jobOf(item: Item): Job {
  const state = JSON.parse(String(item['state'])) as Omit<
    Job,
    'jobId' | 'kind' | 'status' | 'startedAt' | 'finishedAt'
  >;
  return {
    jobId: String(item['run_id']),
    kind: item['kind'] as JobKind,
    status: item['status'] as JobStatus,
    startedAt: Number(item['started_at']),
    finishedAt: typeof item['finished_at'] === 'number' ? item['finished_at'] : null,
    ...state,
    // Jobs of earlier versions lack some of these.
    readFrom: state.readFrom ?? {},
    resumeAt: state.resumeAt ?? null,
    checkpoint: { ...NO_PAUSE, ...state.checkpoint },
    options: { ...state.options, dates: state.options.dates ?? 'checked', service: state.options.service ?? 'trakt' },
    dates: state.dates ?? NO_DATES,
    joined: state.joined ?? 0,
  };
}

export const toSlotItem = (user: string, slot: JobSlot): Item => ({
  ...keyAttributes(slotKey(user)),
  run_id: slot.jobId,
  holder: slot.holder,
  lease_until: slot.leaseUntil,
  released_at: slot.releasedAt,
  rev: slot.rev,
});

export const slotOf = (item: Item): JobSlot => ({
  jobId: String(item['run_id']),
  holder: String(item['holder']),
  leaseUntil: Number(item['lease_until']),
  releasedAt: Number(item['released_at']),
  rev: Number(item['rev']),
});

export interface SyncState {
  cursors: SyncCursors;
  importedTo: ImportedTo;
  /** Until when Trakt has rate-limited each list. */
  pauses: ImportedTo;
  lastSyncAt: number | null;
  lastAttemptAt: number | null;
}

export const toSyncStateItem = (user: string, state: SyncState): Item => ({
  ...keyAttributes(syncStateKey(user)),
  cursors: JSON.stringify(state.cursors),
  imported_to: JSON.stringify(state.importedTo),
  pauses: JSON.stringify(state.pauses),
  last_sync_at: state.lastSyncAt,
  last_attempt_at: state.lastAttemptAt,
});

export const syncStateOf = (item: Item | undefined): SyncState => ({
  cursors: parsed(item?.['cursors']) as SyncCursors,
  importedTo: parsed(item?.['imported_to']) as ImportedTo,
  pauses: parsed(item?.['pauses']) as ImportedTo,
  lastSyncAt: typeof item?.['last_sync_at'] === 'number' ? item['last_sync_at'] : null,
  lastAttemptAt: typeof item?.['last_attempt_at'] === 'number' ? item['last_attempt_at'] : null,
});

const parsed = (value: unknown): unknown => JSON.parse(typeof value === 'string' ? value : '{}');

const padded = (number: number): string => String(number).padStart(10, '0');
