import type { LeaseTimes } from '../core/context.ts';
import type { Trakt, WithToken } from './ports.ts';
import { randomBytes } from 'node:crypto';
import { ConflictError, ImmersionError, NotFoundError, ProviderError } from '../core/errors.ts';
import { isoInstant, toEpochSeconds } from '../core/instant-rules.ts';
import {
  atPausedLists,
  isDryRun,
  isHeld,
  LEASE_TIMES,
  newJob,
  type Job,
  type JobKind,
  type JobOptions,
  type JobSlot,
  type JobStatus,
  pausedUntil,
  shownStatus,
  stagesOf,
} from './job-rules.ts';
import {
  advanceCursors,
  afterImport,
  type ImportedTo,
  lastSyncAt,
  SYNC_STAGES,
  type SyncStage,
} from './cursor-rules.ts';
import { createLatePlays } from './late-service.ts';
import type { ImportEvent } from './event-rules.ts';
import {
  cancelKey,
  OPEN_JOBS_PARTITION,
  openJobKey,
  jobKey,
  jobsPartition,
  jobOf,
  type SyncState,
  syncStateKey,
  syncStateOf,
  toJobItem,
  toSyncStateItem,
} from './job-items.ts';
import { keyAttributes, partitionOf } from '../core/codec.ts';
import { REMOVED_IMPORT_PREFIXES } from '../viewings/overlay-items.ts';
import { keyOfItem } from '../viewings/record-items.ts';
import type { Store, Write } from '../core/store/store.ts';
import type { Clock, Log } from '../core/ports.ts';
import { createJobEvents } from './events-service.ts';
import { createJobLeases, leaseLost, type JobClaim } from './lease-service.ts';
import { createJobLists } from './lists-service.ts';
import { longWaitOf, toFailure, type Work } from './work-service.ts';
import { createJobTitles } from './titles-service.ts';
import { createJobUpload, type ListedSkip } from './upload-service.ts';
import type { TitlePlanner } from './title-plan-service.ts';
import type { Runs } from '../viewings/run-service.ts';
import type { TmdbCache } from '../tmdb/cache-service.ts';

/** Imports, syncs and previews. */
export interface Jobs {
  /**
   * Stores a new job. Throws `import_in_progress` if another one is running. With `restore`, imported viewings that the
   * user removed count again.
   */
  start(request: { user: string; kind: JobKind; options: JobOptions; restore?: boolean }): Promise<Job>;
  /** Newest first. */
  list(user: string): Promise<Job[]>;
  get(user: string, jobId: string): Promise<Job>;
  /** Stores a chunk of an archive's events. Idempotent. */
  receive(request: {
    user: string;
    jobId: string;
    number: number;
    events: readonly ImportEvent[];
    skipped: readonly ListedSkip[];
    incomplete: Job['incomplete'];
  }): Promise<void>;
  /** Starts the import of an archive once all chunks are sent. */
  begin(user: string, jobId: string): Promise<Job>;
  /** Works on a job for the given time, then saves a checkpoint. Throws `lease_held` if another worker has it. */
  advance(request: { user: string; jobId: string; milliseconds: number }): Promise<Job>;
  cancel(user: string, jobId: string): Promise<Job>;
  /** Resumes a cancelled, failed or interrupted job from its checkpoint. */
  resume(user: string, jobId: string): Promise<Job>;
  syncState(user: string): Promise<SyncState>;
  /** Works for the given time on jobs that no client is driving. Returns how many. */
  advanceOpen(milliseconds: number): Promise<number>;
  /** Saves checkpoints, releases this process's jobs and ends background work. */
  stop(): Promise<void>;
}

export interface JobsOptions {
  store: Store;
  clock: Clock;
  log: Log;
  titles: TitlePlanner;
  runs: Pick<Runs, 'begin'>;
  trakt: Trakt;
  withTokenOf: (user: string) => WithToken;
  cache: Pick<TmdbCache, 'flush'>;
  times?: LeaseTimes;
  /** How often a waiting worker checks for cancellation. */
  pollMilliseconds?: number;
}

type Stop = 'time' | 'cancelled' | 'lost';

const LISTED_JOBS = 50;
/** A job is idle this long after its release. */
const IDLE_SECONDS = 5;

export function createJobs({
  store,
  clock,
  log,
  titles,
  runs,
  trakt,
  withTokenOf,
  cache,
  times = LEASE_TIMES,
  pollMilliseconds = 500,
}: JobsOptions): Jobs {
  const seconds = () => toEpochSeconds(clock.now());
  const leases = createJobLeases({ store, seconds, times });
  const events = createJobEvents({ store, seconds });
  const upload = createJobUpload({ store, events, seconds });
  const late = createLatePlays({ events, titles, trakt, withTokenOf });
  const lists = createJobLists({ events, late, trakt, withTokenOf, seconds });
  const jobTitles = createJobTitles({ events, titles, seconds });
  let stopped = false;
  /** The jobs that this process is working on. */
  const live = new Map<string, { shown: Job; stop: (why: Stop) => void; done: Promise<unknown> }>();

  async function read(user: string, jobId: string): Promise<Job> {
    const item = await store.get(jobKey(user, jobId), { consistent: true });
    if (item) return jobOf(item);
    throw new NotFoundError('No such import.', {
      code: 'run_not_found',
    });
  }

  const withShownStatus = (slot: JobSlot | undefined, job: Job): Job => {
    const status = shownStatus(job, slot, seconds());
    return status === 'running' ? { ...(live.get(job.jobId)?.shown ?? job), status } : { ...job, status };
  };
  const shown = async (user: string, job: Job): Promise<Job> => withShownStatus(await leases.slot(user), job);

  const isCancelled = async (jobId: string) => (await store.get(cancelKey(jobId), { consistent: true })) !== undefined;

  const readState = async (user: string): Promise<SyncState> =>
    syncStateOf(await store.get(syncStateKey(user), { consistent: true }));

  async function restoreRemoved(user: string): Promise<void> {
    for (const prefix of REMOVED_IMPORT_PREFIXES) {
      const range = { prefix, consistent: true };
      for await (const item of store.query(partitionOf(user), range)) await store.delete(keyOfItem(item));
    }
  }

  /** Updates the sync state after a job. */
  async function syncStateAfter(user: string, job: Job, isGood: boolean): Promise<Write[]> {
    // The sync state is that of the Trakt account.
    if (isDryRun(job) || job.options.service !== 'trakt') return [];
    const before = await readState(user);
    const { activities, failures, paused } = job.checkpoint;
    const { startedAt, kind, readFrom } = job;
    const isSync = kind === 'trakt_sync';
    const stages = Object.fromEntries(
      SYNC_STAGES.flatMap((stage) => {
        const failed = failures[stage];
        const from = isSync ? readFrom[stage] : 0;
        return failed === undefined || paused[stage]
          ? []
          : [[stage, { failed, activityAt: activities?.[stage] ?? null, from }]];
      }),
    ) as Parameters<typeof advanceCursors>[1]['stages'];
    const read: ImportedTo = kind === 'archive_import' ? readFrom : isSync ? {} : mapped(stages, () => startedAt);
    const next: SyncState = {
      ...before,
      ...afterImport(before, read),
      pauses: { ...before.pauses, ...mapped(paused, ({ until }) => until) },
    };
    if (kind === 'archive_import') return [{ put: toSyncStateItem(user, next) }];
    if (isGood) {
      next.cursors = advanceCursors(next.cursors, { startedAt, stages });
      next.lastSyncAt = lastSyncAt(before.lastSyncAt, { startedAt, stages });
    }
    return [{ put: toSyncStateItem(user, { ...next, lastAttemptAt: startedAt }) }];
  }

  async function end(user: string, job: Job, claim: JobClaim): Promise<Job> {
    const ended: Job = { ...job, heartbeatAt: seconds(), finishedAt: seconds() };
    const isGood = ended.status === 'completed' || ended.status === 'completed_with_errors';
    await claim.end(ended, await syncStateAfter(user, ended, isGood));
    if (isGood) await events.forget(job.jobId);
    return ended;
  }

  /** Suspends a job until a rate limit ends; another may run meanwhile. */
  async function interrupt(user: string, job: Job, claim: JobClaim, resumeAt: number): Promise<Job> {
    const failure = job.failure ?? toFailure(stillPaused(resumeAt, seconds()));
    const interrupted: Job = { ...job, status: 'interrupted', failure, resumeAt, heartbeatAt: seconds() };
    await claim.end(interrupted, await syncStateAfter(user, interrupted, false), { isOpen: true });
    return interrupted;
  }

  async function workOn(work: Work): Promise<void> {
    const { user } = work;
    if (work.job.phase === 'fetching') await lists.fetch(work, await readState(user));
    // A dry run writes nothing, so it needs all lists together.
    const isPartly = isDryRun(work.job) && pausedUntil(work.job) !== null;
    if (work.job.phase === 'importing' && !isPartly) await jobTitles.importTitles(work);
  }

  async function advanceJob(user: string, asked: Job, milliseconds: number): Promise<Job> {
    const claim = await leases.claim(user, asked);
    // Another process may have advanced it before the claim.
    const job = await read(user, asked.jobId);
    const until = clock.now() + milliseconds;
    const controller = new AbortController();
    let why: Stop | undefined;
    const stop = (reason: Stop) => {
      why ??= reason;
      controller.abort(new Error(reason));
    };
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const entry = { shown: job, stop, done };
    live.set(job.jobId, entry);
    const deadline = setTimeout(() => stop('time'), milliseconds);
    const poll = setInterval(() => {
      void claim.renew().catch((error: unknown) => {
        if (error instanceof ConflictError) stop('lost');
      });
      void isCancelled(job.jobId).then(
        (cancelled) => cancelled && stop('cancelled'),
        () => undefined,
      );
    }, pollMilliseconds);
    const work: Work = {
      user,
      job,
      claim,
      signal: controller.signal,
      async gate() {
        if (clock.now() >= until) stop('time');
        if (!why && (await isCancelled(job.jobId))) stop('cancelled');
        controller.signal.throwIfAborted();
      },
      show: (latest) => void (entry.shown = { ...latest, heartbeatAt: seconds() }),
    };
    try {
      await workOn(work);
      await cache.flush();
      const until = pausedUntil(work.job);
      if (until !== null) {
        const job = await interrupt(user, atPausedLists(work.job), claim, until);
        if (!isDryRun(job)) await events.forget(job.jobId);
        return job;
      }
      const status = work.job.errorCount > 0 ? 'completed_with_errors' : 'completed';
      return await end(user, { ...work.job, phase: 'finished', status, currentItem: null }, claim);
    } catch (error) {
      if (why === 'lost') throw leaseLost();
      await cache.flush().catch(() => undefined);
      if (why === 'cancelled') return await end(user, { ...work.job, status: 'cancelled' }, claim);
      if (why === 'time') {
        const released: Job = { ...work.job, heartbeatAt: seconds() };
        await claim.release(released);
        return released;
      }
      const wait = longWaitOf(error);
      if (wait !== undefined && error instanceof ProviderError) {
        return await interrupt(user, { ...work.job, failure: toFailure(error) }, claim, seconds() + wait);
      }
      return await fail(work, error);
    } finally {
      clearTimeout(deadline);
      clearInterval(poll);
      live.delete(job.jobId);
      resolve();
    }
  }

  async function fail({ user, job, claim }: Work, error: unknown): Promise<Job> {
    const isKnown = error instanceof ImmersionError;
    if (isKnown && error.code === 'lease_held') throw error;
    if (!isKnown) log.error('An import failed unexpectedly', { run_id: job.jobId }, error);
    const failure = isKnown
      ? { ...toFailure(error) }
      : { code: 'internal_error', message: 'Something went wrong. See the log.' };
    return end(user, { ...job, status: 'failed', failure }, claim);
  }

  /** What the job imports can be undone as a whole. */
  const beginRun = async (user: string, job: Job): Promise<void> => {
    if (!isDryRun(job)) await runs.begin({ user, batchId: job.jobId, kind: 'import' });
  };

  /** Resumes a job whose rate limit has ended; returns whether it did. */
  async function resumeIfDue(user: string, jobId: string): Promise<boolean> {
    const { status, resumeAt } = await read(user, jobId);
    if (status !== 'interrupted' || resumeAt === null || resumeAt > seconds()) return false;
    await jobs.resume(user, jobId);
    return true;
  }

  const unfinishedJobs = async () => {
    const found: { user: string; jobId: string }[] = [];
    for await (const item of store.query(OPEN_JOBS_PARTITION, { consistent: true })) {
      found.push({ user: String(item['user']), jobId: String(item['sk']) });
    }
    return found;
  };

  const jobs: Jobs = {
    async start({ user, kind, options, restore = false }) {
      if (kind !== 'archive_import') {
        const { pauses } = await readState(user);
        const until = Math.min(...stagesOf(options).map((stage) => pauses[stage] ?? 0));
        if (until > seconds() && Number.isFinite(until)) throw stillPaused(until, seconds());
      }
      const job = newJob({ jobId: newJobId(clock.now()), kind, options }, seconds());
      await leases.occupy(user, job);
      await beginRun(user, job);
      if (restore && !isDryRun(job)) await restoreRemoved(user);
      return job;
    },

    async list(user) {
      const slot = await leases.slot(user);
      const found: Job[] = [];
      const range = { descending: true, limit: LISTED_JOBS, consistent: true };
      for await (const item of store.query(jobsPartition(user), range)) {
        found.push(withShownStatus(slot, jobOf(item)));
      }
      return found;
    },

    get: async (user, jobId) => shown(user, await read(user, jobId)),

    async receive({ user, jobId, number, events: brought, skipped, incomplete }) {
      const job = await shown(user, await read(user, jobId));
      if (job.status !== 'running' || job.phase !== 'receiving') throw wrongState(job, 'doesn’t accept events');
      await leases.keepUploading(user, jobId);
      await upload.receive({ job, number, events: brought, skipped, incomplete });
    },

    async begin(user, jobId) {
      const before = await shown(user, await read(user, jobId));
      if (before.status !== 'running' || before.kind !== 'archive_import') throw wrongState(before, 'can’t start');
      if (before.phase !== 'receiving') return before;
      const counted = await upload.counted(before);
      const claim = await leases.claim(user, before);
      const latest = await read(user, jobId);
      // It may have been started twice and be further along.
      const job = latest.phase === 'receiving' ? counted : latest;
      await claim.release(job);
      return job;
    },

    async advance({ user, jobId, milliseconds }) {
      const job = await shown(user, await read(user, jobId));
      if (live.has(jobId)) throw leaseLost();
      if (job.status !== 'running' || job.phase === 'receiving') return job;
      return shown(user, await advanceJob(user, job, milliseconds));
    },

    async cancel(user, jobId) {
      const job = await shown(user, await read(user, jobId));
      if (job.status !== 'running' && job.status !== 'interrupted') throw wrongState(job, 'can’t be cancelled');
      await store.put({ ...keyAttributes(cancelKey(jobId)), expires_at: seconds() + 24 * 60 * 60 });
      const worker = live.get(jobId);
      if (worker) {
        worker.stop('cancelled');
        await worker.done;
        const latest = await read(user, jobId);
        // If its time was up, it has released the job instead.
        if (latest.status !== 'running') return latest;
      }
      const slot = await leases.slot(user);
      if (slot?.jobId !== jobId) {
        // Another job has the slot, so this one isn't running.
        const cancelled: Job = { ...(await read(user, jobId)), status: 'cancelled', finishedAt: seconds() };
        await store.transact([{ put: toJobItem(user, cancelled) }, { delete: openJobKey(jobId) }]);
        return cancelled;
      }
      // Whoever holds it, or is about to, checks for the cancellation.
      const claim = isHeld(slot, seconds()) ? undefined : await leases.claim(user, job).catch(ignoring('lease_held'));
      if (!claim) return job;
      return end(user, { ...(await read(user, jobId)), status: 'cancelled' }, claim);
    },

    async resume(user, jobId) {
      const job = await shown(user, await read(user, jobId));
      if (job.status === 'completed' || job.status === 'completed_with_errors')
        throw new ConflictError('Nothing to resume: the import is complete.', { code: 'run_state' });
      const resumed: Job = { ...job, status: 'running', finishedAt: null, failure: null, resumeAt: null };
      await leases.occupy(user, resumed);
      await beginRun(user, resumed);
      return resumed;
    },

    syncState: readState,

    async advanceOpen(milliseconds) {
      const until = clock.now() + milliseconds;
      let advanced = 0;
      for (const { user, jobId } of await unfinishedJobs()) {
        const slot = await leases.slot(user);
        const isIdle = slot?.jobId === jobId && slot.holder === '' && seconds() - slot.releasedAt >= IDLE_SECONDS;
        if ((slot && !isIdle) || live.has(jobId)) continue;
        const left = until - clock.now();
        if (left <= 0 || stopped) break;
        try {
          if (!slot && !(await resumeIfDue(user, jobId))) continue;
          await jobs.advance({ user, jobId, milliseconds: left });
          advanced += 1;
        } catch (error) {
          // Another worker was faster, or the job has ended; one job must not block the others.
          if (error instanceof ConflictError || error instanceof NotFoundError) continue;
          log.error('An import could not be resumed', { run_id: jobId }, error);
        }
      }
      return advanced;
    },

    async stop() {
      stopped = true;
      const workers = [...live.values()];
      for (const worker of workers) worker.stop('time');
      await Promise.all(workers.map(({ done }) => done));
    },
  };
  return jobs;
}

/** Sorts by start time, to the millisecond: `20261121T120000123-1f7d6a3b2c105e98`. */
const newJobId = (now: number): string =>
  `${new Date(now).toISOString().replaceAll(/[-:.Z]/g, '')}-${randomBytes(8).toString('hex')}`;

const mapped = <Value, Other>(
  values: Partial<Record<SyncStage, Value>>,
  change: (value: Value) => Other,
): Partial<Record<SyncStage, Other>> =>
  Object.fromEntries(Object.entries(values).map(([stage, value]) => [stage, change(value)]));

const stillPaused = (until: number, now: number): ProviderError =>
  new ProviderError(`Trakt is limiting requests; retry after ${isoInstant(until)}.`, {
    code: 'trakt_rate_limited',
    retryAfterSeconds: until - now,
  });

/** Swallows one expected error. */
const ignoring = (code: string) => (error: unknown) => {
  if (error instanceof ConflictError && error.code === code) return undefined;
  throw error;
};

const wrongState = (job: Job, what: string): ConflictError =>
  new ConflictError(`This import ${what}: it ${STATES[job.status]}.`, { code: 'run_state' });

const STATES: Record<JobStatus, string> = {
  running: 'is in progress',
  completed: 'is complete',
  completed_with_errors: 'is complete',
  failed: 'failed',
  cancelled: 'was cancelled',
  interrupted: 'was interrupted',
};
