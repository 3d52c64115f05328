import type { LeaseTimes } from '../core/context.ts';
import type { DateCounts, ListCounts } from './plan-rules.ts';
import { SYNC_STAGES, type SyncStage } from './cursor-rules.ts';
import type { SkippedEntry } from './event-rules.ts';

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

/** What a job brings in. */
export interface JobOptions {
  movies: boolean;
  series: boolean;
  ratings: boolean;
  watchlist: boolean;
  /** Only report what would be done. */
  dryRun: boolean;
  /** Whether days of ticking off are told from evenings, or Trakt’s dates are taken as they are. */
  dates: 'checked' | 'trakt';
}

/** `receiving` waits for an archive's events, `fetching` reads Trakt's lists, `importing` goes from title to title. */
export type JobPhase = 'receiving' | 'fetching' | 'importing' | 'finished';

export interface JobError {
  /** The list; null for the job as a whole. */
  stage: SyncStage | null;
  /** The title; null for the list as a whole. */
  item: string | null;
  code: string;
  message: string;
}

/** Where a list of Trakt has been read up to. */
export interface PagePlace {
  page: number;
  limit: number;
  distinct: number;
}

/** From where a job goes on, in this process or another. */
export interface Checkpoint {
  /** The list that is being read, as its place among `SYNC_STAGES`. */
  stage: number;
  page: PagePlace | null;
  /** Pages or chunks of events that are kept so far. */
  chunks: number;
  /** What Trakt says of the last changes; null before it was asked. */
  activities: Record<SyncStage, number | null> | null;
  /** Failures of each list that was read, or had not moved. */
  failures: Partial<Record<SyncStage, number>>;
  /** The last title that is done, as its events are kept. */
  after: string | null;
  /** The title after it, where a part of it is written. */
  partial: string | null;
  /** What was logged late: still to be asked for, or the Trakt ids of titles whose plays are to be read whole (0: of all). */
  late: 'due' | number[] | null;
  /** Lists that Trakt gives no sooner than at an instant, and from where each goes on. */
  paused: Partial<Record<SyncStage, PausedList>>;
  /** All other lists are read. */
  isPausedOnly: boolean;
}

export interface PausedList extends Pick<Checkpoint, 'page' | 'late'> {
  /** Epoch seconds. */
  until: number;
}

/** One import, sync or preview. Instants are epoch seconds. */
export interface Job {
  jobId: string;
  kind: JobKind;
  options: JobOptions;
  phase: JobPhase;
  status: JobStatus;
  /** Titles; null while that is not known yet. */
  total: number | null;
  completed: number;
  succeeded: number;
  failed: number;
  /** Entries that cannot be imported. */
  skipped: number;
  currentItem: string | null;
  /** The first of them; `errorCount` is exact. */
  errors: JobError[];
  errorCount: number;
  /** What ended the whole job before its time. */
  failure: Pick<JobError, 'code' | 'message'> | null;
  skippedEntries: SkippedEntry[];
  lists: Partial<Record<SyncStage, ListCounts>>;
  /** Plays that it brought to sessions that were there already. */
  joined: number;
  /** Plays that it brought without the date that Trakt says, or any. */
  dates: DateCounts;
  /** Lists that did not come whole, and why. */
  incomplete: { list: SyncStage; reason: string }[];
  /** From when a sync has read each list of plays; of an archive its newest play. */
  readFrom: Partial<Record<SyncStage, number>>;
  /** When an interrupted job can go on: a provider wants to be left alone until then. */
  resumeAt: number | null;
  startedAt: number;
  heartbeatAt: number;
  finishedAt: number | null;
  checkpoint: Checkpoint;
}

/** Errors, and skipped entries, that a job keeps; it counts them all. */
export const MAXIMUM_KEPT_ENTRIES = 500;
/** The same in bytes of JSON: a store takes 400 KB for all of a job. */
export const MAXIMUM_KEPT_BYTES = 150_000;

export const LEASE_TIMES: LeaseTimes = { leaseSeconds: 60, renewSeconds: 15 };

/** So long may pass between two chunks of an archive. */
export const UPLOAD_SECONDS = 300;

/** Holds the slot of a job that still receives its events: its uploader, which is not a worker. */
export const UPLOADER = 'upload';

/** A person's one place for a job, and who works on it. */
export interface JobSlot {
  jobId: string;
  /** The worker that holds it, or `UPLOADER`; empty when it is free. */
  holder: string;
  leaseUntil: number;
  /** When it was last released. */
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

/** The lists that a job reads. */
export const stagesOf = ({ movies, series, watchlist, ratings }: JobOptions): SyncStage[] =>
  SYNC_STAGES.filter((stage) => ({ movies, episodes: series, watchlist, ratings })[stage]);

export const isDryRun = ({ kind, options }: Job): boolean => kind === 'trakt_preview' || options.dryRun;

/** The status as it is shown: a job whose worker is gone is interrupted. */
export function shownStatus(job: Job, slot: JobSlot | undefined, now: number): JobStatus {
  if (job.status !== 'running') return job.status;
  return slot?.jobId === job.jobId && !isAbandoned(slot, now) ? 'running' : 'interrupted';
}

/** Whether a slot's holder has been silent for too long. */
export const isAbandoned = ({ holder, leaseUntil }: JobSlot, now: number): boolean =>
  holder !== '' && leaseUntil <= now;

/** The job as it goes on with the lists that are paused, when all others are done. */
export const atPausedLists = (job: Job): Job => ({
  ...job,
  phase: 'fetching',
  currentItem: null,
  checkpoint: { ...job.checkpoint, stage: 0, page: null, late: null, isPausedOnly: true, after: null, partial: null },
});

/** When the first of its paused lists can go on; null where none is paused. */
export function pausedUntil({ checkpoint: { paused } }: Job): number | null {
  const times = Object.values(paused).map(({ until }) => until);
  return times.length === 0 ? null : Math.min(...times);
}

/** Whether a worker is at it. */
export const isHeld = ({ holder, leaseUntil }: JobSlot, now: number): boolean =>
  holder !== '' && holder !== UPLOADER && leaseUntil > now;

const NO_COUNTS = { total: 0, new: 0, existing: 0, sessions: 0, episodes: 0, ratings: 0 };

/** The job with more counted in one list. */
export function withCounts(job: Job, stage: SyncStage, more: Partial<Omit<ListCounts, 'skipped'>>): Job {
  const before = job.lists[stage] ?? { ...NO_COUNTS, skipped: {} };
  const sum = { ...before };
  for (const name of Object.keys(NO_COUNTS) as (keyof typeof NO_COUNTS)[]) sum[name] += more[name] ?? 0;
  return { ...job, lists: { ...job.lists, [stage]: sum } };
}

/** The job with entries of a list that cannot be imported. */
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

/** The job with an error, and with the failure noted for the lists that it concerns. */
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

/** The job with a list that did not come whole; `whose` begins the sentence. */
export function withIncomplete(
  job: Job,
  list: SyncStage,
  { reason, whose }: { reason: string; whose: 'Trakt returned' | 'The export has' },
): Job {
  const message = `${whose} an incomplete list (${reason.replaceAll('_', ' ')}).`;
  const failed = withError(job, { stage: list, item: null, code: 'incomplete_list', message }, [list]);
  return { ...failed, incomplete: [...failed.incomplete, { list, reason }] };
}

/** What is kept already, and as much of what comes as there is room for. */
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

const encoder = new TextEncoder();
/** As it stands in the JSON of the job, between commas. */
const bytesOf = (entry: unknown): number => encoder.encode(JSON.stringify(entry)).length + 1;
