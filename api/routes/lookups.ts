import { syncMovies, syncSpotify, syncYouTube } from '../../lib/recording/sync-contract.ts';
import type Router from '@koa/router';
import { listShows, updateShow } from '../../lib/recording/shows-contract.ts';
import { serve } from '../middleware/validation.ts';
import type { TmdbMovieSearchResult } from '../../lib/tmdb/ports.ts';
import type { TvdbSearchResult } from '../../lib/recording/ports.ts';
import { searchMovies, searchShows } from '../../lib/recording/search-contract.ts';
import type { LookupServices } from '../../lib/recording/lookups-wiring.ts';

export function addRoutes(router: Router, { movies, shows, spotify, tvdb, youtube }: LookupServices): void {
  serve(router, listShows, async ({ user }) => ({
    shows: (await shows.list(user)).map((show) => ({
      folder_name: show.folderName,
      tvdb_id: show.tvdbId,
      tvdb_name: show.name,
      tvdb_image: show.image,
    })),
  }));
  serve(router, updateShow, async ({ user, body }) => {
    await shows.setTvdb({ user, folderName: body.folder_name, tvdbId: body.tvdb_id });
    return {};
  });

  serve(router, syncYouTube, async ({ user, batchId, body }) => {
    const { added, withoutLength } = await youtube.sync({ user, batchId, videoIds: body.video_ids });
    return { videos_added: added, ...(withoutLength.length > 0 && { videos_without_length: withoutLength }) };
  });
  serve(router, syncSpotify, async ({ user, batchId, body }) => ({
    episodes_added: await spotify.sync({
      user,
      batchId,
      episodeIds: body.episode_ids,
      backfill: body.backfill === true,
    }),
  }));
  serve(router, syncMovies, async ({ user, batchId, body }) => ({
    movies_added: await movies.sync({
      user,
      batchId,
      movies: body.movies.map(({ file_name: fileName, tvdb_id: tvdbId, tmdb_id: tmdbId }) =>
        tvdbId === undefined
          ? { fileName, provider: 'TMDB', id: tmdbId ?? 0 }
          : { fileName, provider: 'TVDB', id: tvdbId },
      ),
    }),
  }));

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
