import type Router from '@koa/router';
import { getHealth } from '../../lib/core/contract/health.ts';
import type { Services } from '../../lib/core/services.ts';
import { serve } from '../middleware/validation.ts';

export function healthRoutes(router: Router, { health }: Services, { version }: { version: string }): void {
  serve(router, getHealth, async () => {
    await health.check();
    return { status: 'ok' as const, store: 'ok' as const, version };
  });
}
