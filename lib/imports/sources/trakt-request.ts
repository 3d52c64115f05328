import { NotConfiguredError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports.ts';
import {
  createProviderHttp,
  type Provider,
  type ProviderHttp,
  type ProviderHttpOptions,
} from '../../core/http/http.ts';
import { createPacer, type ProviderHeaders } from '../../core/http/pacer.ts';

export interface TraktCredentials {
  clientId?: string | undefined;
  clientSecret?: string | undefined;
}

const FIVE_MINUTES_MS = 300_000;

/** Many of Trakt's error responses have an empty body or HTML. */
export const TRAKT: Provider = {
  code: 'trakt',
  name: 'Trakt',
  statusFaults: {
    401: { what: 'unauthorized', reason: 'rejected the login' },
    403: {
      what: 'forbidden',
      reason: 'rejected the API key or has not approved the app',
      suggestions: ['Check TRAKT_CLIENT_ID and the app at https://app.trakt.tv/settings/apps.'],
    },
    404: { what: 'not_found', reason: 'not found' },
    412: { what: 'precondition_failed', reason: 'a header is missing' },
    420: {
      what: 'account_limit',
      reason: 'the account has reached a limit of its plan',
      suggestions: ['Remove entries on https://trakt.tv or use a plan with higher limits.'],
    },
    423: {
      what: 'account_locked',
      reason: 'the account is locked or deactivated',
      suggestions: ['Contact Trakt support: https://trakt.tv/support.'],
    },
    426: {
      what: 'vip_only',
      reason: 'only available to paying Trakt members',
    },
  },
};

/** HTTP within Trakt's limits: 50 ms between requests, 500 requests in five minutes, waiting up to 30 s on a 429. */
export function createTraktHttp({ clock, ...options }: ProviderHttpOptions & { clock: Clock }): ProviderHttp {
  return createProviderHttp({
    retryAfterCapMs: 30_000,
    rateLimitPauseMs: 2000,
    totalMs: 120_000,
    jitter: Math.random,
    pacer: createPacer({
      clock,
      sleep: options.sleep,
      intervalMs: 50,
      window: { starts: 500, milliseconds: FIVE_MINUTES_MS },
      limitOf,
    }),
    ...options,
    clock,
  });
}

/** Throws `NotConfiguredError` without a client id. */
export async function readTraktCredentials(
  secret: () => Promise<TraktCredentials>,
): Promise<{ clientId: string; clientSecret: string | undefined }> {
  const { clientId, clientSecret } = await secret();
  if (clientId?.trim()) return { clientId: clientId.trim(), clientSecret: clientSecret?.trim() || undefined };
  throw new NotConfiguredError('TRAKT_CLIENT_ID is not set, so Trakt is unavailable.', {
    code: 'trakt_not_configured',
  });
}

/** `X-Ratelimit` is JSON: name, period (seconds), limit, remaining, until. */
function limitOf(headers: ProviderHeaders): number | undefined {
  const header = headers['x-ratelimit'];
  if (typeof header !== 'string') return undefined;
  try {
    const { period, limit } = JSON.parse(header) as { period?: unknown; limit?: unknown };
    return period === FIVE_MINUTES_MS / 1000 && typeof limit === 'number' ? limit : undefined;
  } catch {
    return undefined;
  }
}
