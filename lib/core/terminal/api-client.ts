import ky, { HTTPError, isNetworkError, isTimeoutError } from 'ky';
import type * as z from 'zod';
import type { AnswerOf, Endpoint } from '../contract/endpoint.ts';
import { RUN_HEADER, writeRunHeader, type ClientRun } from '../contract/names.ts';
import { ImmersionError, type ErrorDetail } from '../errors.ts';
import { isEndpointMissing, missingEndpoint } from './missing-endpoint.ts';
import { waysOut } from './ways-out.ts';

const TIMEOUT_MILLISECONDS = 120_000;
const RETRIES = 2;
const LONGEST_WAIT_SECONDS = 30;
const RETRIED_STATUSES = [429, 503, 504];

type Answer = Record<string, unknown>;

export interface CallOptions<E extends Endpoint> {
  body?: E extends { body: infer S extends z.ZodType } ? z.input<S> : never;
  query?: Record<string, string | number | boolean | undefined>;
  params?: Record<string, string | number>;
  /** The run of a write. */
  run?: ClientRun;
}

/** Retries failed calls, since all writes of the API are idempotent. */
export interface ApiClient {
  /** Throws `ImmersionError` with the API's code and message, or `api_unreachable`. */
  call<E extends Endpoint>(endpoint: E, options?: CallOptions<E>): Promise<AnswerOf<E>>;
}

export function createApiClient(target: { url: string; user: string; password: string }): ApiClient {
  const credentials = Buffer.from(`${target.user}:${target.password}`, 'utf8').toString('base64');
  const client = ky.create({
    headers: { authorization: `Basic ${credentials}`, 'user-agent': 'immersion' },
    timeout: TIMEOUT_MILLISECONDS,
    redirect: 'manual',
    retry: {
      limit: RETRIES,
      methods: ['get', 'put', 'post', 'patch', 'delete'],
      // Not 502: the API has already retried the provider.
      statusCodes: RETRIED_STATUSES,
      afterStatusCodes: RETRIED_STATUSES,
      shouldRetry: ({ error }) => isRetryable(error),
    },
  });

  return {
    async call(endpoint, { body, query, params = {}, run } = {}) {
      const path = endpoint.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
      try {
        const response = await client(`${target.url}${path}`, {
          method: endpoint.method,
          ...(body === undefined ? {} : { json: body }),
          ...(query === undefined ? {} : { searchParams: query }),
          ...(run === undefined ? {} : { headers: { [RUN_HEADER]: writeRunHeader(run) } }),
        });
        const answer = parseJson(await response.text());
        // Files are deleted based on responses, so only the API's own are accepted.
        if (endpoint.answer.safeParse(answer).success) return answer as AnswerOf<typeof endpoint>;
        throw unexpectedResponse(target.url, endpoint);
      } catch (error) {
        if (error instanceof ImmersionError) throw error;
        if (!(error instanceof HTTPError)) throw unreachable(target.url, error);
        const { status, headers } = error.response;
        const answer = (typeof error.data === 'object' && error.data !== null ? error.data : {}) as Answer;
        if (isEndpointMissing(status, answer)) throw missingEndpoint(target.url, endpoint);
        throw refusal({ status, answer, url: target.url, retryAfter: headers.get('retry-after') });
      }
    },
  };
}

/** No retry for errors that the API sends without Retry-After, for long waits, or if no server is listening. */
function isRetryable(error: unknown): boolean | undefined {
  if (error instanceof HTTPError) {
    const wait = secondsOf(error.response.headers.get('retry-after'));
    return wait === undefined || wait > LONGEST_WAIT_SECONDS ? false : undefined;
  }
  return reasonOf(error) === 'ECONNREFUSED' ? false : undefined;
}

/** A system code such as `ECONNREFUSED`, found below the errors of ky and fetch. */
function reasonOf(error: unknown): string {
  if (isTimeoutError(error)) return 'timed out';
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    const { code } = inner as NodeJS.ErrnoException;
    if (code) return code;
  }
  return isNetworkError(error) ? 'the connection failed' : 'the request failed';
}

/** Drops ky's error, which contains the credentials. */
function unreachable(url: string, error: unknown): ImmersionError {
  return new ImmersionError(`Can’t reach the API at ${url} (${reasonOf(error)}).`, {
    code: 'api_unreachable',
    suggestions: [
      'Check the network, and IMMERSION_TRACKER_API_URL.',
      'Nothing is lost: run the same command again once it’s back.',
    ],
  });
}

/** Something else responded, such as a proxy or another service. */
function unexpectedResponse(url: string, { method, path }: Endpoint): ImmersionError {
  return new ImmersionError(`${url} sent an unexpected response to ${method} ${path}.`, {
    code: 'api_answer_unreadable',
    suggestions: ['Check IMMERSION_TRACKER_API_URL: it must point to an immersion API.', 'Nothing was removed.'],
  });
}

function refusal({
  status,
  answer: { message, code, details, suggestions, ...extra },
  url,
  retryAfter,
}: {
  status: number;
  answer: Answer;
  url: string;
  retryAfter: string | null;
}): ImmersionError {
  const retryAfterSeconds = secondsOf(retryAfter);
  const isOurs = typeof message === 'string' && message !== '';
  const text = isOurs ? message : `The API at ${url} returned status ${status} with an unreadable response.`;
  const knownCode = typeof code === 'string' ? code : (CODES[status] ?? 'api_failed');
  return new ImmersionError(
    status === 401 && typeof code !== 'string' ? `The API at ${url} rejected the login.` : text,
    {
      code: knownCode,
      details: Array.isArray(details) ? (details as ErrorDetail[]) : [],
      suggestions: [
        ...(Array.isArray(suggestions) ? suggestions.map(String) : isOurs ? [] : (SUGGESTIONS[status] ?? [])),
        ...waysOut(knownCode),
      ],
      extra,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    },
  );
}

/** The API never sends dates. */
const secondsOf = (retryAfter: string | null): number | undefined =>
  retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) : undefined;

const CODES: Record<number, string> = { 401: 'unauthorized', 403: 'forbidden' };
const SUGGESTIONS: Record<number, string[]> = {
  401: ['Check IMMERSION_TRACKER_USER and IMMERSION_TRACKER_PASSWORD.'],
  404: ['Check IMMERSION_TRACKER_API_URL: it must point to an immersion API.'],
};

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
