import type Router from '@koa/router';
import { syncEpisodes, syncMovies, syncSpotify, syncYouTube } from '../../lib/recording/sync-contract.ts';
import type { Services } from '../../lib/core/services.ts';
import { serve } from '../middleware/validation.ts';

export function syncRoutes(router: Router, { episodes, movies, spotify, youtube }: Services): void {
  serve(router, syncEpisodes, async ({ user, batchId, body }) => ({
    episodes_added: await episodes.sync({
      user,
      batchId,
      files: body.episodes.map((episode) => ({ folderName: episode.folder_name, fileName: episode.file_name })),
    }),
  }));
  serve(router, syncYouTube, async ({ user, batchId, body }) => ({
    videos_added: await youtube.sync({ user, batchId, videoIds: body.video_ids }),
  }));
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
}
