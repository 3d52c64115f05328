import type { Context, Middleware } from 'koa';
import { ForbiddenError } from '../../lib/core/errors.ts';

/** Names of this computer; any other may be a page's own domain that resolves here (DNS rebinding). */
const OWN_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i;

/**
 * For an API without authentication on this computer: rejects requests of other sites' pages, by the host name and by
 * what browsers send about their origin. Pages at `corsOrigin` are allowed.
 */
export function refuseForeignPages({ corsOrigin }: { corsOrigin: string | undefined }): Middleware {
  return async function refuseForeignPage(ctx, next) {
    if (!OWN_HOST.test(ctx.get('Host'))) {
      throw new ForbiddenError('This API is only available at localhost, 127.0.0.1 and [::1].', {
        code: 'foreign_host',
      });
    }
    const origin = ctx.get('Origin');
    const isAllowed = origin !== '' && (corsOrigin === '*' || corsOrigin === origin);
    if (!isAllowed && (isForeignOrigin(ctx) || ctx.get('Sec-Fetch-Site').toLowerCase() === 'cross-site')) {
      throw new ForbiddenError('Web pages of other sites can’t use this API.', {
        code: 'foreign_page',
        suggestions: ['If it is yours, set IMMERSION_CORS_ORIGIN to its origin.'],
      });
    }
    await next();
  };
}

/**
 * Whether the request is from a program or one of this API’s own pages, not from an image, link or script on another
 * site.
 */
export function isOwnRequest(ctx: Pick<Context, 'get'>): boolean {
  const site = ctx.get('Sec-Fetch-Site').toLowerCase();
  const destination = ctx.get('Sec-Fetch-Dest').toLowerCase();
  return ['', 'same-origin', 'none'].includes(site) && ['', 'empty'].includes(destination) && !isForeignOrigin(ctx);
}

/** Behind a proxy the scheme is unknown, so only host and port are compared. */
function isForeignOrigin(ctx: Pick<Context, 'get'>): boolean {
  const origin = ctx.get('Origin');
  if (origin === '') return false;
  return !URL.canParse(origin) || new URL(origin).host !== ctx.get('Host').toLowerCase();
}
