import type { Trakt, TraktCall, TraktListPage, TraktPaging } from './ports.ts';
import { ProviderError } from '../core/errors.ts';
import { type Run, stagesOf, withCounts, withError, withSkipped } from './job-rules.ts';
import { SYNC_STAGES, type SyncCursors, hasMoved, stageStart, type SyncStage } from './cursor-rules.ts';
import type { ImportEvent } from './event-rules.ts';
import type { RunEvents } from './events-service.ts';
import { isFatal, saidBy, save, type Stretch } from './stretch-service.ts';

/** The first part of a run with Trakt: its lists. */
export interface RunLists {
  /** Reads them, from where the run stands, and keeps their events. */
  fetch(stretch: Stretch, cursors: SyncCursors): Promise<void>;
}

export function createRunLists({
  events,
  trakt,
  withTokenOf,
}: {
  events: RunEvents;
  trakt: Trakt;
  withTokenOf: (user: string) => TraktCall['withToken'];
}): RunLists {
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
  };
}

function withIncomplete(run: Run, list: SyncStage, reason: string): Run {
  const message = `Trakt did not give all of the list (${reason.replaceAll('_', ' ')}).`;
  const failed = withError(run, { stage: list, item: null, code: 'incomplete_list', message }, [list]);
  return { ...failed, incomplete: [...failed.incomplete, { list, reason }] };
}

const atStage = (run: Run, stage: number): Run => ({ ...run, checkpoint: { ...run.checkpoint, stage, page: null } });

const UNKNOWN_ACTIVITIES = { movies: null, episodes: null, watchlist: null, ratings: null };
