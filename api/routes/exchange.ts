import type Router from '@koa/router';
import { exportItems, importItems } from '../../lib/viewings/exchange-contract.ts';
import type { Services } from '../../lib/core/services.ts';
import { serve } from '../middleware/validation.ts';

export function exchangeRoutes(router: Router, { exchange }: Services): void {
  serve(router, exportItems, async ({ user, query }) => exchange.export({ user, next: query.next }));
  serve(router, importItems, async ({ user, batchId, body: { items, dry_run: dryRun = false } }) => {
    const added = await exchange.import({ user, batchId, items, dryRun });
    return { items_added: added, items_existing: items.length - added, dry_run: dryRun };
  });
}
