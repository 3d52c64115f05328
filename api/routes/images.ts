import { createReadStream } from 'node:fs';
import { getImage } from '../../lib/tmdb/images-contract.ts';
import { NotFoundError } from '../../lib/core/errors.ts';
import type { ImageServices } from '../../lib/tmdb/images-wiring.ts';
import type { Routes } from '../route-settings.ts';

const CACHE_CONTROL = 'private, max-age=31536000, immutable';

export function addRoutes(router: Routes, { images }: ImageServices): void {
  router.register(getImage.path, [getImage.method, 'HEAD'], async (ctx) => {
    const { kind = '', size = '', basename = '' } = ctx['params'] as Record<string, string | undefined>;
    const image = await images.get({ kind, size, basename });
    if (!image) {
      throw new NotFoundError('TMDB has no such image.', { code: 'image_not_found' });
    }
    if (image.kind === 'elsewhere') {
      ctx.redirect(image.url);
      return;
    }
    ctx.set('Cache-Control', CACHE_CONTROL);
    ctx.set('ETag', image.etag);
    // An SVG is a document, so prevent scripts in it.
    ctx.set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    ctx.set('X-Content-Type-Options', 'nosniff');
    ctx.type = image.contentType;
    ctx.length = image.bytes;
    ctx.status = 200;
    if (ctx.fresh) ctx.status = 304;
    else ctx.body = createReadStream(image.file);
  });
}
