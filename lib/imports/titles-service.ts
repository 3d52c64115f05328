import { ImmersionError, StoreError } from '../core/errors.ts';
import { stageOf } from './plan-rules.ts';
import { type Run, isDryRun, withCounts, withError, withSkipped } from './job-rules.ts';
import { SYNC_STAGES } from './cursor-rules.ts';
import type { SkippedEntry } from './event-rules.ts';
import { MAXIMUM_TRANSACTION_WRITES } from '../core/store/store.ts';
import type { RunEvents, TitleEvents } from './events-service.ts';
import { isFatal, saidBy, save, type Stretch } from './stretch-service.ts';
import type { PlannedTitle, TitleImport } from '../titles/title-import-service.ts';

/** The second part of a run: the titles that its events are about. */
export interface RunTitles {
  /** Goes from one to the next, from where the run stands. */
  importTitles(stretch: Stretch): Promise<void>;
}

/** Room in a transaction beside the run and its slot. */
const WRITES_A_SAVE = MAXIMUM_TRANSACTION_WRITES - 2;
/** So much is done between two saves at most, where titles come slowly. */
const SAVE_SECONDS = 5;
const TRIES_AGAINST_OTHER_WRITERS = 5;
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

export function createRunTitles({
  events,
  titles,
  seconds,
}: {
  events: RunEvents;
  titles: TitleImport;
  seconds: () => number;
}): RunTitles {
  return {
    async importTitles(stretch) {
      const isFull = stretch.run.kind !== 'trakt_sync';
      const isTrusted = stretch.run.options.dates === 'trakt';
      const waiting: Waiting[] = [];
      let writes = 0;
      let savedAt = seconds();
      const lookAt = async ({ reference, events: brought }: TitleEvents): Promise<Outcome> => {
        const { user, signal } = stretch;
        try {
          const plan = await titles.plan({ user, reference, events: brought, isFull, isTrusted, signal });
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

function countTitle(before: Run, { counts, dates }: PlannedTitle): Run {
  let run: Run = {
    ...before,
    dates: {
      undated: before.dates.undated + dates.undated,
      tickedOff: before.dates.tickedOff + dates.tickedOff,
      moved: before.dates.moved + dates.moved,
    },
  };
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
