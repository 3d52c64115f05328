import type { RouteSettings } from '../route-settings.ts';
import type Router from '@koa/router';
import { MAXIMUM_HISTORY, getHistory, removeBatch } from '../../lib/viewings/history-contract.ts';
import { isoInstant } from '../../lib/core/instant-rules.ts';
import type { HistoryEntry } from '../../lib/viewings/history-service.ts';
import { serve } from '../middleware/validation.ts';
import type { ViewingServices } from '../../lib/viewings/wiring.ts';

export function addRoutes(router: Router, { batches, history }: ViewingServices, { log }: RouteSettings): void {
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
    if (!query.dry_run) log.info('A batch was undone', { user, batch: params.id, items: watches.length });
    return {
      batch_id: params.id,
      dry_run: query.dry_run,
      items_removed: watches.length,
      items: watches.slice(0, MAXIMUM_HISTORY).map(toAnswer),
      collections_removed: collections,
    };
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
