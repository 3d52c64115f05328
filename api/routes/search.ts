import type Router from '@koa/router';
import { searchMovies, searchShows } from '../../lib/recording/search-contract.ts';
import type { TmdbMovieSearchResult, TvdbSearchResult } from '../../lib/core/ports.ts';
import type { Services } from '../../lib/core/services.ts';
import { serve } from '../middleware/validation.ts';

export function searchRoutes(router: Router, { movies, tvdb }: Services): void {
  serve(router, searchShows, async ({ query }) => ({
    results: (await tvdb.searchSeries(query.query)).map(atTvdb),
  }));
  serve(router, searchMovies, async ({ query }) => {
    const { provider, results } = await movies.search(query.query);
    return { results: provider === 'TVDB' ? results.map(atTvdb) : results.map(atTmdb) };
  });
}

const atTvdb = ({ tvdbId, originalName, name, year, image, overview }: TvdbSearchResult) => ({
  tvdb_id: tvdbId,
  name,
  original_name: originalName,
  year,
  image,
  overview,
});

const atTmdb = ({ tmdbId, originalTitle, title, year, image, overview }: TmdbMovieSearchResult) => ({
  tmdb_id: tmdbId,
  name: title,
  original_name: originalTitle,
  year,
  image,
  overview,
});
