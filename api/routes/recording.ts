import { syncEpisodes } from '../../lib/recording/sync-contract.ts';
import type { RecordingServices } from '../../lib/recording/wiring.ts';
import { serve } from '../middleware/validation.ts';
import type { Routes } from '../route-settings.ts';

export function addRoutes(router: Routes, { episodes }: RecordingServices): void {
  serve(router, syncEpisodes, async ({ user, batchId, body }) => ({
    episodes_added: await episodes.sync({
      user,
      batchId,
      files: body.episodes.map((episode) => ({
        folderName: episode.folder_name,
        fileName: episode.file_name,
        durationSeconds: episode.duration_seconds,
        language: episode.language,
        watchedAt: episode.watched_at,
      })),
    }),
    ...(body.episodes.some((episode) => episode.watched_at !== undefined) && { dated: true as const }),
  }));
}
