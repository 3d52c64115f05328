import type Router from '@koa/router';
import { listShows, updateShow } from '../../lib/recording/shows-contract.ts';
import type { Services } from '../../lib/core/services.ts';
import { serve } from '../middleware/validation.ts';

export function showRoutes(router: Router, { shows }: Services): void {
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
}
