import type { Context, Middleware } from 'koa';
import type { Clock, ErrorType, Log, RequestMetrics } from '../../lib/core/ports.ts';

/** Metrics cost per dimension value, so clients must not be able to create new ones. */
const UNKNOWN = 'unknown';
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * A log line and metrics per request: route pattern, method, status, duration, error, request id; no paths, bodies or
 * credentials. `patternOf` returns the pattern of the route at a request's path, whatever the method.
 */
export function observability({
  log,
  metrics,
  clock,
  patternOf,
}: {
  log: Log;
  metrics?: RequestMetrics | undefined;
  clock: Clock;
  patternOf: (ctx: Context) => string | undefined;
}): Middleware {
  const say = (ctx: Context, milliseconds: number): void => {
    const endpoint = patternOf(ctx) ?? UNKNOWN;
    const method = METHODS.has(ctx.method) ? ctx.method : UNKNOWN;
    const errorType = errorTypeOf(ctx.status);
    log.info('request', {
      method,
      endpoint,
      status: ctx.status,
      duration_ms: milliseconds,
      error_type: errorType,
      error_code: ctx.state.errorCode,
      request_id: ctx.state.requestId,
      user: ctx.state.account?.user,
      ...ctx.state.refusedLogin,
    });
    metrics?.record({ endpoint, method, status: ctx.status, milliseconds, errorType });
  };

  return async function observeRequest(ctx, next) {
    const started = clock.now();
    await next();
    try {
      say(ctx, Math.max(0, clock.now() - started));
    } catch (error) {
      // The response is fine even if logging fails.
      logFailure(ctx, error);
    }
  };

  function logFailure(ctx: Context, error: unknown): void {
    try {
      log.error('A request could not be measured', { request_id: ctx.state.requestId }, error);
    } catch {
      // Nothing left to try.
    }
  }
}

/** 502 means a provider failed. */
function errorTypeOf(status: number): ErrorType | undefined {
  if (status < 400) return undefined;
  if (status < 500) return 'client';
  return status === 502 ? 'provider' : 'server';
}
