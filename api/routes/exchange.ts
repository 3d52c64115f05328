import { exportItems, importItems } from '../../lib/exchange/exchange-contract.ts';
import type { ExchangeServices } from '../../lib/exchange/wiring.ts';
import { serve } from '../middleware/validation.ts';
import type { Routes } from '../route-settings.ts';

export function addRoutes(router: Routes, { exchange }: ExchangeServices): void {
  serve(router, exportItems, async ({ user, query }) => {
    const { items, leftOut, next } = await exchange.export({ user, next: query.next });
    return { items, left_out: leftOut, next };
  });
  serve(router, importItems, async ({ user, batchId, body }) => {
    const { items, dry_run: dryRun = false, replace = false } = body;
    const { added, existing, replaced, differing } = await exchange.import({ user, batchId, items, dryRun, replace });
    return {
      items_added: added,
      items_existing: existing,
      items_replaced: replaced,
      differing,
      dry_run: dryRun,
    };
  });
}
