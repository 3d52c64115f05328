import type { Context, Middleware } from 'koa';
import { ForbiddenError } from '../../lib/core/errors.ts';

/** Names by which this computer may be called; any other may be a page's own that was made to lead here. */
const OWN_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i;

/**
 * For an API that any program on this computer may use: refuses what another site’s web page sends there, by the
 * name it calls and by what browsers say of its origin. A page at `corsOrigin` may call.
 */
export function refuseForeignPages({ corsOrigin }: { corsOrigin: string | undefined }): Middleware {
  return async function refuseForeignPage(ctx, next) {
    if (!OWN_HOST.test(ctx.get('Host'))) {
      throw new ForbiddenError('This API answers at localhost, 127.0.0.1 and [::1] only.', { code: 'foreign_host' });
    }
    const origin = ctx.get('Origin');
    const isAllowed = origin !== '' && (corsOrigin === '*' || corsOrigin === origin);
    if (!isAllowed && (isForeignOrigin(ctx) || ctx.get('Sec-Fetch-Site').toLowerCase() === 'cross-site')) {
      throw new ForbiddenError('A web page from elsewhere may not use this API.', {
        code: 'foreign_page',
        suggestions: ['Name its origin with IMMERSION_CORS_ORIGIN if it is yours.'],
      });
    }
    await next();
  };
}

/** Whether the request comes from a program or one of this API’s own pages, not from an image, link or script on another site. */
export function isOwnRequest(ctx: Pick<Context, 'get'>): boolean {
  const site = ctx.get('Sec-Fetch-Site').toLowerCase();
  const destination = ctx.get('Sec-Fetch-Dest').toLowerCase();
  return ['', 'same-origin', 'none'].includes(site) && ['', 'empty'].includes(destination) && !isForeignOrigin(ctx);
}

/** Behind a proxy the scheme is not known, so that host and port alone are compared. */
function isForeignOrigin(ctx: Pick<Context, 'get'>): boolean {
  const origin = ctx.get('Origin');
  if (origin === '') return false;
  return !URL.canParse(origin) || new URL(origin).host !== ctx.get('Host').toLowerCase();
}
