import type { CatalogSeason, CatalogShow } from './catalog-rules.ts';
import { ImmersionError, ProviderError } from '../core/errors.ts';
import {
  backOffSeconds,
  dueAt,
  episodeChanges,
  refreshAfter,
  SOON_REFRESH,
  type EpisodeChanges,
} from './season-sync-rules.ts';
import type { SeasonDetails } from '../tmdb/ports.ts';
import type { StoredSeason } from './catalog-items.ts';
import type { Catalog } from './catalog-service.ts';
import type { Clock, Log } from '../core/ports.ts';
import type { TmdbCatalog } from '../tmdb/catalog-service.ts';
import { toEpochSeconds } from '../core/instant-rules.ts';

/** Longer than a request waits in the queue. */
const LEASE_SECONDS = 180;
const TRIES_AGAINST_OTHER_WRITERS = 10;
/** Errors that affect all seasons and count against none. */
const STOPPING = new Set(['tmdb_rate_limited', 'tmdb_not_configured', 'tmdb_key_refused']);

export type SeasonOutcome =
  | { kind: 'synced'; changes: EpisodeChanges }
  | { kind: 'failed' }
  /** Not due, or leased by another process. */
  | { kind: 'skipped' }
  /** TMDB is unavailable, or the sync was cancelled. */
  | { kind: 'stopped'; error: unknown };

export interface SeasonSync {
  /** Syncs a season's episodes with TMDB if due. A failure is stored with the season. */
  run(season: Pick<CatalogSeason, 'seasonNumber'>, show: CatalogShow, signal?: AbortSignal): Promise<SeasonOutcome>;
}

export function createSeasonSync({
  catalog,
  tmdb,
  clock,
  log,
  chance,
}: {
  catalog: Catalog;
  tmdb: Pick<TmdbCatalog, 'season'>;
  clock: Clock;
  log: Log;
  /** From 0 to 1, for jitter. */
  chance: () => number;
}): SeasonSync {
  const seconds = () => toEpochSeconds(clock.now());

  async function lease(season: StoredSeason): Promise<StoredSeason | undefined> {
    const now = seconds();
    const due = dueAt(season);
    if (due === null || due > now || season.leaseUntil > now) return undefined;
    const isRefresh = season.synced || season.unavailable;
    return catalog.saveSeason(season, {
      ...season,
      leaseUntil: now + LEASE_SECONDS,
      // Stays due if this process dies.
      nextAttemptAt: due,
      ...(isRefresh ? { synced: false, unavailable: false, rev: season.rev + 1 } : {}),
    });
  }

  /** Ends the lease with a result; false if another worker has taken over. */
  async function release(leased: StoredSeason, change: (now: StoredSeason) => Partial<CatalogSeason>) {
    let current: StoredSeason | undefined = leased;
    for (let tries = 0; current && tries < TRIES_AGAINST_OTHER_WRITERS; tries++) {
      if (current.leaseUntil !== leased.leaseUntil) return false;
      if (await catalog.saveSeason(current, { ...current, ...change(current), leaseUntil: 0 })) return true;
      current = await catalog.season(leased.showId, leased.seasonNumber);
    }
    return false;
  }

  async function write(leased: StoredSeason, details: SeasonDetails): Promise<EpisodeChanges> {
    const { showId, seasonNumber } = leased;
    if (details.seasonNumber !== seasonNumber) {
      throw new ProviderError(`TMDB returned season ${details.seasonNumber} instead of season ${seasonNumber}.`, {
        code: 'tmdb_bad_answer',
      });
    }
    const stored = await catalog.episodes(showId, seasonNumber);
    const changes = episodeChanges(stored, seasonNumber, details.episodes);
    await catalog.putEpisodes(showId, [...changes.inserted, ...changes.updated, ...changes.vanished]);
    return changes;
  }

  async function fail(leased: StoredSeason, error: unknown): Promise<SeasonOutcome> {
    const { showId, seasonNumber } = leased;
    const attempts = leased.attempts + 1;
    const nextAttemptAt = seconds() + backOffSeconds(attempts, chance());
    const lastError = error instanceof ImmersionError ? error.message : 'internal_error';
    const fields = { show: showId, season: seasonNumber, attempts };
    if (error instanceof ImmersionError) log.warn('season not synced', { ...fields, error_code: error.code });
    else log.error('season not synced', fields, error);
    await release(leased, () => ({ attempts, nextAttemptAt, lastError }));
    return { kind: 'failed' };
  }

  return {
    async run({ seasonNumber }, show, signal) {
      const season = await catalog.season(show.showId, seasonNumber);
      const leased = season && (await lease(season));
      if (!leased) return { kind: 'skipped' };
      try {
        const found = await tmdb.season(
          { seriesId: show.showId, seasonNumber },
          // A cached response is what was stored last.
          { signal, fresh: leased.rev > 1 },
        );
        const now = seconds();
        if (!found) {
          await release(leased, () => ({
            unavailable: true,
            refreshAfter: now + SOON_REFRESH,
            attempts: 0,
            lastError: 'TMDB has no such season.',
          }));
          return { kind: 'failed' };
        }
        const changes = await write(leased, found.value);
        const { episodes } = found.value;
        const isLast = show.seasons.every((other) => other.seasonNumber <= seasonNumber);
        const synced = {
          syncedAt: now,
          knownEpisodes: episodes.length,
          attempts: 0,
          lastError: null,
          synced: episodes.length > 0,
          refreshAfter: episodes.length > 0 ? refreshAfter({ episodes, isLast, show, now }) : null,
          nextAttemptAt: now + SOON_REFRESH,
          rev: episodes.length > 0 ? leased.rev : leased.rev + 1,
        };
        // It became outdated while being fetched: the episodes are stored, but it is due again.
        const isReleased = await release(leased, ({ rev }) => (rev === leased.rev ? synced : { nextAttemptAt: now }));
        return isReleased ? { kind: 'synced', changes } : { kind: 'skipped' };
      } catch (error) {
        const stops = signal?.aborted || (error instanceof ImmersionError && STOPPING.has(error.code));
        if (!stops) return fail(leased, error);
        await release(leased, () => ({}));
        return { kind: 'stopped', error };
      }
    },
  };
}
