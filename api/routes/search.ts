import type Router from '@koa/router';
import { searchShows } from '../../lib/contract/search.ts';
import type { Services } from '../../lib/services/services.ts';
import { serve } from '../middleware/validation.ts';

export function searchRoutes(router: Router, { tvdb }: Services): void {
  serve(router, searchShows, async ({ query }) => ({
    results: (await tvdb.searchSeries(query.query)).map((result) => ({
      tvdb_id: result.tvdbId,
      name: result.name,
      original_name: result.originalName,
      year: result.year,
      image: result.image,
      overview: result.overview,
    })),
  }));
}
