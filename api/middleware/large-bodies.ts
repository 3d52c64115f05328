import type { Middleware } from 'koa';
import { createWorkQueue } from '../../lib/core/work-queue.ts';

/** Encodings that Node can decode while reading. Lower case only, as in the body parser. */
const ENCODINGS = new Set(['', 'identity', 'gzip', 'deflate', 'br']);
const LARGE_BYTES = 256 * 1024;
const LIMITS = { concurrency: 4, maximumWaiting: 8, maximumPerKey: 4 };

/** Rejects unsupported encodings, and limits concurrent large bodies, which take a multiple of their size in memory. */
export function admitBodies(): Middleware {
  const queue = createWorkQueue(LIMITS);
  return async function admitBody(ctx, next) {
    if (!ENCODINGS.has(ctx.get('Content-Encoding'))) {
      ctx.set('Accept-Encoding', 'gzip, deflate, br');
      ctx.throw(415, { code: 'unsupported_encoding' });
    }
    // A compressed body, or one without a length, may be large.
    const isPlain = ['', 'identity'].includes(ctx.get('Content-Encoding'));
    const bytes = isPlain ? ctx.request.length : undefined;
    const isBodiless = bytes === undefined && ctx.get('Transfer-Encoding') === '' && ctx.get('Content-Length') === '';
    if (isBodiless || (bytes !== undefined && bytes < LARGE_BYTES)) return next();
    return queue.run(next, { key: ctx.state.account?.user ?? '' });
  };
}
