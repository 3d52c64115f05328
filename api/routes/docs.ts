import type Router from '@koa/router';
import { openApiDocument } from '../../lib/core/contract/openapi.ts';
import { docsPage } from '../docs-page.ts';

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
