import {
  clearTmdbCache,
  getTmdbCache,
  getTmdbCollection,
  getTmdbHealth,
  getTmdbMovie,
  getTmdbPerson,
  getTmdbSeason,
  getTmdbSeries,
  getTmdbTrending,
  searchTmdb,
} from '../../lib/tmdb/tmdb-contract.ts';
import { ForbiddenError, NotFoundError } from '../../lib/core/errors.ts';
import { snakeCased } from '../../lib/core/snake-case-rules.ts';
import type { Account } from '../../lib/users/accounts-service.ts';
import type { Cached } from '../../lib/tmdb/cache-service.ts';
import { serve } from '../middleware/validation.ts';
import type { TmdbServices } from '../../lib/tmdb/wiring.ts';
import type { Routes } from '../route-settings.ts';

export function addRoutes(router: Routes, { tmdb, tmdbCache }: TmdbServices): void {
  serve(router, searchTmdb, async ({ query: { query, type, page, language } }) =>
    toAnswer(await tmdb.search(type, query, { page, language })),
  );
  serve(router, getTmdbMovie, async ({ params: { id }, query }) =>
    toAnswer(await tmdb.movie(id, query), `film with the id ${id}`),
  );
  serve(router, getTmdbSeries, async ({ params: { id }, query }) =>
    toAnswer(await tmdb.series(id, query), `series with the id ${id}`),
  );
  serve(router, getTmdbSeason, async ({ params: { id, number }, query }) =>
    toAnswer(
      await tmdb.season({ seriesId: id, seasonNumber: number }, query),
      `season ${number} of a series with the id ${id}`,
    ),
  );
  serve(router, getTmdbPerson, async ({ params: { id }, query }) =>
    toAnswer(await tmdb.person(id, query), `person with the id ${id}`),
  );
  serve(router, getTmdbCollection, async ({ params: { id }, query }) =>
    toAnswer(await tmdb.collection(id, query), `collection with the id ${id}`),
  );
  serve(router, getTmdbTrending, async ({ params: { type }, query }) => toAnswer(await tmdb.trending(type, query)));

  serve(router, getTmdbCache, async ({ account }) => {
    refuseOthers(account);
    const { byKind, ...counts } = await tmdbCache.statistics();
    return { ...counts, types: byKind };
  });
  serve(router, clearTmdbCache, async ({ account, query }) => {
    refuseOthers(account);
    return { removed: await tmdbCache.clear(query.expired ? 'expired' : 'all') };
  });
  serve(router, getTmdbHealth, async () => {
    await tmdb.health();
    return { status: 'ok' as const };
  });
}

function refuseOthers({ admin }: Account): void {
  if (!admin) throw new ForbiddenError('Only an admin can manage the shared cache.', { code: 'forbidden' });
}

function toAnswer<T extends object>(cached: Cached<T> | undefined, what = 'answer') {
  if (cached) return Object.assign(snakeCased(cached.value), { stale: cached.stale });
  throw new NotFoundError(`TMDB has no ${what}.`, {
    code: 'tmdb_not_found',
  });
}
