import type { Context } from 'koa';

/** Answers a value as JSON. Koa would load all of fetch, only to ask whether an object is one of its bodies. */
export function answerJson(ctx: Pick<Context, 'body' | 'type'>, value: unknown): void {
  ctx.type = 'json';
  ctx.body = JSON.stringify(value);
}
