import type Router from '@koa/router';
import { MAXIMUM_HISTORY, getHistory, removeBatch } from '../../lib/viewings/history-contract.ts';
import { isoInstant } from '../../lib/core/instant-rules.ts';
import type { HistoryEntry } from '../../lib/viewings/history-service.ts';
import { serve } from '../middleware/validation.ts';
import type { ViewingServices } from '../../lib/viewings/wiring.ts';

export function addRoutes(router: Router, { batches, changes, history }: ViewingServices): void {
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
    const undone = await (query.dry_run ? changes.of(user, params.id) : changes.takeBack(user, params.id));
    const { watches, collections } = await (query.dry_run ? batches.preview(request) : batches.remove(request));
    return {
      batch_id: params.id,
      dry_run: query.dry_run,
      items_removed: watches.length,
      items: watches.slice(0, MAXIMUM_HISTORY).map(toAnswer),
      collections_removed: collections,
      restored: undone.map(({ title, wasRemoved }) => ({ title, was_removed: wasRemoved })),
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
