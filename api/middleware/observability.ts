import type { Middleware } from 'koa';
import type { Clock, Log } from '../../lib/services/ports.ts';

/** One log line per request: route pattern, method, status, duration, error code, request id. No bodies, no credentials. */
export function observability({ log, clock }: { log: Log; clock: Clock }): Middleware {
  return async function observeRequest(ctx, next) {
    const started = clock.now();
    await next();
    const endpoint: unknown = ctx.state['endpoint'];
    const account = ctx.state['account'] as { user: string } | undefined;
    log.info('request', {
      method: ctx.method,
      endpoint: typeof endpoint === 'string' ? endpoint : 'unknown',
      status: ctx.status,
      duration_ms: clock.now() - started,
      error_type: ctx.state['errorCode'] as string | undefined,
      request_id: ctx.state['requestId'] as string,
      user: account?.user,
    });
  };
}
