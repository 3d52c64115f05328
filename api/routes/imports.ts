import type Router from '@koa/router';
import {
  advanceRun,
  beginRun,
  cancelRun,
  type EventBody,
  getRun,
  listRuns,
  resumeRun,
  type RunAnswer,
  sendRunEvents,
  startRun,
} from '../../lib/imports/jobs-contract.ts';
import { isoInstant } from '../../lib/core/instant-rules.ts';
import { ratingOfTrakt } from '../../lib/titles/rating-rules.ts';
import type { Run } from '../../lib/imports/job-rules.ts';
import { snakeCased } from '../../lib/core/snake-case-rules.ts';
import { SYNC_STAGES } from '../../lib/imports/cursor-rules.ts';
import { dateOf, type ImportEvent, type TitleReference } from '../../lib/imports/event-rules.ts';
import type { Services } from '../../lib/core/services.ts';
import { serve } from '../middleware/validation.ts';

export function runRoutes(router: Router, { runs }: Services): void {
  serve(router, startRun, async ({ user, body: { kind, options } }) => {
    const { dry_run: dryRun, ...lists } = options;
    const { runId } = await runs.start({ user, kind, options: { ...lists, dryRun } });
    return { run_id: runId };
  });
  serve(router, listRuns, async ({ user }) => ({ runs: (await runs.list(user)).map(toAnswer) }));
  serve(router, getRun, async ({ user, params }) => toAnswer(await runs.get(user, params.id)));
  serve(router, advanceRun, async ({ user, params, query }) =>
    toAnswer(await runs.advance({ user, runId: params.id, milliseconds: query.seconds * 1000 })),
  );
  serve(router, cancelRun, async ({ user, params }) => toAnswer(await runs.cancel(user, params.id)));
  serve(router, resumeRun, async ({ user, params }) => toAnswer(await runs.resume(user, params.id)));
  serve(router, sendRunEvents, async ({ user, params, body }) => {
    await runs.receive({
      user,
      runId: params.id,
      number: body.number,
      events: body.events.map(toEvent),
      skipped: body.skipped.map(({ trakt_id: traktId, ...entry }) => ({ ...entry, traktId })),
    });
    return { number: body.number, events: body.events.length };
  });
  serve(router, beginRun, async ({ user, params }) => toAnswer(await runs.begin(user, params.id)));
}

function toAnswer(run: Run): RunAnswer {
  const { checkpoint } = run;
  return {
    run_id: run.runId,
    kind: run.kind,
    options: snakeCased(run.options),
    phase: run.phase,
    status: run.status,
    total: run.total,
    completed: run.completed,
    succeeded: run.succeeded,
    failed: run.failed,
    skipped: run.skipped,
    current_item: run.currentItem,
    error_count: run.errorCount + (run.failure ? 1 : 0),
    errors: [...(run.failure ? [{ stage: null, item: null, ...run.failure }] : []), ...run.errors],
    skipped_items: snakeCased(run.skippedEntries),
    lists: run.lists,
    dates: snakeCased(run.dates),
    incomplete: run.incomplete,
    started_at: isoInstant(run.startedAt),
    heartbeat_at: isoInstant(run.heartbeatAt),
    finished_at: run.finishedAt === null ? null : isoInstant(run.finishedAt),
    checkpoint: { list: SYNC_STAGES[checkpoint.stage] ?? null, page: checkpoint.page?.page ?? null },
  };
}

function toEvent(event: EventBody): ImportEvent {
  const title = referenceOf(event.title);
  switch (event.kind) {
    case 'movie_watched':
      return { kind: event.kind, title, eventId: event.event_id, watchedAt: dateOf(event.watched_at) };
    case 'episode_watched':
      return {
        kind: event.kind,
        title,
        eventId: event.event_id,
        watchedAt: dateOf(event.watched_at),
        seasonNumber: event.season_number,
        episodeNumber: event.episode_number,
        episodeTvdbId: event.episode_tvdb_id,
      };
    case 'rated':
      return {
        kind: event.kind,
        title,
        seasonNumber: event.season_number,
        episodeNumber: event.episode_number,
        traktRating: event.trakt_rating,
        rating: ratingOfTrakt(event.trakt_rating) ?? 1,
        ratedAt: dateOf(event.rated_at),
      };
    case 'planned':
      return { kind: event.kind, title, listedAt: dateOf(event.listed_at) };
  }
}

const referenceOf = (title: EventBody['title']): TitleReference => ({
  type: title.type,
  tmdbId: title.tmdb_id,
  tvdbId: title.tvdb_id,
  imdbId: title.imdb_id,
  traktId: title.trakt_id,
  title: title.title,
  year: title.year,
});
