import {
  type EventBody,
  type JobAnswer,
  advanceJob,
  beginJob,
  cancelJob,
  getJob,
  listJobs,
  resumeJob,
  sendJobEvents,
  startJob,
} from '../../lib/imports/jobs-contract.ts';
import { isoInstant, isoInstantOrNull } from '../../lib/core/instant-rules.ts';
import { ratingOfTrakt } from '../../lib/titles/rating-rules.ts';
import type { Job } from '../../lib/imports/job-rules.ts';
import { camelCased, snakeCased } from '../../lib/core/snake-case-rules.ts';
import { SYNC_STAGES, type SyncCursors, type SyncStage } from '../../lib/imports/cursor-rules.ts';
import { type ImportEvent, dateOf } from '../../lib/imports/event-rules.ts';
import { serve } from '../middleware/validation.ts';
import {
  authorizeTrakt,
  disconnectTrakt,
  exchangeTrakt,
  getTraktStatus,
  pollTraktDevice,
  startTraktDevice,
} from '../../lib/imports/trakt-contract.ts';
import type { ImportServices } from '../../lib/imports/wiring.ts';
import type { Routes } from '../route-settings.ts';

export function addRoutes(router: Routes, services: ImportServices): void {
  addJobRoutes(router, services);
  addTraktRoutes(router, services);
}

function addJobRoutes(router: Routes, { jobs }: ImportServices): void {
  serve(router, startJob, async ({ user, body: { kind, options } }) => {
    const { dry_run: dryRun, restore, ...lists } = options;
    const { jobId } = await jobs.start({ user, kind, options: { ...lists, dryRun }, restore });
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
      incomplete: body.incomplete,
    });
    return { number: body.number, events: body.events.length };
  });
  serve(router, beginJob, async ({ user, params }) => toAnswer(await jobs.begin(user, params.id)));
}

function toAnswer({ jobId, checkpoint, failure, skippedEntries, ...job }: Job): JobAnswer {
  return {
    run_id: jobId,
    ...snakeCased(job),
    error_count: job.errorCount + (failure ? 1 : 0),
    errors: [...(failure ? [{ stage: null, item: null, ...failure }] : []), ...job.errors],
    skipped_items: snakeCased(skippedEntries),
    read_from: Object.fromEntries(Object.entries(job.readFrom).map(([list, from]) => [list, isoInstant(from)])),
    resume_at: isoInstantOrNull(job.resumeAt),
    started_at: isoInstant(job.startedAt),
    heartbeat_at: isoInstant(job.heartbeatAt),
    finished_at: isoInstantOrNull(job.finishedAt),
    checkpoint: { list: SYNC_STAGES[checkpoint.stage] ?? null, page: checkpoint.page?.page ?? null },
  };
}

function toEvent(body: EventBody): ImportEvent {
  const event = camelCased(body);
  switch (event.kind) {
    case 'movie_watched':
    case 'episode_watched':
      return { ...event, watchedAt: dateOf(event.watchedAt) };
    case 'rated': {
      const { traktRating: stated, ...rated } = event;
      return { ...rated, stated, rating: ratingOfTrakt(stated) ?? 1, ratedAt: dateOf(event.ratedAt) };
    }
    case 'planned':
      return { ...event, listedAt: dateOf(event.listedAt) };
    case 'dropped':
      return { ...event, droppedAt: dateOf(event.droppedAt) };
  }
}

function addTraktRoutes(router: Routes, { traktConnection, jobs }: ImportServices): void {
  serve(router, authorizeTrakt, async ({ user }) => traktConnection.authorize(user));

  serve(router, exchangeTrakt, async ({ user, body: { code, state } }) => {
    await traktConnection.exchange({ user, code, state });
    return { connected: true as const };
  });

  serve(router, startTraktDevice, async ({ user }) => {
    const device = await traktConnection.startDevice(user);
    return {
      device_id: device.deviceId,
      user_code: device.userCode,
      verification_url: device.verificationUrl,
      expires_in: device.expiresInSeconds,
      interval: device.intervalSeconds,
    };
  });

  serve(router, pollTraktDevice, async ({ user, params }) => {
    const { status, intervalSeconds } = await traktConnection.pollDevice({ user, deviceId: params.device_id });
    return { status, interval: intervalSeconds };
  });

  serve(router, getTraktStatus, async ({ user }) => {
    const { connected, username, expiresAt, needsReconnect } = await traktConnection.status(user);
    const { cursors, lastSyncAt, lastAttemptAt } = await jobs.syncState(user);
    return {
      connected,
      username,
      expires_at: isoInstantOrNull(expiresAt),
      needs_reconnect: needsReconnect,
      last_sync_at: isoInstantOrNull(lastSyncAt),
      last_attempt_at: isoInstantOrNull(lastAttemptAt),
      cursors: cursorsOf(cursors),
    };
  });

  serve(router, disconnectTrakt, async ({ user }) => traktConnection.disconnect(user));
}

const cursorsOf = (cursors: SyncCursors) => {
  const at = (stage: SyncStage) => isoInstantOrNull(cursors[stage]?.at ?? null);
  return { movies: at('movies'), episodes: at('episodes'), watchlist: at('watchlist'), ratings: at('ratings') };
};
