import { createHash } from 'node:crypto';
import { ProviderError } from '../errors.ts';
import { isoInstant, toEpochSeconds } from '../instant-rules.ts';
import type { Clock } from '../ports.ts';
import type { Store } from '../store/store.ts';
import { type ProviderHttp, providerError, type ProviderRequest } from './http.ts';

/** Longer waits are stored so that no process sends requests before they end. */
export const LONGEST_WAIT_SECONDS = 30;
/** Retry at least once a day. */
const LONGEST_PAUSE_SECONDS = 25 * 60 * 60;
const PARTITION = 'PAUSE';
const QUOTA_EXCEEDED = 'quota_exceeded';

/** Sends nothing to a provider until its rate limit ends, whichever process received it. */
export function withPauses(http: ProviderHttp, { store, clock }: { store: Store; clock: Clock }): ProviderHttp {
  async function whileAllowed<T>(request: ProviderRequest, send: () => Promise<T>): Promise<T> {
    const key = { partition: PARTITION, sort: nameOf(request) };
    const item = await store.get(key, { consistent: true });
    const until = Number(item?.['until'] ?? 0);
    if (clock.now() < until) throw paused(request, { until, what: String(item?.['what']), now: clock.now() });
    try {
      return await send();
    } catch (error) {
      const seconds = error instanceof ProviderError ? (error.retryAfterSeconds ?? 0) : 0;
      if (error instanceof ProviderError && seconds > LONGEST_WAIT_SECONDS) {
        const end = clock.now() + Math.min(seconds, LONGEST_PAUSE_SECONDS) * 1000;
        const what = error.code.slice(request.provider.code.length + 1);
        await store.put({ pk: PARTITION, sk: key.sort, until: end, what, expires_at: Math.ceil(end / 1000) });
      }
      throw error;
    }
  }

  return {
    request: (request) => whileAllowed(request, () => http.request(request)),
    download: (request) => whileAllowed(request, () => http.download(request)),
  };
}

/** Rate limits apply per account: another key can be used right away. */
const nameOf = ({ provider, account = '' }: ProviderRequest): string =>
  `${provider.code}#${createHash('sha256').update(account).digest('hex').slice(0, 16)}`;

function paused(request: ProviderRequest, { until, what, now }: { until: number; what: string; now: number }) {
  const reason = what === QUOTA_EXCEEDED ? 'the quota is used up' : 'too many requests';
  return providerError(request, {
    what: what === QUOTA_EXCEEDED ? what : 'rate_limited',
    reason: `${reason}; retry after ${isoInstant(toEpochSeconds(until))}`,
    retryAfterSeconds: Math.ceil((until - now) / 1000),
  });
}
