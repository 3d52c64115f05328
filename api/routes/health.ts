import type { Routes, RouteSettings } from '../route-settings.ts';
import { once } from '../../lib/core/once.ts';
import { getHealth } from '../../lib/core/contract/health.ts';
import { answerJson } from '../middleware/json.ts';
import { serve } from '../middleware/validation.ts';
import { openApiDocument } from '../../lib/core/contract/openapi.ts';
import { docsPage } from '../docs-page.ts';
import type { HealthServices } from '../../lib/core/health-wiring.ts';

export function addRoutes(router: Routes, { health }: HealthServices, { version, endpoints }: RouteSettings): void {
  serve(router, getHealth, async () => {
    await health.check();
    return { status: 'ok' as const, store: 'ok' as const, version };
  });

  const described = once(async () => openApiDocument({ version, endpoints: await endpoints() }));
  router.register('/openapi.json', ['GET'], async (ctx) => {
    answerJson(ctx, await described());
  });
  router.register('/docs', ['GET'], async (ctx) => {
    ctx.set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'");
    ctx.type = 'html';
    ctx.body = docsPage(await described());
  });
}
