import type Router from '@koa/router';
import { MAXIMUM_HISTORY, getHistory, removeBatch } from '../../lib/viewings/history-contract.ts';
import { isoInstant } from '../../lib/core/instant-rules.ts';
import type { HistoryEntry } from '../../lib/viewings/history-service.ts';
import { serve } from '../middleware/validation.ts';
import { exportItems, importItems } from '../../lib/viewings/exchange-contract.ts';
import { findHeld } from '../../lib/viewings/held-contract.ts';
import type { ViewingServices } from '../../lib/viewings/wiring.ts';

export function addRoutes(router: Router, { batches, exchange, held, history }: ViewingServices): void {
  serve(router, findHeld, async ({ user, body }) => {
    const found = await held.among(user, {
      episodes: body.episodes.map((episode) => ({ folderName: episode.folder_name, fileName: episode.file_name })),
      fileNames: body.movies.map((movie) => movie.file_name),
      videoIds: body.video_ids,
      podcastEpisodeIds: body.episode_ids,
    });
    return {
      episodes: found.episodes.map(({ folderName, fileName }) => ({ folder_name: folderName, file_name: fileName })),
      movies: found.fileNames.map((fileName) => ({ file_name: fileName })),
      video_ids: [...found.videoIds],
      episode_ids: [...found.podcastEpisodeIds],
    };
  });

  serve(router, getHistory, async ({ user, query }) => {
    const { entries, lastBatch } = await history.of({ user, ...query });
    return {
      items: entries.map(toAnswer),
      last_batch: lastBatch && {
        batch_id: lastBatch.batchId,
        items: lastBatch.items,
        watched_at: isoInstant(lastBatch.watchedAt),
      },
    };
  });

  serve(router, removeBatch, async ({ user, params, query }) => {
    const request = { user, batchId: params.id };
    const { watches, collections } = await (query.dry_run ? batches.preview(request) : batches.remove(request));
    return {
      batch_id: params.id,
      dry_run: query.dry_run,
      items_removed: watches.length,
      items: watches.slice(0, MAXIMUM_HISTORY).map(toAnswer),
      collections_removed: collections,
    };
  });

  serve(router, exportItems, async ({ user, query }) => exchange.export({ user, next: query.next }));
  serve(router, importItems, async ({ user, batchId, body: { items, dry_run: dryRun = false } }) => {
    const added = await exchange.import({ user, batchId, items, dryRun });
    return { items_added: added, items_existing: items.length - added, dry_run: dryRun };
  });
}

const toAnswer = (entry: HistoryEntry) => ({
  type: entry.type,
  id: entry.id,
  title: entry.title,
  collection: entry.collection,
  watched_at: isoInstant(entry.watchedAt),
  duration_seconds: entry.durationSeconds,
  batch_id: entry.batchId,
});
