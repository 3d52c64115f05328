import type Router from '@koa/router';
import { getHealth } from '../../lib/contract/health.ts';
import { openApiDocument } from '../../lib/contract/openapi.ts';
import { docsPage } from '../docs-page.ts';

/** The paths that need no credentials where the app itself decides. */
export const OPEN_PATHS: ReadonlySet<string> = new Set([getHealth.path, '/openapi.json', '/docs']);

export function docsRoutes(router: Router, { version }: { version: string }): void {
  let document: ReturnType<typeof openApiDocument> | undefined;
  const described = () => (document ??= openApiDocument({ version }));
  router.get('/openapi.json', (ctx) => {
    ctx.body = described();
  });
  router.get('/docs', (ctx) => {
    ctx.set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'");
    ctx.type = 'html';
    ctx.body = docsPage(described());
  });
}
