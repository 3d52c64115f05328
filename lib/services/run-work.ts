import { ImmersionError, NotConfiguredError, ProviderError, StoreError } from '../domain/errors.ts';
import { type Run, type RunError, isDryRun, stagesOf, withCounts, withError, withSkipped } from '../domain/runs.ts';
import { SYNC_STAGES, type SyncCursors, hasMoved, stageStart, type SyncStage } from '../domain/sync-cursor.ts';
import { stageOf } from '../domain/import-plan.ts';
import type { ImportEvent, SkippedEntry } from '../domain/trakt-events.ts';
import { MAXIMUM_TRANSACTION_WRITES } from '../store/store.ts';
import type { Trakt, TraktCall, TraktListPage, TraktPaging } from './ports.ts';
import type { RunEvents, TitleEvents } from './run-events.ts';
import type { RunClaim } from './run-lease.ts';
import type { PlannedTitle, TitleImport } from './title-import.ts';

/** One stretch of work on a run. */
export interface Stretch {
  user: string;
  run: Run;
  claim: RunClaim;
  /** Calls off what is in flight. */
  signal: AbortSignal;
  /** Throws when the work is to end here: its time is up, or somebody cancelled it. */
  gate(): Promise<void>;
  /** What is done but not written yet, as it is shown. */
  show(run: Run): void;
}

export interface RunWork {
  /** Reads Trakt's lists, from where the run stands, and keeps their events. */
  fetch(stretch: Stretch, cursors: SyncCursors): Promise<void>;
  /** Goes from title to title. */
  importTitles(stretch: Stretch): Promise<void>;
}

/** Room in a transaction beside the run and its slot. */
const WRITES_A_SAVE = MAXIMUM_TRANSACTION_WRITES - 2;
/** So much is done between two saves at most, where titles come slowly. */
const SAVE_SECONDS = 5;
const TRIES_AGAINST_OTHER_WRITERS = 5;
/** Without these nothing of a run can be done. */
const FATAL_CODES = new Set([
  'trakt_not_connected',
  'trakt_reconnect_required',
  'trakt_forbidden',
  'trakt_account_locked',
  'tmdb_key_refused',
]);

/** What is to be written for a title that was looked at. */
type Outcome =
  | {
      kind: 'planned';
      plan: PlannedTitle;
      /** How many of its writes are done. */
      written: number;
    }
  | { kind: 'unknown' }
  | { kind: 'failed'; error: ImmersionError };

interface Waiting {
  title: TitleEvents;
  outcome: Outcome;
}

export function createRunWork({
  events,
  titles,
  trakt,
  withTokenOf,
  seconds,
}: {
  events: RunEvents;
  titles: TitleImport;
  trakt: Trakt;
  withTokenOf: (user: string) => TraktCall['withToken'];
  seconds: () => number;
}): RunWork {
  async function readActivities(stretch: Stretch): Promise<void> {
    if (stretch.run.checkpoint.activities) return;
    await stretch.gate();
    const call = { withToken: withTokenOf(stretch.user), signal: stretch.signal };
    const activities = await trakt.lastActivities(call).catch((error: unknown) => {
      if (stretch.signal.aborted || isFatal(error)) throw error;
      return UNKNOWN_ACTIVITIES;
    });
    await save(stretch, { ...stretch.run, checkpoint: { ...stretch.run.checkpoint, activities } });
  }

  function pagesOf(
    stage: SyncStage,
    { run, user, signal }: Stretch,
    cursors: SyncCursors,
  ): AsyncIterable<TraktListPage<ImportEvent>> {
    const { page } = run.checkpoint;
    const paging: TraktPaging = { withToken: withTokenOf(user), signal, ...(page && { from: page }) };
    if (stage === 'ratings') return trakt.ratings(paging);
    if (stage === 'watchlist') return trakt.watchlist(paging);
    const startAt = run.kind === 'trakt_sync' ? stageStart(cursors[stage], run.startedAt) : undefined;
    return trakt.history({
      ...paging,
      type: stage === 'movies' ? 'movies' : 'shows',
      startAt,
      endAt: run.startedAt,
    });
  }

  async function readList(stretch: Stretch, stage: SyncStage, cursors: SyncCursors): Promise<void> {
    for await (const page of pagesOf(stage, stretch, cursors)) {
      const { run } = stretch;
      const chunk = run.checkpoint.chunks;
      await events.keep({ runId: run.runId, chunk, events: page.events });
      let read = withCounts(run, stage, { total: page.events.length + page.skipped.length });
      read = withSkipped(read, stage, page.skipped);
      const failures = { ...read.checkpoint.failures, [stage]: read.checkpoint.failures[stage] ?? 0 };
      read = {
        ...read,
        checkpoint: {
          ...read.checkpoint,
          failures,
          chunks: chunk + 1,
          page: { page: page.page + 1, limit: page.limit, distinct: page.distinct },
        },
      };
      if (page.incomplete) read = withIncomplete(read, stage, page.incomplete);
      if (page.isLast) read = atStage(read, SYNC_STAGES.indexOf(stage) + 1);
      await save(stretch, read);
      if (!page.isLast) await stretch.gate();
    }
  }

  /** A preview asks Trakt which series it counts as watched: one of which the history says nothing is told. */
  async function crossChecked({ run, user, signal }: Stretch): Promise<Run> {
    const isWhole = run.incomplete.every(({ list }) => list !== 'episodes');
    if (run.kind !== 'trakt_preview' || !run.options.series || !isWhole) return run;
    const read = new Set<number>();
    for await (const { reference, events: brought } of events.titles(run.runId, null)) {
      if (brought.some(({ kind }) => kind === 'episode_watched')) read.add(reference.tmdbId);
    }
    const skipped = new Set(run.skippedEntries.map(({ title }) => title));
    try {
      for await (const page of trakt.watchedShows({ withToken: withTokenOf(user), signal })) {
        const isMissing = page.events.some(({ tmdbId, title }) => !read.has(tmdbId) && !skipped.has(title));
        if (isMissing) return withIncomplete(run, 'episodes', 'missing_series');
      }
    } catch (error) {
      if (signal.aborted || !(error instanceof ProviderError)) throw error;
    }
    return run;
  }

  return {
    async fetch(stretch, cursors) {
      await readActivities(stretch);
      const wanted = stagesOf(stretch.run.options);
      while (stretch.run.checkpoint.stage < SYNC_STAGES.length) {
        await stretch.gate();
        const stage = SYNC_STAGES[stretch.run.checkpoint.stage];
        const activityAt = stage ? (stretch.run.checkpoint.activities?.[stage] ?? null) : null;
        const isStill = stretch.run.kind === 'trakt_sync' && stage && !hasMoved(cursors[stage], activityAt);
        if (!stage || !wanted.includes(stage) || isStill) {
          const { checkpoint } = stretch.run;
          const failures = stage && isStill ? { ...checkpoint.failures, [stage]: 0 } : checkpoint.failures;
          const passed = { ...stretch.run, checkpoint: { ...checkpoint, failures } };
          stretch.run = atStage(passed, checkpoint.stage + 1);
          continue;
        }
        try {
          await readList(stretch, stage, cursors);
        } catch (error) {
          if (stretch.signal.aborted || !(error instanceof ProviderError) || isFatal(error)) throw error;
          const failed = withError(stretch.run, { stage, item: null, ...saidBy(error) }, [stage]);
          const incomplete = [...failed.incomplete, { list: stage, reason: error.code }];
          await save(stretch, atStage({ ...failed, incomplete }, stretch.run.checkpoint.stage + 1));
        }
      }
      const checked = await crossChecked(stretch);
      const total = await events.countTitles(checked.runId);
      await save(stretch, { ...checked, phase: 'importing', total });
    },

    async importTitles(stretch) {
      const isFull = stretch.run.kind !== 'trakt_sync';
      const waiting: Waiting[] = [];
      let writes = 0;
      let savedAt = seconds();
      const lookAt = async ({ reference, events: brought }: TitleEvents): Promise<Outcome> => {
        const { user, signal } = stretch;
        try {
          const plan = await titles.plan({ user, reference, events: brought, isFull, signal });
          return plan ? { kind: 'planned', plan, written: 0 } : { kind: 'unknown' };
        } catch (error) {
          if (signal.aborted || !(error instanceof ImmersionError) || isFatal(error)) throw error;
          return { kind: 'failed', error };
        }
      };
      const flush = async () => {
        await writeAll(stretch, waiting, lookAt);
        writes = 0;
        savedAt = seconds();
      };

      try {
        for await (const title of events.titles(stretch.run.runId, stretch.run.checkpoint.after)) {
          await stretch.gate();
          stretch.show(shownRun(stretch.run, waiting, nameOf(title)));
          const outcome = await lookAt(title);
          waiting.push({ title, outcome });
          writes += outcome.kind === 'planned' ? outcome.plan.writes.length : 0;
          const isEnough = Math.max(writes, waiting.length) >= WRITES_A_SAVE;
          if (isEnough || seconds() - savedAt >= SAVE_SECONDS) await flush();
        }
      } finally {
        // What is done is done, also when the work ends here; a lost lease says so itself.
        await flush();
      }
    },
  };

  /** Writes what waits, as much as fits at a time, with the run that counts exactly that. */
  async function writeAll(
    stretch: Stretch,
    waiting: Waiting[],
    lookAt: (title: TitleEvents) => Promise<Outcome>,
  ): Promise<void> {
    for (let tries = 0; waiting.length > 0;) {
      const { run, writes, done, partial } = nextSave(stretch.run, waiting);
      if (await save(stretch, run, isDryRun(run) ? [] : writes)) {
        waiting.splice(0, done);
        const [first] = waiting;
        if (partial > 0 && first?.outcome.kind === 'planned') first.outcome.written = partial;
        tries = 0;
        continue;
      }
      tries += 1;
      const [first] = waiting;
      if (tries > TRIES_AGAINST_OTHER_WRITERS && first) {
        const error = new StoreError('It is being changed by someone else all the time.', {
          code: 'changed_meanwhile',
        });
        first.outcome = { kind: 'failed', error };
        tries = 0;
      }
      for (const one of waiting) if (one.outcome.kind === 'planned') one.outcome = await lookAt(one.title);
    }
  }
}

/** What fits into the next save, and how many titles are done with it. */
function nextSave(before: Run, waiting: readonly Waiting[]) {
  let run = before;
  const writes: PlannedTitle['writes'][number]['write'][] = [];
  let done = 0;
  for (const { title, outcome } of waiting) {
    if (outcome.kind !== 'planned') {
      run = outcome.kind === 'unknown' ? unknownTitle(run, title) : failedTitle(run, title, outcome.error);
      done += 1;
      continue;
    }
    const { plan, written } = outcome;
    const next = plan.writes.slice(written, written + WRITES_A_SAVE - writes.length);
    if (next.length === 0 && plan.writes.length > written) break;
    const isBegun = written > 0 || before.checkpoint.partial === title.key;
    if (!isBegun) run = countTitle(run, plan);
    for (const { write, stage, isNew } of next) {
      writes.push(write);
      if (stage && isNew) run = withCounts(run, stage, stage === 'movies' ? { sessions: 1 } : { episodes: 1 });
    }
    if (written + next.length < plan.writes.length) {
      run = { ...run, checkpoint: { ...run.checkpoint, partial: title.key } };
      return { run, writes, done, partial: written + next.length };
    }
    run = afterTitle({ ...run, succeeded: run.succeeded + 1 }, title);
    done += 1;
  }
  return { run, writes, done, partial: 0 };
}

function countTitle(before: Run, { counts }: PlannedTitle): Run {
  let run = before;
  for (const stage of SYNC_STAGES) {
    const { new: added = 0, existing = 0, ratings = 0 } = counts[stage] ?? {};
    if (counts[stage]) run = withCounts(run, stage, { new: added, existing, ratings });
  }
  return run;
}

const afterTitle = (run: Run, { key, reference }: TitleEvents): Run => ({
  ...run,
  completed: run.completed + 1,
  currentItem: reference.title ?? run.currentItem,
  checkpoint: { ...run.checkpoint, after: key, partial: null },
});

function failedTitle(run: Run, title: TitleEvents, error: ImmersionError): Run {
  const stages = [...new Set(title.events.map(stageOf))];
  const failed = withError(run, { stage: stages[0] ?? null, item: nameOf(title), ...saidBy(error) }, stages);
  return afterTitle({ ...failed, failed: failed.failed + 1 }, title);
}

/** TMDB has no such title: it counts as known, and only a full import asks again. */
function unknownTitle(run: Run, title: TitleEvents): Run {
  const entry: SkippedEntry = {
    reason: 'not_at_tmdb',
    title: title.reference.title,
    traktId: title.reference.traktId,
  };
  const [stage = 'movies'] = title.events.map(stageOf);
  return afterTitle(withSkipped(run, stage, [entry]), title);
}

function withIncomplete(run: Run, list: SyncStage, reason: string): Run {
  const message = `Trakt did not give all of the list (${reason.replaceAll('_', ' ')}).`;
  const failed = withError(run, { stage: list, item: null, code: 'incomplete_list', message }, [list]);
  return { ...failed, incomplete: [...failed.incomplete, { list, reason }] };
}

const atStage = (run: Run, stage: number): Run => ({ ...run, checkpoint: { ...run.checkpoint, stage, page: null } });

async function save(stretch: Stretch, run: Run, writes: Parameters<RunClaim['save']>[1] = []): Promise<boolean> {
  const isSaved = await stretch.claim.save(run, writes);
  if (isSaved) {
    stretch.run = run;
    stretch.show(run);
  }
  return isSaved;
}

/** The run as it will be when what waits is written. */
const shownRun = (run: Run, waiting: readonly Waiting[], currentItem: string): Run => {
  const failed = waiting.filter(({ outcome }) => outcome.kind === 'failed').length;
  const succeeded = waiting.filter(({ outcome }) => outcome.kind === 'planned').length;
  return {
    ...run,
    completed: run.completed + waiting.length,
    succeeded: run.succeeded + succeeded,
    failed: run.failed + failed,
    currentItem,
  };
};

const nameOf = ({ reference }: TitleEvents): string => reference.title ?? `TMDB ${reference.tmdbId}`;

const UNKNOWN_ACTIVITIES = { movies: null, episodes: null, watchlist: null, ratings: null };

/** Whether nothing of the run can be done with this error. */
const isFatal = (error: unknown): boolean =>
  !(error instanceof ImmersionError) ||
  error instanceof NotConfiguredError ||
  (error instanceof StoreError && error.code !== 'changed_meanwhile') ||
  FATAL_CODES.has(error.code);

export const saidBy = ({ code, message }: ImmersionError): Pick<RunError, 'code' | 'message'> => ({ code, message });
