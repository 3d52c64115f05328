import type Router from '@koa/router';
import {
  advanceJob,
  beginJob,
  cancelJob,
  type EventBody,
  getJob,
  listJobs,
  resumeJob,
  type JobAnswer,
  sendJobEvents,
  startJob,
} from '../../lib/imports/jobs-contract.ts';
import { isoInstant } from '../../lib/core/instant-rules.ts';
import { ratingOfTrakt } from '../../lib/titles/rating-rules.ts';
import type { Job } from '../../lib/imports/job-rules.ts';
import { snakeCased } from '../../lib/core/snake-case-rules.ts';
import { SYNC_STAGES } from '../../lib/imports/cursor-rules.ts';
import { dateOf, type ImportEvent, type TitleReference } from '../../lib/imports/event-rules.ts';
import type { Services } from '../../lib/core/services.ts';
import { serve } from '../middleware/validation.ts';

export function jobRoutes(router: Router, { runs: jobs }: Services): void {
  serve(router, startJob, async ({ user, body: { kind, options } }) => {
    const { dry_run: dryRun, ...lists } = options;
    const { jobId } = await jobs.start({ user, kind, options: { ...lists, dryRun } });
    return { run_id: jobId };
  });
  serve(router, listJobs, async ({ user }) => ({ runs: (await jobs.list(user)).map(toAnswer) }));
  serve(router, getJob, async ({ user, params }) => toAnswer(await jobs.get(user, params.id)));
  serve(router, advanceJob, async ({ user, params, query }) =>
    toAnswer(await jobs.advance({ user, jobId: params.id, milliseconds: query.seconds * 1000 })),
  );
  serve(router, cancelJob, async ({ user, params }) => toAnswer(await jobs.cancel(user, params.id)));
  serve(router, resumeJob, async ({ user, params }) => toAnswer(await jobs.resume(user, params.id)));
  serve(router, sendJobEvents, async ({ user, params, body }) => {
    await jobs.receive({
      user,
      jobId: params.id,
      number: body.number,
      events: body.events.map(toEvent),
      skipped: body.skipped.map(({ trakt_id: traktId, ...entry }) => ({ ...entry, traktId })),
    });
    return { number: body.number, events: body.events.length };
  });
  serve(router, beginJob, async ({ user, params }) => toAnswer(await jobs.begin(user, params.id)));
}

function toAnswer(job: Job): JobAnswer {
  const { checkpoint } = job;
  return {
    run_id: job.jobId,
    kind: job.kind,
    options: snakeCased(job.options),
    phase: job.phase,
    status: job.status,
    total: job.total,
    completed: job.completed,
    succeeded: job.succeeded,
    failed: job.failed,
    skipped: job.skipped,
    current_item: job.currentItem,
    error_count: job.errorCount + (job.failure ? 1 : 0),
    errors: [...(job.failure ? [{ stage: null, item: null, ...job.failure }] : []), ...job.errors],
    skipped_items: snakeCased(job.skippedEntries),
    lists: job.lists,
    incomplete: job.incomplete,
    started_at: isoInstant(job.startedAt),
    heartbeat_at: isoInstant(job.heartbeatAt),
    finished_at: job.finishedAt === null ? null : isoInstant(job.finishedAt),
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
