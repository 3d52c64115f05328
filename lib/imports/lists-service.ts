import type { Trakt, TraktCall, TraktListPage, TraktPaging } from './ports.ts';
import { ProviderError } from '../core/errors.ts';
import { type Job, stagesOf, withCounts, withError, withSkipped } from './job-rules.ts';
import { SYNC_STAGES, type SyncCursors, hasMoved, stageStart, type SyncStage } from './cursor-rules.ts';
import type { ImportEvent } from './event-rules.ts';
import type { JobEvents } from './events-service.ts';
import { isFatal, saidBy, save, type Work } from './work-service.ts';

/** The first part of a job with Trakt: its lists. */
export interface JobLists {
  /** Reads them, from where the job stands, and keeps their events. */
  fetch(work: Work, cursors: SyncCursors): Promise<void>;
}

export function createJobLists({
  events,
  trakt,
  withTokenOf,
}: {
  events: JobEvents;
  trakt: Trakt;
  withTokenOf: (user: string) => TraktCall['withToken'];
}): JobLists {
  async function readActivities(work: Work): Promise<void> {
    if (work.job.checkpoint.activities) return;
    await work.gate();
    const call = { withToken: withTokenOf(work.user), signal: work.signal };
    const activities = await trakt.lastActivities(call).catch((error: unknown) => {
      if (work.signal.aborted || isFatal(error)) throw error;
      return UNKNOWN_ACTIVITIES;
    });
    await save(work, { ...work.job, checkpoint: { ...work.job.checkpoint, activities } });
  }

  function pagesOf(
    stage: SyncStage,
    { job, user, signal }: Work,
    cursors: SyncCursors,
  ): AsyncIterable<TraktListPage<ImportEvent>> {
    const { page } = job.checkpoint;
    const paging: TraktPaging = { withToken: withTokenOf(user), signal, ...(page && { from: page }) };
    if (stage === 'ratings') return trakt.ratings(paging);
    if (stage === 'watchlist') return trakt.watchlist(paging);
    const startAt = job.kind === 'trakt_sync' ? stageStart(cursors[stage], job.startedAt) : undefined;
    return trakt.history({
      ...paging,
      type: stage === 'movies' ? 'movies' : 'shows',
      startAt,
      endAt: job.startedAt,
    });
  }

  async function readList(work: Work, stage: SyncStage, cursors: SyncCursors): Promise<void> {
    for await (const page of pagesOf(stage, work, cursors)) {
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
      if (page.incomplete) read = withIncomplete(read, stage, page.incomplete);
      if (page.isLast) read = atStage(read, SYNC_STAGES.indexOf(stage) + 1);
      await save(work, read);
      if (!page.isLast) await work.gate();
    }
  }

  /** A preview asks Trakt which series it counts as watched: one of which the history says nothing is told. */
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
        if (isMissing) return withIncomplete(job, 'episodes', 'missing_series');
      }
    } catch (error) {
      if (signal.aborted || !(error instanceof ProviderError)) throw error;
    }
    return job;
  }

  return {
    async fetch(work, cursors) {
      await readActivities(work);
      const wanted = stagesOf(work.job.options);
      while (work.job.checkpoint.stage < SYNC_STAGES.length) {
        await work.gate();
        const stage = SYNC_STAGES[work.job.checkpoint.stage];
        const activityAt = stage ? (work.job.checkpoint.activities?.[stage] ?? null) : null;
        const isStill = work.job.kind === 'trakt_sync' && stage && !hasMoved(cursors[stage], activityAt);
        if (!stage || !wanted.includes(stage) || isStill) {
          const { checkpoint } = work.job;
          const failures = stage && isStill ? { ...checkpoint.failures, [stage]: 0 } : checkpoint.failures;
          const passed = { ...work.job, checkpoint: { ...checkpoint, failures } };
          work.job = atStage(passed, checkpoint.stage + 1);
          continue;
        }
        try {
          await readList(work, stage, cursors);
        } catch (error) {
          if (work.signal.aborted || !(error instanceof ProviderError) || isFatal(error)) throw error;
          const failed = withError(work.job, { stage, item: null, ...saidBy(error) }, [stage]);
          const incomplete = [...failed.incomplete, { list: stage, reason: error.code }];
          await save(work, atStage({ ...failed, incomplete }, work.job.checkpoint.stage + 1));
        }
      }
      const checked = await crossChecked(work);
      const total = await events.countTitles(checked.jobId);
      await save(work, { ...checked, phase: 'importing', total });
    },
  };
}

function withIncomplete(job: Job, list: SyncStage, reason: string): Job {
  const message = `Trakt returned an incomplete list (${reason.replaceAll('_', ' ')}).`;
  const failed = withError(job, { stage: list, item: null, code: 'incomplete_list', message }, [list]);
  return { ...failed, incomplete: [...failed.incomplete, { list, reason }] };
}

const atStage = (job: Job, stage: number): Job => ({ ...job, checkpoint: { ...job.checkpoint, stage, page: null } });

const UNKNOWN_ACTIVITIES = { movies: null, episodes: null, watchlist: null, ratings: null };
