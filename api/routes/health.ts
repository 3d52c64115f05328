import type { RouteSettings } from '../route-settings.ts';
import { once } from '../../lib/core/once.ts';
import type Router from '@koa/router';
import { getHealth } from '../../lib/core/contract/health.ts';
import { answerJson } from '../middleware/json.ts';
import { serve } from '../middleware/validation.ts';
import { openApiDocument } from '../../lib/core/contract/openapi.ts';
import { docsPage } from '../docs-page.ts';
import type { HealthServices } from '../../lib/core/health-wiring.ts';

export function addRoutes(router: Router, { health }: HealthServices, { version, endpoints }: RouteSettings): void {
  serve(router, getHealth, async () => {
    await health.check();
    return { status: 'ok' as const, store: 'ok' as const, version };
  });

  const described = once(async () => openApiDocument({ version, endpoints: await endpoints() }));
  router.get('/openapi.json', async (ctx) => {
    answerJson(ctx, await described());
  });
  router.get('/docs', async (ctx) => {
    ctx.set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'");
    ctx.type = 'html';
    ctx.body = docsPage(await described());
  });
}
