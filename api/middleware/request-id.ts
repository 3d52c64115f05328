import { randomUUID } from 'node:crypto';
import type { Middleware } from 'koa';

const ACCEPTABLE = /^[\w-]{8,128}$/;

/** Sets `X-Request-Id`: the client's own if valid, else a new one. */
export function requestId(): Middleware {
  return async function identifyRequest(ctx, next) {
    const given = ctx.get('X-Request-Id');
    const id = ACCEPTABLE.test(given) ? given : randomUUID();
    ctx.state.requestId = id;
    ctx.set('X-Request-Id', id);
    await next();
  };
}
