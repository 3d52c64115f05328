import type { Middleware } from 'koa';
import { parseImageName } from '../../lib/tmdb/image-rules.ts';

const PREFIX = '/images/';

/** Refuses paths under the images that are not image names, before any route or file is looked at. */
export function refuseStrangeImages(): Middleware {
  return async function refuseStrangeImage(ctx, next) {
    if (['GET', 'HEAD'].includes(ctx.method) && ctx.path.startsWith(PREFIX)) {
      const [kind = '', size = '', ...rest] = ctx.path.slice(PREFIX.length).split('/');
      parseImageName({ kind, size, basename: rest.join('/') });
    }
    await next();
  };
}
