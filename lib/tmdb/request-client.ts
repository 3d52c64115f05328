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
  /** With version prefix: `https://api.themoviedb.org/3`. */
  baseUrl: string;
  clock: Clock;
  http?: ProviderHttp;
}

export interface TmdbCall<T> {
  /** For messages: `film 603`. */
  subject: string;
  schema: ZodType<T>;
  query?: Record<string, string | number>;
  signal?: AbortSignal | undefined;
}

/** Undefined on 404. */
export type TmdbRequest = <T>(path: string, call: TmdbCall<T>) => Promise<T | undefined>;

export const TMDB: Provider = { code: 'tmdb', name: 'TMDB', faultOf };

/** TMDB allows about 40 requests per second. */
const SHORTEST_INTERVAL_MS = 25;

/** Shared by all clients of TMDB. */
export const createTmdbPacer = ({ intervalMs, ...options }: PacerOptions): Pacer =>
  createPacer({ ...options, intervalMs: Math.max(intervalMs, SHORTEST_INTERVAL_MS) });

/** HTTP within TMDB's limits, waiting up to 30 s on a 429. */
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

/** A GET request to TMDB v3. Read access tokens (`eyJ…`) are sent as bearer tokens, v3 keys as `api_key`. */
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
