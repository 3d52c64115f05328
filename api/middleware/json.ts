import type { Context } from 'koa';
import { oncePer } from '../../lib/core/once.ts';

/** Shorter texts are sent faster together with the headers, longer ones faster as bytes. */
const LARGE_CHARACTERS = 30_000;

/** Answers are cached as objects, and those are serialized once. */
const serialized = oncePer((answer: object) => {
  const text = JSON.stringify(answer);
  return text.length < LARGE_CHARACTERS ? text : Buffer.from(text);
});

/** Answers an object as JSON. Koa would load all of fetch, only to ask whether an object is one of its bodies. */
export function answerJson(ctx: Pick<Context, 'body' | 'type'>, value: object): void {
  ctx.type = 'json';
  ctx.body = serialized(value);
}
