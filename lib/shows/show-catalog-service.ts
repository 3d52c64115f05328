import type { CatalogSeason, CatalogShow, TmdbShowId } from './catalog-rules.ts';
import { ImmersionError } from '../core/errors.ts';
import { DETAILS_LIFETIME } from './season-sync-rules.ts';
import type { SeriesDetails } from '../tmdb/ports.ts';
import type { StoredSeason } from './catalog-items.ts';
import type { Catalog } from './catalog-service.ts';
import type { Clock } from '../core/ports.ts';
import type { TmdbCatalog } from '../tmdb/catalog-service.ts';
import { toEpochSeconds } from '../core/instant-rules.ts';

export interface KnownShow {
  show: CatalogShow;
  seasons: StoredSeason[];
}

/** The only way to add shows to the catalog. Undefined if TMDB doesn't know the series. */
export interface ShowCatalog {
  /** Fetches missing or outdated details; keeps the existing ones during an outage. */
  ensure(showId: TmdbShowId, signal?: AbortSignal): Promise<KnownShow | undefined>;
  /** Fetches current details. Throws if TMDB is unavailable. */
  refresh(showId: TmdbShowId, signal?: AbortSignal): Promise<KnownShow | undefined>;
}

export function createShowCatalog({
  catalog,
  tmdb,
  clock,
}: {
  catalog: Catalog;
  tmdb: Pick<TmdbCatalog, 'series'>;
  clock: Clock;
}): ShowCatalog {
  const seconds = () => toEpochSeconds(clock.now());

  /** Creates new seasons, and those missing after a crash. */
  async function complete(showId: TmdbShowId, { show, seasons }: KnownShow): Promise<KnownShow | undefined> {
    const existing = new Set(seasons.map(({ seasonNumber }) => seasonNumber));
    const missing = show.seasons.filter(({ seasonNumber }) => !existing.has(seasonNumber));
    if (missing.length === 0) return { show, seasons };
    const list = seasons.some((season) => season.list === 'watching') ? 'watching' : 'other';
    const accessedAt = Math.max(0, ...seasons.map((season) => season.accessedAt));
    const created = missing.map(({ seasonNumber, name, episodeCount }): CatalogSeason => ({
      ...UNSYNCED,
      showId,
      seasonNumber,
      name,
      list,
      accessedAt,
      expectedEpisodes: episodeCount,
      nextAttemptAt: seconds(),
    }));
    await catalog.createSeasons(created);
    return catalog.show(showId);
  }

  async function save(showId: TmdbShowId, known: KnownShow | undefined, details: SeriesDetails) {
    const show = showOf(showId, details, seconds());
    await catalog.putShow(show);
    for (const season of known?.seasons ?? []) await announce(season, show);
    return complete(showId, { show, seasons: known?.seasons ?? [] });
  }

  /** Marks a season as outdated if TMDB announces a different number of episodes. */
  async function announce(season: StoredSeason, { seasons }: CatalogShow): Promise<void> {
    const announced = seasons.find(({ seasonNumber }) => seasonNumber === season.seasonNumber);
    if (!announced) return;
    const { name, episodeCount: expectedEpisodes } = announced;
    const isOutdated = expectedEpisodes !== season.expectedEpisodes;
    if (!isOutdated && name === season.name) return;
    const invalid = { synced: false, rev: season.rev + 1, nextAttemptAt: seconds() };
    // A concurrent writer syncs it or reads the same details.
    await catalog.saveSeason(season, {
      ...season,
      name,
      expectedEpisodes,
      ...(isOutdated && !season.unavailable ? invalid : {}),
    });
  }

  async function refresh(showId: TmdbShowId, signal?: AbortSignal): Promise<KnownShow | undefined> {
    const known = await catalog.show(showId);
    const details = await tmdb.series(showId, { signal, fresh: known !== undefined });
    if (!details) return known;
    return save(showId, known, details.value);
  }

  return {
    refresh,
    async ensure(showId, signal) {
      const known = await catalog.show(showId);
      if (known && known.show.fetchedAt + DETAILS_LIFETIME > seconds()) return complete(showId, known);
      try {
        return await refresh(showId, signal);
      } catch (error) {
        if (known && error instanceof ImmersionError) return complete(showId, known);
        throw error;
      }
    },
  };
}

const UNSYNCED = {
  synced: false,
  syncedAt: null,
  rev: 1,
  knownEpisodes: 0,
  attempts: 0,
  lastError: null,
  refreshAfter: null,
  unavailable: false,
  leaseUntil: 0,
};

const showOf = (showId: TmdbShowId, details: SeriesDetails, fetchedAt: number): CatalogShow => ({
  showId,
  tvdbId: details.tvdbId,
  name: details.name,
  originalName: details.originalName,
  status: details.status,
  lastAirDate: details.lastAirDate,
  runtimeMinutes: details.episodeRuntimeMinutes,
  seasons: details.seasons.map(({ seasonNumber, name, episodeCount }) => ({ seasonNumber, name, episodeCount })),
  fetchedAt,
});
