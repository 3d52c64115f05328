import type { Middleware } from 'koa';
import { parseImageName } from '../../lib/tmdb/image-rules.ts';

const PREFIX = '/images/';

/** Rejects invalid image names before looking at routes or files. */
export function refuseInvalidImages(): Middleware {
  return async function refuseStrangeImage(ctx, next) {
    if (['GET', 'HEAD'].includes(ctx.method) && ctx.path.startsWith(PREFIX)) {
      const [kind = '', size = '', ...rest] = ctx.path.slice(PREFIX.length).split('/');
      parseImageName({ kind, size, basename: rest.join('/') });
    }
    await next();
  };
}
