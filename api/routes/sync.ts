import type Router from '@koa/router';
import { syncEpisodes } from '../../lib/contract/sync.ts';
import type { Services } from '../../lib/services/services.ts';
import { serve } from '../middleware/validation.ts';

export function syncRoutes(router: Router, { episodes }: Services): void {
  serve(router, syncEpisodes, async ({ user, batchId, body }) => ({
    episodes_added: await episodes.sync({
      user,
      batchId,
      files: body.episodes.map((episode) => ({ folderName: episode.folder_name, fileName: episode.file_name })),
    }),
  }));
}
