import { isUtf8 } from 'node:buffer';
import { brotliDecompressSync, unzipSync } from 'node:zlib';
import type { Context, Middleware } from 'koa';
import { InvalidInputError } from '../../lib/core/errors.ts';
import { isLargeJson } from '../../lib/core/json-rules.ts';

const REPLACEMENT = '\uFFFD';
const MAXIMUM_BYTES = 4 * 1024 * 1024;

/** Parsing a million empty lists would take a hundred times the memory of their text. */
const LIMITS = { values: 250_000, depth: 64 };

/** Keys that would change an object’s prototype, also escaped. */
const POISON =
  /"(?:_|\\u005f){2}(?:p|\\u0070)(?:r|\\u0072)(?:o|\\u006f)(?:t|\\u0074)(?:o|\\u006f)(?:_|\\u005f){2}"\s*:/iu;

/**
 * Parses JSON bodies that `reader` has read as text. It replaces invalid UTF-8 with `U+FFFD`, which would make two names
 * one: such bodies and queries are rejected, as are bodies that would take far more memory than their size.
 */
export function jsonBody(reader: Middleware): Middleware {
  return async function readJson(ctx, next) {
    if (!isEscapedText(ctx.querystring)) throw notUtf8('The query');
    const read = ctx.request.is('json') ? bytesRead(ctx) : undefined;
    await reader(ctx, async () => {});
    const { body } = ctx.request;
    const text = typeof body === 'string' ? body : '';
    if (read && text.includes(REPLACEMENT) && !isUtf8(read())) throw notUtf8('The body');
    ctx.request.body = read ? parsed(ctx, text) : {};
    await next();
  };
}

function parsed(ctx: Context, text: string): unknown {
  if (text === '') return {};
  if (isLargeJson(text, LIMITS)) {
    throw new InvalidInputError(
      `The body has more than ${LIMITS.values / 1000},000 values, or is nested deeper than ${LIMITS.depth}. Send fewer items at a time.`,
      { code: 'too_many_items' },
    );
  }
  try {
    const value: unknown = POISON.test(text) ? undefined : JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Rejected below.
  }
  return ctx.throw(400);
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
