import { isUtf8 } from 'node:buffer';
import { brotliDecompressSync, unzipSync } from 'node:zlib';
import type { Context, Middleware } from 'koa';
import { InvalidInputError } from '../../lib/core/errors.ts';

const REPLACEMENT = '\uFFFD';
const MAXIMUM_BYTES = 4 * 1024 * 1024;

/**
 * Reads JSON bodies with a parser that takes other bytes than UTF-8 for `U+FFFD`: two names would become one. Refuses
 * them, in the query as well.
 */
export function refuseOtherText(parser: Middleware): Middleware {
  return async function readText(ctx, next) {
    if (!isEscapedText(ctx.querystring)) throw notUtf8('The query');
    const read = ctx.request.is('json', '+json') ? bytesRead(ctx) : undefined;
    await parser(ctx, async () => {});
    const text = (ctx.request as { rawBody?: string }).rawBody;
    if (read && text?.includes(REPLACEMENT) && !isUtf8(read())) throw notUtf8('The body');
    await next();
  };
}

/** Keeps what the parser reads. It takes no more than the limit of a body, and begins in this turn of the event loop. */
function bytesRead(ctx: Context): () => Buffer {
  const chunks: Buffer[] = [];
  let size = 0;
  ctx.req.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= MAXIMUM_BYTES) chunks.push(chunk);
  });
  return () => {
    const bytes = Buffer.concat(chunks);
    const encoding = ctx.get('Content-Encoding');
    if (encoding === 'br') return brotliDecompressSync(bytes);
    return ['gzip', 'deflate'].includes(encoding) ? unzipSync(bytes) : bytes;
  };
}

/** A lone percent sign stands for itself. */
function isEscapedText(query: string): boolean {
  try {
    for (const [run] of query.matchAll(/(?:%[\da-f]{2})+/giu)) decodeURIComponent(run);
    return true;
  } catch {
    return false;
  }
}

const notUtf8 = (what: string): InvalidInputError =>
  new InvalidInputError(`${what} is not UTF-8 text.`, { code: 'not_utf8' });
