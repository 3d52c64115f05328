import type { LeaseTimes } from '../core/context.ts';
import type { Trakt, WithToken } from './ports.ts';
import { randomBytes } from 'node:crypto';
import { ConflictError, ImmersionError, NotFoundError } from '../core/errors.ts';
import {
  isDryRun,
  isHeld,
  LEASE_TIMES,
  newRun,
  type Run,
  type RunKind,
  type RunOptions,
  type RunSlot,
  type RunStatus,
  shownStatus,
} from './job-rules.ts';
import { advanceCursors, lastSyncAt, SYNC_STAGES } from './cursor-rules.ts';
import type { ImportEvent } from './event-rules.ts';
import {
  cancelKey,
  keyAttributes,
  OPEN_RUNS_PARTITION,
  openRunKey,
  runKey,
  runsPartition,
  runOf,
  type SyncState,
  syncStateKey,
  syncStateOf,
  toRunItem,
  toSyncStateItem,
} from './job-items.ts';
import type { Store, Write } from '../core/store/store.ts';
import type { Clock, Log } from '../core/ports.ts';
import { createRunEvents } from './events-service.ts';
import { createRunLeases, leaseLost, type RunClaim } from './lease-service.ts';
import { createRunLists } from './lists-service.ts';
import { saidBy, type Stretch } from './stretch-service.ts';
import { createRunTitles } from './titles-service.ts';
import { createRunUpload, type ListedSkip } from './upload-service.ts';
import type { TitlePlanner } from './title-plan-service.ts';
import type { TmdbCache } from '../tmdb/cache-service.ts';

/** Imports, syncs and previews. Whatever drives them calls `advance`. */
export interface Runs {
  /** Begins a run; the record is there when this resolves. Throws `import_in_progress` while another one is. */
  start(request: { user: string; kind: RunKind; options: RunOptions }): Promise<Run>;
  /** The latest first. */
  list(user: string): Promise<Run[]>;
  get(user: string, runId: string): Promise<Run>;
  /** Takes a chunk of an archive's events in. Repeating it changes nothing. */
  receive(request: {
    user: string;
    runId: string;
    number: number;
    events: readonly ImportEvent[];
    skipped: readonly ListedSkip[];
  }): Promise<void>;
  /** All chunks are in: the import of an archive may begin. */
  begin(user: string, runId: string): Promise<Run>;
  /** Works on a run for so long, and leaves a checkpoint. Throws `lease_held` while somebody else does. */
  advance(request: { user: string; runId: string; milliseconds: number }): Promise<Run>;
  cancel(user: string, runId: string): Promise<Run>;
  /** Lets a run that was cancelled, failed or interrupted go on from its checkpoint. */
  resume(user: string, runId: string): Promise<Run>;
  syncState(user: string): Promise<SyncState>;
  /** Works for so long on runs that nobody advances. Answers how many there were. */
  advanceOpen(milliseconds: number): Promise<number>;
  /** Leaves checkpoints, lets all runs of this process go and takes up none that nobody asks for. */
  stop(): Promise<void>;
}

export interface RunsOptions {
  store: Store;
  clock: Clock;
  log: Log;
  titles: TitlePlanner;
  trakt: Trakt;
  withTokenOf: (user: string) => WithToken;
  cache: Pick<TmdbCache, 'flush'>;
  times?: LeaseTimes;
  /** How often a worker looks whether it was cancelled while it waits. */
  pollMilliseconds?: number;
}

/** Why a stretch of work ends before the run does. */
type Stop = 'time' | 'cancelled' | 'lost';

const LISTED_RUNS = 50;
/** So long after somebody let go of a run, it counts as one that nobody advances. */
const IDLE_SECONDS = 5;

export function createRuns({
  store,
  clock,
  log,
  titles,
  trakt,
  withTokenOf,
  cache,
  times = LEASE_TIMES,
  pollMilliseconds = 500,
}: RunsOptions): Runs {
  const seconds = () => Math.floor(clock.now() / 1000);
  const leases = createRunLeases({ store, seconds, times });
  const events = createRunEvents({ store, seconds });
  const upload = createRunUpload({ store, events, seconds });
  const lists = createRunLists({ events, trakt, withTokenOf });
  const runTitles = createRunTitles({ events, titles, seconds });
  let stopped = false;
  /** The runs that this process works on. */
  const live = new Map<string, { shown: Run; stop: (why: Stop) => void; done: Promise<unknown> }>();

  async function read(user: string, runId: string): Promise<Run> {
    const item = await store.get(runKey(user, runId), { consistent: true });
    if (item) return runOf(item);
    throw new NotFoundError('There is no such import.', {
      code: 'run_not_found',
      suggestions: ['See those there are: immersion trakt status'],
    });
  }

  const shownBeside = (slot: RunSlot | undefined, run: Run): Run => {
    const status = shownStatus(run, slot, seconds());
    return status === 'running' ? { ...(live.get(run.runId)?.shown ?? run), status } : { ...run, status };
  };
  const shown = async (user: string, run: Run): Promise<Run> => shownBeside(await leases.slot(user), run);

  const isCancelled = async (runId: string) => (await store.get(cancelKey(runId), { consistent: true })) !== undefined;

  /** How far the syncs have come after this run. */
  async function syncStateAfter(user: string, run: Run, isGood: boolean): Promise<Write[]> {
    if (isDryRun(run) || run.kind === 'archive_import') return [];
    const before = syncStateOf(await store.get(syncStateKey(user), { consistent: true }));
    const { activities, failures } = run.checkpoint;
    const stages = Object.fromEntries(
      SYNC_STAGES.flatMap((stage) => {
        const failed = failures[stage];
        return failed === undefined ? [] : [[stage, { failed, activityAt: activities?.[stage] ?? null }]];
      }),
    ) as Parameters<typeof advanceCursors>[1]['stages'];
    const { startedAt } = run;
    const next: SyncState = {
      cursors: isGood ? advanceCursors(before.cursors, { startedAt, stages }) : before.cursors,
      lastSyncAt: isGood ? lastSyncAt(before.lastSyncAt, { startedAt, stages }) : before.lastSyncAt,
      lastAttemptAt: startedAt,
    };
    return [{ put: toSyncStateItem(user, next) }];
  }

  async function end(user: string, run: Run, claim: RunClaim): Promise<Run> {
    const ended: Run = { ...run, heartbeatAt: seconds(), finishedAt: seconds() };
    const isGood = ended.status === 'completed' || ended.status === 'completed_with_errors';
    await claim.end(ended, await syncStateAfter(user, ended, isGood));
    if (isGood) await events.forget(run.runId);
    return ended;
  }

  async function workOn(stretch: Stretch): Promise<void> {
    const { user } = stretch;
    if (stretch.run.phase === 'fetching') {
      const { cursors } = syncStateOf(await store.get(syncStateKey(user), { consistent: true }));
      await lists.fetch(stretch, cursors);
    }
    if (stretch.run.phase === 'importing') await runTitles.importTitles(stretch);
  }

  async function advanceRun(user: string, asked: Run, milliseconds: number): Promise<Run> {
    const claim = await leases.claim(user, asked);
    // Up to the claim another process may have gone on with it.
    const run = await read(user, asked.runId);
    const until = clock.now() + milliseconds;
    const controller = new AbortController();
    let why: Stop | undefined;
    const stop = (reason: Stop) => {
      why ??= reason;
      controller.abort(new Error(reason));
    };
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const entry = { shown: run, stop, done };
    live.set(run.runId, entry);
    const deadline = setTimeout(() => stop('time'), milliseconds);
    const poll = setInterval(() => {
      void claim.renew().catch((error: unknown) => {
        if (error instanceof ConflictError) stop('lost');
      });
      void isCancelled(run.runId).then(
        (cancelled) => cancelled && stop('cancelled'),
        () => undefined,
      );
    }, pollMilliseconds);
    const stretch: Stretch = {
      user,
      run,
      claim,
      signal: controller.signal,
      async gate() {
        if (clock.now() >= until) stop('time');
        if (!why && (await isCancelled(run.runId))) stop('cancelled');
        controller.signal.throwIfAborted();
      },
      show: (latest) => void (entry.shown = { ...latest, heartbeatAt: seconds() }),
    };
    try {
      await workOn(stretch);
      await cache.flush();
      const status = stretch.run.errorCount > 0 ? 'completed_with_errors' : 'completed';
      return await end(user, { ...stretch.run, phase: 'finished', status, currentItem: null }, claim);
    } catch (error) {
      if (why === 'lost') throw leaseLost();
      await cache.flush().catch(() => undefined);
      if (why === 'cancelled') return await end(user, { ...stretch.run, status: 'cancelled' }, claim);
      if (why === 'time') {
        const released: Run = { ...stretch.run, heartbeatAt: seconds() };
        await claim.release(released);
        return released;
      }
      return await fail(stretch, error);
    } finally {
      clearTimeout(deadline);
      clearInterval(poll);
      live.delete(run.runId);
      resolve();
    }
  }

  async function fail({ user, run, claim }: Stretch, error: unknown): Promise<Run> {
    const isKnown = error instanceof ImmersionError;
    if (isKnown && error.code === 'lease_held') throw error;
    if (!isKnown) log.error('An import failed unexpectedly', { run_id: run.runId }, error);
    const failure = isKnown
      ? { ...saidBy(error) }
      : { code: 'internal_error', message: 'Something went wrong. The log says what.' };
    return end(user, { ...run, status: 'failed', failure }, claim);
  }

  const openRuns = async () => {
    const found: { user: string; runId: string }[] = [];
    for await (const item of store.query(OPEN_RUNS_PARTITION, { consistent: true })) {
      found.push({ user: String(item['user']), runId: String(item['sk']) });
    }
    return found;
  };

  const runs: Runs = {
    async start({ user, kind, options }) {
      const run = newRun({ runId: newRunId(clock.now()), kind, options }, seconds());
      await leases.occupy(user, run);
      return run;
    },

    async list(user) {
      const slot = await leases.slot(user);
      const found: Run[] = [];
      const range = { descending: true, limit: LISTED_RUNS, consistent: true };
      for await (const item of store.query(runsPartition(user), range)) {
        found.push(shownBeside(slot, runOf(item)));
      }
      return found;
    },

    get: async (user, runId) => shown(user, await read(user, runId)),

    async receive({ user, runId, number, events: brought, skipped }) {
      const run = await shown(user, await read(user, runId));
      if (run.status !== 'running' || run.phase !== 'receiving') throw wrongState(run, 'takes no events');
      await leases.keepUploading(user, runId);
      await upload.receive({ run, number, events: brought, skipped });
    },

    async begin(user, runId) {
      const before = await shown(user, await read(user, runId));
      if (before.status !== 'running' || before.kind !== 'archive_import') throw wrongState(before, 'cannot begin');
      if (before.phase !== 'receiving') return before;
      const counted = await upload.counted(before);
      const claim = await leases.claim(user, before);
      const latest = await read(user, runId);
      // It may have been begun twice, and be further already.
      const run = latest.phase === 'receiving' ? counted : latest;
      await claim.release(run);
      return run;
    },

    async advance({ user, runId, milliseconds }) {
      const run = await shown(user, await read(user, runId));
      if (live.has(runId)) throw leaseLost();
      if (run.status !== 'running' || run.phase === 'receiving') return run;
      return shown(user, await advanceRun(user, run, milliseconds));
    },

    async cancel(user, runId) {
      const run = await shown(user, await read(user, runId));
      if (run.status !== 'running' && run.status !== 'interrupted') throw wrongState(run, 'cannot be cancelled');
      await store.put({ ...keyAttributes(cancelKey(runId)), expires_at: seconds() + 24 * 60 * 60 });
      const worker = live.get(runId);
      if (worker) {
        worker.stop('cancelled');
        await worker.done;
        const latest = await read(user, runId);
        // Where its time was up already, it has let the run go instead.
        if (latest.status !== 'running') return latest;
      }
      const slot = await leases.slot(user);
      if (slot?.runId !== runId) {
        // Another run has the place already: this one cannot be at work.
        const cancelled: Run = { ...(await read(user, runId)), status: 'cancelled', finishedAt: seconds() };
        await store.transact([{ put: toRunItem(user, cancelled) }, { delete: openRunKey(runId) }]);
        return cancelled;
      }
      // Whoever holds it, or takes it this moment, looks out for this.
      const claim = isHeld(slot, seconds()) ? undefined : await leases.claim(user, run).catch(onlyOf('lease_held'));
      if (!claim) return run;
      return end(user, { ...(await read(user, runId)), status: 'cancelled' }, claim);
    },

    async resume(user, runId) {
      const run = await shown(user, await read(user, runId));
      if (run.status === 'completed' || run.status === 'completed_with_errors') throw wrongState(run, 'cannot go on');
      const going: Run = { ...run, status: 'running', finishedAt: null, failure: null };
      await leases.occupy(user, going);
      return going;
    },

    syncState: async (user) => syncStateOf(await store.get(syncStateKey(user), { consistent: true })),

    async advanceOpen(milliseconds) {
      const until = clock.now() + milliseconds;
      let advanced = 0;
      for (const { user, runId } of await openRuns()) {
        const slot = await leases.slot(user);
        const isIdle = slot?.runId === runId && slot.holder === '' && seconds() - slot.releasedAt >= IDLE_SECONDS;
        if (!isIdle || live.has(runId)) continue;
        const left = until - clock.now();
        if (left <= 0 || stopped) break;
        try {
          await runs.advance({ user, runId, milliseconds: left });
          advanced += 1;
        } catch (error) {
          // Somebody was faster, or the run has ended meanwhile; and nobody's run is to hold up another's.
          if (error instanceof ConflictError || error instanceof NotFoundError) continue;
          log.error('An import could not go on', { run_id: runId }, error);
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
  return runs;
}

/** Sorts by the time of the start: `20261121T120000-1f7d6a3b2c105e98`. */
const newRunId = (now: number): string =>
  `${new Date(now).toISOString().replaceAll(/[-:]|\..*/g, '')}-${randomBytes(8).toString('hex')}`;

/** Undefined in place of the one error that was to be expected. */
const onlyOf = (code: string) => (error: unknown) => {
  if (error instanceof ConflictError && error.code === code) return undefined;
  throw error;
};

const wrongState = (run: Run, what: string): ConflictError =>
  new ConflictError(`This import ${what}: it ${STATES[run.status]}.`, { code: 'run_state' });

const STATES: Record<RunStatus, string> = {
  running: 'is under way',
  completed: 'is done',
  completed_with_errors: 'is done',
  failed: 'has failed',
  cancelled: 'was cancelled',
  interrupted: 'was interrupted',
};
