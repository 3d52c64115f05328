import { isUtf8 } from 'node:buffer';
import { brotliDecompressSync, unzipSync } from 'node:zlib';
import type { Context, Middleware } from 'koa';
import { InvalidInputError } from '../../lib/core/errors.ts';

const REPLACEMENT = '\uFFFD';
const MAXIMUM_BYTES = 4 * 1024 * 1024;

/**
 * Wraps a parser of JSON bodies that replaces invalid UTF-8 with `U+FFFD`, which would make two names one. Rejects such
 * bodies and queries.
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

/** Buffers what the parser reads, which starts in the same turn of the event loop and is limited in size. */
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

/** A lone percent sign is literal. */
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
