import type { Trakt, TraktCall, TraktListPage, TraktPaging } from './ports.ts';
import { ProviderError } from '../core/errors.ts';
import { type Job, pausedUntil, stagesOf, withCounts, withError, withIncomplete, withSkipped } from './job-rules.ts';
import { SYNC_STAGES, hasChanged, stageStart, type SyncStage } from './cursor-rules.ts';
import type { ImportEvent } from './event-rules.ts';
import type { JobEvents } from './events-service.ts';
import type { SyncState } from './job-items.ts';
import { ALL_TITLES, type LatePlays, whereFound } from './late-service.ts';
import { isFatal, longWaitOf, toFailure, save, type Work } from './work-service.ts';

/** The first phase of a Trakt job: reading its lists. */
export interface JobLists {
  /** Stores the events of all lists, from the checkpoint on. Rate-limited lists are left paused. */
  fetch(work: Work, state: SyncState): Promise<void>;
}

export function createJobLists({
  events,
  late,
  trakt,
  withTokenOf,
  seconds,
}: {
  events: JobEvents;
  late: LatePlays;
  trakt: Trakt;
  withTokenOf: (user: string) => TraktCall['withToken'];
  seconds: () => number;
}): JobLists {
  async function readActivities(work: Work): Promise<void> {
    if (work.job.checkpoint.activities) return;
    await work.gate();
    const call = { withToken: withTokenOf(work.user), signal: work.signal };
    try {
      const activities = await trakt.lastActivities(call);
      await save(work, { ...work.job, checkpoint: { ...work.job.checkpoint, activities } });
    } catch (error) {
      if (work.signal.aborted || isFatal(error)) throw error;
      const wait = longWaitOf(error);
      const { checkpoint } = work.job;
      if (wait === undefined) {
        await save(work, { ...work.job, checkpoint: { ...checkpoint, activities: UNKNOWN_ACTIVITIES } });
        return;
      }
      // The rate limit applies to all lists.
      const all = stagesOf(work.job.options).map((stage) => [
        stage,
        { page: null, late: null, until: seconds() + wait },
      ]);
      const paused = { ...(Object.fromEntries(all) as typeof checkpoint.paused), ...checkpoint.paused };
      await save(work, {
        ...work.job,
        failure: error instanceof ProviderError ? toFailure(error) : null,
        checkpoint: { ...checkpoint, paused },
      });
    }
  }

  /** Where a sync starts reading a list of plays; undefined for lists read as a whole. */
  function startOf(stage: SyncStage, { kind, startedAt }: Job, { cursors, importedTo }: SyncState): number | undefined {
    const isWhole = kind !== 'trakt_sync' || (stage !== 'movies' && stage !== 'episodes');
    return isWhole ? undefined : stageStart(cursors[stage], startedAt, importedTo[stage]);
  }

  const pagingOf = ({ job: { checkpoint }, user, signal }: Work): TraktPaging => ({
    withToken: withTokenOf(user),
    signal,
    ...(checkpoint.page && { from: checkpoint.page }),
  });

  function pagesOf(stage: SyncStage, work: Work, startAt: number | undefined) {
    const paging = pagingOf(work);
    if (stage === 'ratings') return trakt.ratings(paging);
    if (stage === 'watchlist') return trakt.watchlist(paging);
    return trakt.history({ ...paging, type: typeOf(stage), startAt, endAt: work.job.startedAt });
  }

  /** Stores the events of pages; `atEnd` updates the job with the last page. */
  async function readPages(
    work: Work,
    stage: SyncStage,
    pages: AsyncIterable<TraktListPage<ImportEvent>>,
    atEnd: (job: Job) => Job,
  ): Promise<void> {
    for await (const page of pages) {
      const { job } = work;
      const chunk = job.checkpoint.chunks;
      await events.keep({ jobId: job.jobId, chunk, events: page.events });
      let read = withCounts(job, stage, { total: page.events.length + page.skipped.length });
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
      if (page.incomplete) read = withIncomplete(read, stage, { reason: page.incomplete, subject: 'Trakt returned' });
      if (page.isLast) read = atEnd(read);
      await save(work, read);
      if (!page.isLast) await work.gate();
    }
  }

  async function readList(work: Work, stage: SyncStage, state: SyncState): Promise<void> {
    const startAt = startOf(stage, work.job, state);
    const [cursor, importedTo] = [state.cursors[stage], state.importedTo[stage]];
    if (work.job.checkpoint.late === null) {
      // A first sync reads one day and doesn't look for late plays.
      const hasLate = startAt !== undefined && (cursor ?? importedTo) !== undefined;
      await readPages(work, stage, pagesOf(stage, work, startAt), (job) => {
        const read = startAt === undefined ? job : { ...job, readFrom: { ...job.readFrom, [stage]: startAt } };
        return hasLate ? atLate(read, 'due') : atStage(read, placeOf(stage) + 1);
      });
    }
    if (startAt === undefined || work.job.checkpoint.late === null) return;
    if (work.job.checkpoint.late === 'due') {
      const request = { type: typeOf(stage), from: startAt, isUnfinished: cursor === undefined };
      await save(work, atLate(work.job, await late.changed(work, request)));
    }
    for (;;) {
      const [traktId, ...others] = unreadTitles(work.job);
      if (traktId === undefined) break;
      await work.gate();
      const only = traktId === ALL_TITLES ? {} : { traktId };
      const history = trakt.history({ ...pagingOf(work), ...only, type: typeOf(stage), endAt: work.job.startedAt });
      await readPages(work, stage, whereFound(history), (job) => atLate(job, others));
      work.job = atLate(work.job, others);
    }
    await save(work, atStage(work.job, placeOf(stage) + 1));
  }

  /** A preview compares with the series that Trakt counts as watched, and reports if the history lacks any. */
  async function crossChecked({ job, user, signal }: Work): Promise<Job> {
    const isWhole = job.incomplete.every(({ list }) => list !== 'episodes');
    if (job.kind !== 'trakt_preview' || !job.options.series || !isWhole) return job;
    const read = new Set<number>();
    for await (const { reference, events: brought } of events.titles(job.jobId, null)) {
      if (brought.some(({ kind }) => kind === 'episode_watched')) read.add(reference.tmdbId);
    }
    const skipped = new Set(job.skippedEntries.map(({ title }) => title));
    try {
      for await (const page of trakt.watchedShows({ withToken: withTokenOf(user), signal })) {
        const isMissing = page.events.some(({ tmdbId, title }) => !read.has(tmdbId) && !skipped.has(title));
        if (isMissing) return withIncomplete(job, 'episodes', { reason: 'missing_series', subject: 'Trakt returned' });
      }
    } catch (error) {
      if (signal.aborted || !(error instanceof ProviderError)) throw error;
    }
    return job;
  }

  /** The next job state if a list doesn't have to be read now. An unchanged list counts as successful. */
  function skipList(work: Work, stage: SyncStage, { cursors, pauses }: SyncState): Job | undefined {
    const { job } = work;
    const { checkpoint, options, kind } = job;
    const next = atStage(job, placeOf(stage) + 1);
    const pause = checkpoint.paused[stage];
    if (!stagesOf(options).includes(stage) || (checkpoint.isPausedOnly && !pause)) return next;
    const until = Math.max(pause?.until ?? 0, pauses[stage] ?? 0);
    if (until > seconds()) return paused(job, stage, until);
    const isUnchanged = kind === 'trakt_sync' && !hasChanged(cursors[stage], checkpoint.activities?.[stage] ?? null);
    if (!isUnchanged) return undefined;
    return { ...next, checkpoint: { ...next.checkpoint, failures: { ...checkpoint.failures, [stage]: 0 } } };
  }

  return {
    async fetch(work, state) {
      const isAllowed = stagesOf(work.job.options).some((stage) => (state.pauses[stage] ?? 0) <= seconds());
      if (isAllowed) await readActivities(work);
      while (work.job.checkpoint.stage < SYNC_STAGES.length) {
        await work.gate();
        const stage = SYNC_STAGES[work.job.checkpoint.stage];
        if (!stage) break;
        const next = skipList(work, stage, state);
        if (next) {
          work.job = next;
          continue;
        }
        work.job = resumed(work.job, stage);
        try {
          await readList(work, stage, state);
        } catch (error) {
          if (work.signal.aborted || !(error instanceof ProviderError) || isFatal(error)) throw error;
          const wait = longWaitOf(error);
          if (wait !== undefined) {
            // Other lists continue; this one resumes here when the limit ends.
            await save(work, { ...paused(work.job, stage, seconds() + wait), failure: toFailure(error) });
            continue;
          }
          const failed = withError(work.job, { stage, item: null, ...toFailure(error) }, [stage]);
          const incomplete = [...failed.incomplete, { list: stage, reason: error.code }];
          await save(work, atStage({ ...failed, incomplete }, placeOf(stage) + 1));
        }
      }
      const isPaused = pausedUntil(work.job) !== null;
      const checked = isPaused ? work.job : await crossChecked(work);
      const total = checked.completed + (await events.countTitles(checked.jobId));
      await save(work, { ...checked, phase: 'importing', total });
    },
  };
}

const placeOf = (stage: SyncStage): number => SYNC_STAGES.indexOf(stage);
const typeOf = (stage: SyncStage) => (stage === 'movies' ? ('movies' as const) : ('shows' as const));

/** Titles whose plays are still to be reread. */
const unreadTitles = ({ checkpoint: { late } }: Job): number[] => (Array.isArray(late) ? late : []);

const atLate = (job: Job, late: Job['checkpoint']['late']): Job => ({
  ...job,
  checkpoint: { ...job.checkpoint, page: null, late },
});

/** Skips a list that is rate-limited until `until`. */
function paused(job: Job, stage: SyncStage, until: number): Job {
  const { page, late, paused: before } = job.checkpoint;
  const place = before[stage] ?? { page, late };
  const next = atStage(job, placeOf(stage) + 1);
  return { ...next, checkpoint: { ...next.checkpoint, paused: { ...before, [stage]: { ...place, until } } } };
}

/** Restores a paused list's position. */
function resumed(job: Job, stage: SyncStage): Job {
  const { [stage]: place, ...others } = job.checkpoint.paused;
  if (!place) return job;
  const { page, late } = place;
  return { ...job, checkpoint: { ...job.checkpoint, page, late, paused: others } };
}

const atStage = (job: Job, stage: number): Job => ({
  ...job,
  checkpoint: { ...job.checkpoint, stage, page: null, late: null },
});

const UNKNOWN_ACTIVITIES = { movies: null, episodes: null, watchlist: null, ratings: null };
