import { ImmersionError, StoreError } from '../core/errors.ts';
import { stageOf } from './plan-rules.ts';
import { type Job, isDryRun, withCounts, withError, withSkipped } from './job-rules.ts';
import { SYNC_STAGES } from './cursor-rules.ts';
import type { SkippedEntry } from './event-rules.ts';
import { MAXIMUM_TRANSACTION_WRITES } from '../core/store/store.ts';
import type { JobEvents, TitleEvents } from './events-service.ts';
import { isFatal, longWaitOf, toFailure, save, type Work } from './work-service.ts';
import { type PlannedTitle, type TitlePlanner, traktKey } from './title-plan-service.ts';

/** The second phase of a job: writing its titles. */
export interface JobTitles {
  /** Continues from the job's checkpoint. */
  importTitles(work: Work): Promise<void>;
}

/** The job and its slot take two writes. */
const WRITES_A_SAVE = MAXIMUM_TRANSACTION_WRITES - 2;
/** Longest time between saves. */
const SAVE_SECONDS = 5;
const TRIES_AGAINST_OTHER_WRITERS = 5;
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

export function createJobTitles({
  events,
  titles,
  seconds,
}: {
  events: JobEvents;
  titles: TitlePlanner;
  seconds: () => number;
}): JobTitles {
  return {
    async importTitles(work) {
      const isFull = work.job.kind !== 'trakt_sync';
      const isTrusted = work.job.options.dates === 'trakt';
      const waiting: Waiting[] = [];
      let writes = 0;
      let savedAt = seconds();
      const idsByTrakt = await titles.idsByTrakt(work.user);
      const planFor = async ({ reference, events: brought }: TitleEvents): Promise<Outcome> => {
        const { user, signal } = work;
        const ids = idsByTrakt.get(traktKey(reference.type, reference.traktId)) ?? [];
        const previousIds = ids.filter((id) => id !== reference.tmdbId);
        try {
          const plan = await titles.plan({
            user,
            reference,
            events: brought,
            isFull,
            isTrusted,
            service: work.job.options.service,
            previousIds,
            batchId: work.job.jobId,
            signal,
          });
          return plan ? { kind: 'planned', plan, written: 0 } : { kind: 'unknown' };
        } catch (error) {
          const isFailure = error instanceof ImmersionError && !isFatal(error) && longWaitOf(error) === undefined;
          if (signal.aborted || !isFailure) throw error;
          return { kind: 'failed', error };
        }
      };
      const flush = async () => {
        await writeAll(work, waiting, planFor);
        writes = 0;
        savedAt = seconds();
      };

      try {
        for await (const title of events.titles(work.job.jobId, work.job.checkpoint.after)) {
          await work.gate();
          work.show(shownJob(work.job, waiting, nameOf(title)));
          const outcome = await planFor(title);
          waiting.push({ title, outcome });
          writes += outcome.kind === 'planned' ? outcome.plan.writes.length : 0;
          const isEnough = Math.max(writes, waiting.length) >= WRITES_A_SAVE;
          if (isEnough || seconds() - savedAt >= SAVE_SECONDS) await flush();
        }
      } finally {
        // Save completed titles even if work stops here; a lost lease throws.
        await flush();
      }
    },
  };

  /** Writes pending titles in batches, each with a job whose counts match. */
  async function writeAll(
    work: Work,
    waiting: Waiting[],
    planFor: (title: TitleEvents) => Promise<Outcome>,
  ): Promise<void> {
    for (let tries = 0; waiting.length > 0;) {
      const { job, writes, done, partial } = nextSave(work.job, waiting);
      if (await save(work, job, isDryRun(job) ? [] : writes)) {
        waiting.splice(0, done);
        const [first] = waiting;
        if (partial > 0 && first?.outcome.kind === 'planned') first.outcome.written = partial;
        tries = 0;
        continue;
      }
      tries += 1;
      const [first] = waiting;
      if (tries > TRIES_AGAINST_OTHER_WRITERS && first) {
        const error = new StoreError('It keeps being changed by someone else.', {
          code: 'changed_meanwhile',
        });
        first.outcome = { kind: 'failed', error };
        tries = 0;
      }
      for (const one of waiting) if (one.outcome.kind === 'planned') one.outcome = await planFor(one.title);
    }
  }
}

/** The next batch of writes, and how many titles it completes. */
function nextSave(before: Job, waiting: readonly Waiting[]) {
  let job = before;
  const writes: PlannedTitle['writes'][number]['write'][] = [];
  let done = 0;
  for (const { title, outcome } of waiting) {
    if (outcome.kind !== 'planned') {
      job = outcome.kind === 'unknown' ? unknownTitle(job, title) : failedTitle(job, title, outcome.error);
      done += 1;
      continue;
    }
    const { plan, written } = outcome;
    const next = plan.writes.slice(written, written + WRITES_A_SAVE - writes.length);
    if (next.length === 0 && plan.writes.length > written) break;
    const isBegun = written > 0 || before.checkpoint.partial === title.key;
    if (!isBegun) job = countTitle(job, plan);
    for (const { write, stage, isNew } of next) {
      writes.push(write);
      if (stage && isNew) job = withCounts(job, stage, stage === 'movies' ? { sessions: 1 } : { episodes: 1 });
    }
    if (written + next.length < plan.writes.length) {
      job = { ...job, checkpoint: { ...job.checkpoint, partial: title.key } };
      return { job, writes, done, partial: written + next.length };
    }
    job = afterTitle({ ...job, succeeded: job.succeeded + 1 }, title);
    done += 1;
  }
  return { job, writes, done, partial: 0 };
}

function countTitle(before: Job, { counts, joined, dates }: PlannedTitle): Job {
  let job: Job = {
    ...before,
    joined: before.joined + joined,
    dates: {
      undated: before.dates.undated + dates.undated,
      tickedOff: before.dates.tickedOff + dates.tickedOff,
      moved: before.dates.moved + dates.moved,
    },
  };
  for (const stage of SYNC_STAGES) {
    const { new: added = 0, existing = 0, ratings = 0 } = counts[stage] ?? {};
    if (counts[stage]) job = withCounts(job, stage, { new: added, existing, ratings });
  }
  return job;
}

const afterTitle = (job: Job, { key, reference }: TitleEvents): Job => ({
  ...job,
  completed: job.completed + 1,
  currentItem: reference.title ?? job.currentItem,
  checkpoint: { ...job.checkpoint, after: key, partial: null },
});

function failedTitle(job: Job, title: TitleEvents, error: ImmersionError): Job {
  const stages = [...new Set(title.events.map(stageOf))];
  const failed = withError(job, { stage: stages[0] ?? null, item: nameOf(title), ...toFailure(error) }, stages);
  return afterTitle({ ...failed, failed: failed.failed + 1 }, title);
}

/** A title that TMDB doesn't have counts as done; only a full import retries it. */
function unknownTitle(job: Job, title: TitleEvents): Job {
  const entry: SkippedEntry = {
    reason: 'not_at_tmdb',
    title: title.reference.title,
    traktId: title.reference.traktId,
  };
  const [stage = 'movies'] = title.events.map(stageOf);
  return afterTitle(withSkipped(job, stage, [entry]), title);
}

/** The job's counts as they will be after the next save. */
const shownJob = (job: Job, waiting: readonly Waiting[], currentItem: string): Job => {
  const failed = waiting.filter(({ outcome }) => outcome.kind === 'failed').length;
  const succeeded = waiting.filter(({ outcome }) => outcome.kind === 'planned').length;
  return {
    ...job,
    completed: job.completed + waiting.length,
    succeeded: job.succeeded + succeeded,
    failed: job.failed + failed,
    currentItem,
  };
};

const nameOf = ({ reference }: TitleEvents): string => reference.title ?? `TMDB ${reference.tmdbId}`;
