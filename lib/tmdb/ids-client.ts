import * as z from 'zod';
import { idNumber, optionalList } from '../core/http/tolerant-fields.ts';
import type { TmdbIds } from './ports.ts';
import type { TmdbRequest } from './request-client.ts';

const externalSchema = z.object({ tvdb_id: idNumber.nullish().catch(null) });
const hits = optionalList(z.object({ id: idNumber }));
const findSchema = z.object({ movie_results: hits, tv_results: hits });

/** Ids in other catalogs. */
export const createTmdbIds = ({ request }: { request: TmdbRequest }): TmdbIds => ({
  async tvdbIdOfSeries(tmdbId) {
    const path = `/tv/${tmdbId}/external_ids`;
    const answer = await request(path, { subject: `the ids of series ${tmdbId}`, schema: externalSchema });
    return answer?.tvdb_id ?? undefined;
  },
  async byImdb(imdbId) {
    const query = { external_source: 'imdb_id' };
    const answer = await request(`/find/${imdbId}`, { subject: `the title ${imdbId}`, schema: findSchema, query });
    return { movieId: answer?.movie_results?.[0]?.id, seriesId: answer?.tv_results?.[0]?.id };
  },
});
