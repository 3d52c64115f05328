import type { Context } from 'koa';
import { oncePer } from '../../lib/core/once.ts';

/** Answers are cached as objects, and those are serialized once. */
const bytesOf = oncePer((answer: object) => Buffer.from(JSON.stringify(answer)));

/** Answers an object as JSON. Koa would load all of fetch, only to ask whether an object is one of its bodies. */
export function answerJson(ctx: Pick<Context, 'body' | 'type'>, value: object): void {
  ctx.type = 'json';
  ctx.body = bytesOf(value);
}
