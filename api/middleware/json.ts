import type { Context } from 'koa';
import { oncePer, oncePerBlock } from '../../lib/core/once.ts';

/** Shorter responses are faster as text, sent with the headers; longer ones as bytes. */
const LARGE_CHARACTERS = 30_000;

/** Longer lists are mostly the same objects as before when a cached response changes. */
const LONG_LIST_ITEMS = 200;

/** Cached responses are serialized once. */
const serialized = oncePer((answer: object): string | Buffer => {
  const isPlain = !Array.isArray(answer) && !('toJSON' in answer);
  if (isPlain && Object.values(answer).some(isLongList)) return joined(answer);
  const text = JSON.stringify(answer);
  return text.length < LARGE_CHARACTERS ? text : Buffer.from(text);
});

/** The same bytes as of `JSON.stringify`. */
function joined(answer: object): Buffer {
  const pieces: Buffer[] = [];
  let separator = '{';
  for (const [name, value] of Object.entries(answer) as [string, unknown][]) {
    const isLong = isLongList(value);
    const text = isLong ? '[' : JSON.stringify(value);
    if (text === undefined) continue;
    pieces.push(Buffer.from(`${separator}${JSON.stringify(name)}:${text}`));
    if (isLong) {
      const [first, ...others] = blocksOf(value);
      if (first) pieces.push(first.subarray(1), ...others);
      pieces.push(Buffer.from(']'));
    }
    separator = ',';
  }
  return Buffer.concat([...pieces, Buffer.from('}')]);
}

/** Each block begins with a comma. */
const blocksOf = oncePerBlock((items: readonly unknown[]) => Buffer.from(`,${JSON.stringify(items).slice(1, -1)}`));

const isLongList = (value: unknown): value is unknown[] => Array.isArray(value) && value.length > LONG_LIST_ITEMS;

/** Sends an object as JSON. Koa itself would load fetch just to check the body's type. */
export function answerJson(ctx: Pick<Context, 'body' | 'type'>, value: object): void {
  ctx.type = 'json';
  ctx.body = serialized(value);
}
