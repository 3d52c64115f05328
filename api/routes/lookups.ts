import { syncMovies, syncSpotify, syncYouTube } from '../../lib/recording/sync-contract.ts';
import { listKeys } from '../../lib/recording/keys-contract.ts';
import { listMovies, listShows, updateMovie, updateShow } from '../../lib/recording/shows-contract.ts';
import { snakeCased } from '../../lib/core/snake-case-rules.ts';
import { RUN_HEADER } from '../../lib/core/run-header-rules.ts';
import { serve } from '../middleware/validation.ts';
import type { SeriesSearchResult } from '../../lib/recording/ports.ts';
import { getPlaylist, getSeasons, searchIds, searchMovies, searchShows } from '../../lib/recording/search-contract.ts';
import type { MovieReference, TmdbFilm } from '../../lib/recording/movies-service.ts';
import type { LookupServices } from '../../lib/recording/lookups-wiring.ts';
import type { Routes } from '../route-settings.ts';

export function addRoutes(
  router: Routes,
  { keys, movies, shows, spotify, series, titleIds, youtube }: LookupServices,
): void {
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

  serve(router, syncYouTube, async ({ user, batchId, body, ctx }) => {
    const { added, withoutLength } = await youtube.sync({
      user,
      batchId,
      videoIds: body.video_ids,
      watchedAt: body.watched_at,
    });
    return {
      videos_added: added,
      // Clients of the original API get its fields and no others.
      ...(withoutLength.length > 0 && ctx.get(RUN_HEADER) !== '' && { videos_without_length: withoutLength }),
      ...(body.watched_at !== undefined && DATED),
    };
  });
  serve(router, getPlaylist, async ({ params }) => ({ video_ids: await youtube.playlist(params.id) }));
  serve(router, syncSpotify, async ({ user, batchId, body }) => ({
    episodes_added: await spotify.sync({
      user,
      batchId,
      episodeIds: body.episode_ids,
      backfill: body.backfill === true,
      watchedAt: body.watched_at,
    }),
    ...(body.watched_at !== undefined && DATED),
  }));
  serve(router, syncMovies, async ({ user, batchId, body }) => ({
    movies_added: await movies.sync({
      user,
      batchId,
      movies: body.movies.map(({ duration_seconds: durationSeconds, language, watched_at: watchedAt, ...movie }) => ({
        fileName: movie.file_name,
        reference: referenceOf(movie),
        durationSeconds,
        language,
        watchedAt,
      })),
    }),
    ...(body.movies.some((movie) => movie.watched_at !== undefined) && DATED),
  }));
  serve(router, listMovies, async ({ user }) => ({
    movies: (await movies.list(user)).map(({ fileName, tvdbId, tmdbId, name, image }) =>
      snakeCased({ fileName, tvdbId, tmdbId, name, image }),
    ),
  }));
  serve(router, updateMovie, async ({ user, body }) => {
    const reference = referenceOf(body);
    if (reference) await movies.setReference({ user, fileName: body.file_name, reference });
    return {};
  });

  serve(router, listKeys, async () => ({ keys: await keys.prove() }));
  serve(router, searchShows, async ({ query }) => ({
    results: (await series.searchSeries(query.query)).map(atTvdb),
    source: await series.provider(),
  }));
  serve(router, getSeasons, async ({ params }) => ({ seasons: (await series.seasons(params.id)).map(snakeCased) }));
  serve(router, searchIds, async ({ query: { type, tmdb_id: tmdbId, imdb_id: imdbId } }) => {
    return snakeCased(
      await (imdbId === undefined ? titleIds.byTmdb(tmdbId ?? 0, type) : titleIds.byImdb(imdbId, type)),
    );
  });
  serve(router, searchMovies, async ({ query }) => {
    const { provider, results } = await movies.search(query.query);
    return { results: provider === 'TVDB' ? results.map(atTvdb) : results.map(atTmdb) };
  });
}

function referenceOf(movie: { tvdb_id?: number | undefined; tmdb_id?: number | undefined }): MovieReference | null {
  if (movie.tvdb_id !== undefined) return { provider: 'TVDB', id: movie.tvdb_id };
  return movie.tmdb_id === undefined ? null : { provider: 'TMDB', id: movie.tmdb_id };
}

const DATED = { dated: true } as const;

const atTvdb = <Id extends number | null>({ tvdbId, ...hit }: Omit<SeriesSearchResult, 'tvdbId'> & { tvdbId: Id }) => ({
  tvdb_id: tvdbId,
  ...toHit(hit),
});

const atTmdb = ({ tmdbId, originalTitle, title, ...hit }: TmdbFilm) => ({
  tmdb_id: tmdbId,
  ...toHit({ ...hit, name: title, originalName: originalTitle }),
});

/** Omits empty lists of other names. */
const toHit = ({ translations = [], aliases = [], ...hit }: Omit<SeriesSearchResult, 'tvdbId'>) => ({
  ...snakeCased(hit),
  ...(translations.length > 0 && { translations }),
  ...(aliases.length > 0 && { aliases }),
});
