import type { Context } from 'koa';
import { TooManyRequestsError } from '../../lib/core/errors.ts';
import type { Clock } from '../../lib/core/ports.ts';

/** Limit of tracked clients before idle ones are removed. */
const MAXIMUM_CLIENTS = 10_000;

/** Throws if a client, by user or else by address, exceeds `limit` requests within `windowMs`. */
export type RateGuard = (ctx: Pick<Context, 'ip' | 'state'>) => void;

export function createRateGuard({
  clock,
  limit,
  windowMs,
}: {
  clock: Clock;
  limit: number;
  windowMs: number;
}): RateGuard {
  /** Times of accepted requests, oldest first. */
  const latest = new Map<string, number[]>();

  return (ctx) => {
    const now = clock.now();
    const user = ctx.state.account?.user;
    const client = user ? `user ${user}` : `address ${ctx.ip}`;
    const recent = (latest.get(client) ?? []).filter((at) => at > now - windowMs);
    const [oldest] = recent;
    if (oldest !== undefined && recent.length >= limit) {
      throw new TooManyRequestsError(`Too many requests: at most ${limit} in ${windowMs / 1000} s.`, {
        code: 'too_many_requests',
        retryAfterSeconds: Math.max(1, Math.ceil((oldest + windowMs - now) / 1000)),
      });
    }
    if (latest.size >= MAXIMUM_CLIENTS) forgetQuiet(latest, now - windowMs);
    latest.set(client, [...recent, now]);
  };
}

function forgetQuiet(latest: Map<string, number[]>, since: number): void {
  for (const [client, instants] of latest) if ((instants.at(-1) ?? 0) <= since) latest.delete(client);
}
