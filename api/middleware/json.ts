import type { Context } from 'koa';
import { oncePer } from '../../lib/core/once.ts';

/** Shorter responses are faster as text, sent with the headers; longer ones as bytes. */
const LARGE_CHARACTERS = 30_000;

/** Cached responses are serialized once. */
const serialized = oncePer((answer: object) => {
  const text = JSON.stringify(answer);
  return text.length < LARGE_CHARACTERS ? text : Buffer.from(text);
});

/** Sends an object as JSON. Koa itself would load fetch just to check the body's type. */
export function answerJson(ctx: Pick<Context, 'body' | 'type'>, value: object): void {
  ctx.type = 'json';
  ctx.body = serialized(value);
}
