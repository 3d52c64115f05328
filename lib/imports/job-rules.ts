import type { LeaseTimes } from '../core/context.ts';
import type { DateCounts, ListCounts } from './plan-rules.ts';
import { SYNC_STAGES, type SyncStage } from './cursor-rules.ts';
import type { SkippedEntry } from './event-rules.ts';
import type { ImportService } from '../viewings/viewing-rules.ts';

export const JOB_KINDS = ['trakt_preview', 'trakt_import', 'trakt_sync', 'archive_import'] as const;
export type JobKind = (typeof JOB_KINDS)[number];

export const JOB_STATUSES = [
  'running',
  'completed',
  'completed_with_errors',
  'failed',
  'cancelled',
  'interrupted',
] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

export interface JobOptions {
  movies: boolean;
  series: boolean;
  ratings: boolean;
  watchlist: boolean;
  dryRun: boolean;
  /** Whether to detect plays that were marked in bulk (`checked`), or to trust Trakt’s dates. */
  dates: 'checked' | 'trakt';
  /** Where an archive's events come from. */
  service: ImportService;
}

/** `receiving` waits for an archive's events, `fetching` reads Trakt's lists, `importing` writes titles. */
export type JobPhase = 'receiving' | 'fetching' | 'importing' | 'finished';

export interface JobError {
  /** Null for the whole job. */
  stage: SyncStage | null;
  /** The title; null for the whole list. */
  item: string | null;
  code: string;
  message: string;
}

/** How far a Trakt list has been read. */
export interface PagePlace {
  page: number;
  limit: number;
  distinct: number;
}

/** Where a job resumes, in this process or another. */
export interface Checkpoint {
  /** Index into `SYNC_STAGES`. */
  stage: number;
  page: PagePlace | null;
  /** Pages or chunks of events stored. */
  chunks: number;
  /** Trakt's times of last changes; null before they were fetched. */
  activities: Record<SyncStage, number | null> | null;
  /** Failures per list; 0 for one that was read or unchanged. */
  failures: Partial<Record<SyncStage, number>>;
  /** Key of the last completed title. */
  after: string | null;
  /** Key of the title that is partly written. */
  partial: string | null;
  /** Plays logged late: `due` until looked up, then the Trakt ids of titles to reread (0: all). */
  late: 'due' | number[] | null;
  /** Rate-limited lists, and where each resumes. */
  paused: Partial<Record<SyncStage, PausedList>>;
  /** All other lists are done. */
  isPausedOnly: boolean;
}

export interface PausedList extends Pick<Checkpoint, 'page' | 'late'> {
  /** Epoch seconds. */
  until: number;
}

/** Instants are epoch seconds. */
export interface Job {
  jobId: string;
  kind: JobKind;
  options: JobOptions;
  phase: JobPhase;
  status: JobStatus;
  /** Titles; null until known. */
  total: number | null;
  completed: number;
  succeeded: number;
  failed: number;
  skipped: number;
  currentItem: string | null;
  /** The first ones; `errorCount` is exact. */
  errors: JobError[];
  errorCount: number;
  /** The error that stopped the job. */
  failure: Pick<JobError, 'code' | 'message'> | null;
  skippedEntries: SkippedEntry[];
  lists: Partial<Record<SyncStage, ListCounts>>;
  /** Plays added to existing sessions. */
  joined: number;
  dates: DateCounts;
  incomplete: { list: SyncStage; reason: string }[];
  /** How far back a sync read each list of plays; for an archive, its newest play. */
  readFrom: Partial<Record<SyncStage, number>>;
  /** When the provider's rate limit ends. */
  resumeAt: number | null;
  startedAt: number;
  heartbeatAt: number;
  finishedAt: number | null;
  checkpoint: Checkpoint;
}

/** Limit for kept errors and for kept skipped entries; the counts are exact. */
export const MAXIMUM_KEPT_ENTRIES = 500;
/** The same limit in bytes of JSON: an item can have 400 KB. */
export const MAXIMUM_KEPT_BYTES = 150_000;

export const LEASE_TIMES: LeaseTimes = { leaseSeconds: 60, renewSeconds: 15 };

/** Longest gap between two chunks of an archive. */
export const UPLOAD_SECONDS = 300;

/** Lease holder while a job receives its events. */
export const UPLOADER = 'upload';

/** A user's single slot for a running job. */
export interface JobSlot {
  jobId: string;
  /** A worker's id or `UPLOADER`; empty if free. */
  holder: string;
  leaseUntil: number;
  releasedAt: number;
  rev: number;
}

export const NO_DATES: DateCounts = { undated: 0, tickedOff: 0, moved: 0 };

export const NO_PAUSE: Pick<Checkpoint, 'late' | 'paused' | 'isPausedOnly'> = {
  late: null,
  paused: {},
  isPausedOnly: false,
};

export const newJob = (job: Pick<Job, 'jobId' | 'kind' | 'options'>, now: number): Job => ({
  ...job,
  phase: job.kind === 'archive_import' ? 'receiving' : 'fetching',
  status: 'running',
  total: null,
  completed: 0,
  succeeded: 0,
  failed: 0,
  skipped: 0,
  currentItem: null,
  errors: [],
  errorCount: 0,
  failure: null,
  skippedEntries: [],
  lists: {},
  joined: 0,
  dates: NO_DATES,
  incomplete: [],
  readFrom: {},
  resumeAt: null,
  startedAt: now,
  heartbeatAt: now,
  finishedAt: null,
  checkpoint: {
    stage: 0,
    page: null,
    chunks: 0,
    activities: null,
    failures: {},
    after: null,
    partial: null,
    ...NO_PAUSE,
  },
});

export const stagesOf = ({ movies, series, watchlist, ratings }: JobOptions): SyncStage[] =>
  SYNC_STAGES.filter((stage) => ({ movies, episodes: series, watchlist, ratings })[stage]);

export const isDryRun = ({ kind, options }: Job): boolean => kind === 'trakt_preview' || options.dryRun;

/** A running job without a live worker is shown as interrupted. */
export function shownStatus(job: Job, slot: JobSlot | undefined, now: number): JobStatus {
  if (job.status !== 'running') return job.status;
  return slot?.jobId === job.jobId && !isAbandoned(slot, now) ? 'running' : 'interrupted';
}

/** Whether the holder's lease has expired. */
export const isAbandoned = ({ holder, leaseUntil }: JobSlot, now: number): boolean =>
  holder !== '' && leaseUntil <= now;

/** The job, continuing with its rate-limited lists once all others are done. */
export const atPausedLists = (job: Job): Job => ({
  ...job,
  phase: 'fetching',
  currentItem: null,
  checkpoint: { ...job.checkpoint, stage: 0, page: null, late: null, isPausedOnly: true, after: null, partial: null },
});

/** When the first paused list can resume. */
export function pausedUntil({ checkpoint: { paused } }: Job): number | null {
  const times = Object.values(paused).map(({ until }) => until);
  return times.length === 0 ? null : Math.min(...times);
}

/** Whether a worker is on it. */
export const isHeld = ({ holder, leaseUntil }: JobSlot, now: number): boolean =>
  holder !== '' && holder !== UPLOADER && leaseUntil > now;

const NO_COUNTS = { total: 0, new: 0, existing: 0, sessions: 0, episodes: 0, ratings: 0 };

/** Adds to a list's counts. */
export function withCounts(job: Job, stage: SyncStage, more: Partial<Omit<ListCounts, 'skipped'>>): Job {
  const before = job.lists[stage] ?? { ...NO_COUNTS, skipped: {} };
  const sum = { ...before };
  for (const name of Object.keys(NO_COUNTS) as (keyof typeof NO_COUNTS)[]) sum[name] += more[name] ?? 0;
  return { ...job, lists: { ...job.lists, [stage]: sum } };
}

/** Adds skipped entries of a list. */
export function withSkipped(job: Job, stage: SyncStage, entries: readonly SkippedEntry[]): Job {
  if (entries.length === 0) return job;
  const list = job.lists[stage] ?? { ...NO_COUNTS, skipped: {} };
  const skipped = { ...list.skipped };
  for (const { reason } of entries) skipped[reason] = (skipped[reason] ?? 0) + 1;
  return {
    ...job,
    skipped: job.skipped + entries.length,
    skippedEntries: withRoomFor(job.skippedEntries, entries),
    lists: { ...job.lists, [stage]: { ...list, skipped } },
  };
}

/** Adds an error, and a failure for each list affected. */
export function withError(job: Job, error: JobError, stages: readonly SyncStage[]): Job {
  const failures = { ...job.checkpoint.failures };
  for (const stage of stages) failures[stage] = (failures[stage] ?? 0) + 1;
  return {
    ...job,
    errorCount: job.errorCount + 1,
    errors: withRoomFor(job.errors, [error]),
    checkpoint: { ...job.checkpoint, failures },
  };
}

/** Marks a list as incomplete. `subject` begins the message. */
export function withIncomplete(
  job: Job,
  list: SyncStage,
  { reason, subject }: { reason: string; subject: 'Trakt returned' | 'The export has' },
): Job {
  const message = `${subject} an incomplete list (${reason.replaceAll('_', ' ')}).`;
  const failed = withError(job, { stage: list, item: null, code: 'incomplete_list', message }, [list]);
  return { ...failed, incomplete: [...failed.incomplete, { list, reason }] };
}

/** Appends entries as long as they fit. */
function withRoomFor<T>(kept: readonly T[], more: readonly T[]): T[] {
  const all = [...kept];
  if (all.length >= MAXIMUM_KEPT_ENTRIES) return all;
  let bytes = all.reduce((sum, entry) => sum + bytesOf(entry), 0);
  for (const entry of more) {
    bytes += bytesOf(entry);
    if (all.length === MAXIMUM_KEPT_ENTRIES || bytes > MAXIMUM_KEPT_BYTES) break;
    all.push(entry);
  }
  return all;
}

/** With the comma in the JSON. */
const bytesOf = (entry: unknown): number => Buffer.byteLength(JSON.stringify(entry)) + 1;
