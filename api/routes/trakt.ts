import type Router from '@koa/router';
import {
  authorizeTrakt,
  disconnectTrakt,
  exchangeTrakt,
  getTraktStatus,
  pollTraktDevice,
  startTraktDevice,
} from '../../lib/imports/trakt-contract.ts';
import { isoInstant } from '../../lib/core/instant-rules.ts';
import type { SyncCursors, SyncStage } from '../../lib/imports/cursor-rules.ts';
import type { Services } from '../../lib/core/services.ts';
import { serve } from '../middleware/validation.ts';

export function traktRoutes(router: Router, { traktConnection, runs }: Services): void {
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
    const { cursors, lastSyncAt, lastAttemptAt } = await runs.syncState(user);
    return {
      connected,
      username,
      expires_at: instant(expiresAt),
      needs_reconnect: needsReconnect,
      last_sync_at: instant(lastSyncAt),
      last_attempt_at: instant(lastAttemptAt),
      cursors: cursorsOf(cursors),
    };
  });

  serve(router, disconnectTrakt, async ({ user }) => traktConnection.disconnect(user));
}

const cursorsOf = (cursors: SyncCursors) => {
  const at = (stage: SyncStage) => instant(cursors[stage]?.at ?? null);
  return { movies: at('movies'), episodes: at('episodes'), watchlist: at('watchlist'), ratings: at('ratings') };
};

const instant = (epochSeconds: number | null): string | null =>
  epochSeconds === null ? null : isoInstant(epochSeconds);
