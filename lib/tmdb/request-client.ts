import type { ZodType } from 'zod';
import { NotConfiguredError } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import { createPacer, type Pacer, type PacerOptions } from '../core/http/pacer.ts';
import {
  createProviderHttp,
  type Provider,
  type ProviderAnswer,
  type ProviderFault,
  type ProviderHttp,
  type ProviderHttpOptions,
  readBody,
} from '../core/http/http.ts';

export interface TmdbRequestOptions {
  secret: () => Promise<{ apiKey?: string | undefined }>;
  /** Scheme, host and version prefix: `https://api.themoviedb.org/3`. */
  baseUrl: string;
  clock: Clock;
  http?: ProviderHttp;
}

export interface TmdbCall<T> {
  /** What is asked for, as it stands in messages: `film 603`. */
  subject: string;
  schema: ZodType<T>;
  query?: Record<string, string | number>;
  signal?: AbortSignal | undefined;
}

/** Undefined when TMDB has no such thing. */
export type TmdbRequest = <T>(path: string, call: TmdbCall<T>) => Promise<T | undefined>;

export const TMDB: Provider = { code: 'tmdb', name: 'TMDB', faultOf };

/** TMDB's ceiling is some 40 requests a second. */
const SHORTEST_INTERVAL_MS = 25;

/** Spaces requests as TMDB wants them; who shares it waits for one another. */
export const createTmdbPacer = ({ intervalMs, ...options }: PacerOptions): Pacer =>
  createPacer({ ...options, intervalMs: Math.max(intervalMs, SHORTEST_INTERVAL_MS) });

/** HTTP with the manners that TMDB asks for: requests spaced, a 429 waited for up to half a minute. */
export function createTmdbHttp({
  clock,
  intervalMs,
  ...options
}: ProviderHttpOptions & { clock: Clock; intervalMs: number }): ProviderHttp {
  return createProviderHttp({
    retryAfterCapMs: 30_000,
    rateLimitPauseMs: 1000,
    totalMs: 120_000,
    jitter: Math.random,
    pacer: createTmdbPacer({ clock, sleep: options.sleep, intervalMs }),
    ...options,
    clock,
  });
}

/** One GET at TMDB v3. A key that is a read access token (it begins `eyJ`) goes as bearer, a v3 key as `api_key`. */
export function createTmdbRequest({
  secret,
  baseUrl,
  clock,
  http = createProviderHttp({ clock }),
}: TmdbRequestOptions): TmdbRequest {
  return async (path, { subject, schema, query = {}, signal }) => {
    const key = await readKey(secret);
    const isToken = key.startsWith('eyJ');
    const request = { provider: TMDB, subject, account: key };
    const { status, body } = await http.request({
      ...request,
      url: `${baseUrl}${path}`,
      query: isToken ? query : { ...query, api_key: key },
      headers: isToken ? { authorization: `Bearer ${key}` } : {},
      expect: [404],
      ...(signal && { signal }),
    });
    return status === 404 ? undefined : readBody(request, schema, body);
  };
}

async function readKey(secret: TmdbRequestOptions['secret']): Promise<string> {
  const apiKey = (await secret()).apiKey?.trim();
  if (apiKey) return apiKey;
  throw new NotConfiguredError('TMDB_API_KEY is not set, so TMDB is unavailable.', {
    code: 'tmdb_not_configured',
  });
}

function faultOf({ status }: ProviderAnswer): ProviderFault | undefined {
  if (status !== 401) return undefined;
  return { what: 'key_refused', reason: 'rejected the API key' };
}
