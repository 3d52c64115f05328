import ky, { HTTPError, isNetworkError, isTimeoutError } from 'ky';
import type * as z from 'zod';
import type { AnswerOf, Endpoint } from '../contract/endpoint.ts';
import { RUN_HEADER, writeRunHeader, type ClientRun } from '../contract/names.ts';
import { ImmersionError, type ErrorDetail } from '../errors.ts';
import { isEndpointMissing, missingEndpoint } from './missing-endpoint.ts';
import { waysOut } from './ways-out.ts';

const TIMEOUT_MILLISECONDS = 120_000;
const TRIES_AFTER_FAILURE = 2;
const LONGEST_WAIT_SECONDS = 30;
const REPEATED_STATUSES = [429, 503, 504];

type Answer = Record<string, unknown>;

/** What a call may carry. */
export interface CallOptions<E extends Endpoint> {
  body?: E extends { body: infer S extends z.ZodType } ? z.input<S> : never;
  query?: Record<string, string | number | boolean | undefined>;
  params?: Record<string, string | number>;
  /** The run that a write belongs to. */
  run?: ClientRun;
}

/** Talks to the API, wherever it runs. Every write of the API is safe to repeat, so failed calls are tried again. */
export interface ApiClient {
  /** Throws `ImmersionError` with the API's code and message, `api_unreachable` where nothing answers. */
  call<E extends Endpoint>(endpoint: E, options?: CallOptions<E>): Promise<AnswerOf<E>>;
}

export function createApiClient(target: { url: string; user: string; password: string }): ApiClient {
  const credentials = Buffer.from(`${target.user}:${target.password}`, 'utf8').toString('base64');
  const client = ky.create({
    headers: { authorization: `Basic ${credentials}`, 'user-agent': 'immersion' },
    timeout: TIMEOUT_MILLISECONDS,
    redirect: 'manual',
    retry: {
      limit: TRIES_AFTER_FAILURE,
      methods: ['get', 'put', 'post', 'patch', 'delete'],
      // Not 502: the API has repeated what it asked a provider, as often as it may be.
      statusCodes: REPEATED_STATUSES,
      afterStatusCodes: REPEATED_STATUSES,
      shouldRetry: ({ error }) => isWorthAnotherTry(error),
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
        // Files are removed on the strength of an answer, so one that is not the API's must not pass for one.
        if (endpoint.answer.safeParse(answer).success) return answer as AnswerOf<typeof endpoint>;
        throw notOurs(target.url, endpoint);
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

/**
 * What the API itself says without asking for another try, such as a missing key, stays so; a server that is not there,
 * too. A wait that is too long to sit out is said instead.
 */
function isWorthAnotherTry(error: unknown): boolean | undefined {
  if (error instanceof HTTPError) {
    const wait = secondsOf(error.response.headers.get('retry-after'));
    return wait === undefined || wait > LONGEST_WAIT_SECONDS ? false : undefined;
  }
  return reasonOf(error) === 'ECONNREFUSED' ? false : undefined;
}

/** The system's name of what went wrong, such as `ECONNREFUSED`; it sits below the errors of ky and fetch. */
function reasonOf(error: unknown): string {
  if (isTimeoutError(error)) return 'timed out';
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    const { code } = inner as NodeJS.ErrnoException;
    if (code) return code;
  }
  return isNetworkError(error) ? 'the connection failed' : 'the request failed';
}

/** Says what went wrong on the way, and drops ky's error: that one carries the credentials. */
function unreachable(url: string, error: unknown): ImmersionError {
  return new ImmersionError(`Can’t reach the API at ${url} (${reasonOf(error)}).`, {
    code: 'api_unreachable',
    suggestions: [
      'Check the network, and IMMERSION_TRACKER_API_URL.',
      'Nothing is lost: run the same command again once it’s back.',
    ],
  });
}

/** Something else answers there, such as the page of a proxy or another service. */
function notOurs(url: string, { method, path }: Endpoint): ImmersionError {
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
  const said = isOurs ? message : `The API at ${url} returned status ${status} with an unreadable response.`;
  const knownCode = typeof code === 'string' ? code : (CODES[status] ?? 'api_failed');
  return new ImmersionError(
    status === 401 && typeof code !== 'string' ? `The API at ${url} rejected the login.` : said,
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

/** Of a Retry-After in seconds; undefined for a date, which the API never sends. */
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
