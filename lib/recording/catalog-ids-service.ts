import { NotConfiguredError } from '../core/errors.ts';
import type { TmdbIds } from '../tmdb/ports.ts';
import type { SeriesSource, TitleIds, Tvdb } from './ports.ts';

type Kind = 'series' | 'movie';

/** Ids of a title in other catalogs; null is unknown. */
export interface CatalogIds {
  byTmdb(tmdbId: number, kind: Kind): Promise<TitleIds>;
  /** From TVDB, or TVmaze without a TVDB key, else from TMDB. */
  byImdb(imdbId: string, kind: Kind): Promise<TitleIds>;
}

export function createCatalogIds({
  tvdb,
  series,
  tmdb,
}: {
  tvdb: Pick<Tvdb, 'idByImdb'>;
  series: Pick<SeriesSource, 'idByImdb'>;
  tmdb: TmdbIds;
}): CatalogIds {
  const seriesIds = async (tmdbId: number): Promise<TitleIds> => ({
    tvdbId: (await tmdb.tvdbIdOfSeries(tmdbId)) ?? null,
    tmdbId,
  });

  return {
    byTmdb: async (tmdbId, kind) => (kind === 'movie' ? { tvdbId: null, tmdbId } : seriesIds(tmdbId)),

    async byImdb(imdbId, kind) {
      const tvdbId = await ifConfigured(
        kind === 'series' ? series.idByImdb(imdbId, kind) : tvdb.idByImdb(imdbId, kind),
      );
      if (tvdbId !== undefined) return { tvdbId, tmdbId: null };
      const { movieId, seriesId } = (await ifConfigured(tmdb.byImdb(imdbId))) ?? {};
      if (kind === 'movie') return { tvdbId: null, tmdbId: movieId ?? null };
      return seriesId === undefined ? { tvdbId: null, tmdbId: null } : seriesIds(seriesId);
    },
  };
}

async function ifConfigured<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof NotConfiguredError) return undefined;
    throw error;
  }
}
