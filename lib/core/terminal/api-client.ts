import { setTimeout as delay } from 'node:timers/promises';
import type * as z from 'zod';
import type { AnswerOf, Endpoint, LateEndpoint } from '../contract/endpoint.ts';
import { ImmersionError, type ErrorDetail } from '../errors.ts';
import { RUN_HEADER, writeRunHeader, type ClientRun } from '../run-header-rules.ts';
import { isEndpointMissing, missingEndpoint } from './missing-endpoint.ts';
import { createHttpSend, type Received, type Send, type Sent } from './transport.ts';
import { waysOut } from './ways-out.ts';

const RETRIES = 2;
const LONGEST_WAIT_SECONDS = 30;
const FIRST_PAUSE_MILLISECONDS = 300;
const RETRIED_STATUSES = new Set([429, 503, 504]);
const TIMED_OUT = 'timed out';

type Answer = Record<string, unknown>;
type Address = Pick<Endpoint, 'method' | 'path'>;

export interface CallOptions<E extends Endpoint> {
  body?: E extends { body: infer S extends z.ZodType } ? z.input<S> : never;
  query?: Record<string, string | number | boolean | undefined>;
  params?: Record<string, string | number>;
  /** The run of a write. */
  run?: ClientRun;
}

/** Retries failed calls, since all writes of the API are idempotent. */
export interface ApiClient {
  /** Whether the API is in this process. */
  readonly isEmbedded?: boolean;
  /** Throws `ImmersionError` with the API's code and message, or `api_unreachable`. */
  call<E extends Endpoint>(endpoint: E | LateEndpoint<E>, options?: CallOptions<E>): Promise<AnswerOf<E>>;
}

/** The API at `url`, with a login. */
export const createApiClient = (target: { url: string; user: string; password: string }): ApiClient =>
  createApiClientOver({ url: target.url, send: createHttpSend(target) });

/** `url` is the place in messages. */
export function createApiClientOver({
  url,
  send,
  isEmbedded = false,
}: {
  url: string;
  send: Send;
  isEmbedded?: boolean;
}): ApiClient {
  return {
    isEmbedded,
    async call<E extends Endpoint>(
      endpoint: E | LateEndpoint<E>,
      { body, query = {}, params = {}, run }: CallOptions<E> = {},
    ) {
      const { status, header, text } = await withRetries(
        { url, send },
        {
          method: endpoint.method,
          path: pathOf(endpoint, { query, params }),
          headers: {
            accept: 'application/json',
            'user-agent': 'immersion',
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...(run === undefined ? {} : { [RUN_HEADER]: writeRunHeader(run) }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        },
      );
      const answer = parseJson(text);
      if (status >= 200 && status < 300) {
        // Files are deleted based on responses, so only the API's own are accepted. In this process it is the same code.
        if (isEmbedded || (await answerSchemaOf(endpoint)).safeParse(answer).success) return answer as AnswerOf<E>;
        throw unexpectedResponse(url, endpoint);
      }
      const said = (typeof answer === 'object' && answer !== null ? answer : {}) as Answer;
      if (isEndpointMissing(status, said, endpoint)) throw missingEndpoint(url, endpoint);
      throw refusal({ status, answer: said, url, retryAfter: header('retry-after') });
    },
  };
}

const answerSchemaOf = async (endpoint: Endpoint | LateEndpoint): Promise<z.ZodType> =>
  ('load' in endpoint ? await endpoint.load() : endpoint).answer;

function pathOf(
  { path }: Address,
  { query, params }: Required<Pick<CallOptions<Endpoint>, 'query' | 'params'>>,
): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  const search = given.length === 0 ? '' : `?${new URLSearchParams(Object.fromEntries(given)).toString()}`;
  return path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? '')) + search;
}

/** Retries temporary failures. A refused connection, or an error without `Retry-After`, is final. */
async function withRetries({ url, send }: { url: string; send: Send }, sent: Sent): Promise<Received> {
  for (let tries = 1; ; tries += 1) {
    const isLast = tries > RETRIES;
    let pause = FIRST_PAUSE_MILLISECONDS * 2 ** (tries - 1);
    try {
      const received = await send(sent);
      // Not 502: the API has already retried the provider.
      const wait = RETRIED_STATUSES.has(received.status) ? secondsOf(received.header('retry-after')) : undefined;
      if (isLast || wait === undefined || wait > LONGEST_WAIT_SECONDS) return received;
      pause = wait * 1000;
    } catch (error) {
      // The API in this process could not be opened.
      if (error instanceof ImmersionError) throw error;
      if (isLast || ['ECONNREFUSED', TIMED_OUT].includes(reasonOf(error))) throw unreachable(url, error);
    }
    await delay(pause);
  }
}

/** A system code such as `ECONNREFUSED`. */
function reasonOf(error: unknown): string {
  const { name, code } = error as NodeJS.ErrnoException;
  return name === 'AbortError' || name === 'TimeoutError' ? TIMED_OUT : (code ?? 'the request failed');
}

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
function unexpectedResponse(url: string, { method, path }: Address): ImmersionError {
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
  retryAfter: string | undefined;
}): ImmersionError {
  const retryAfterSeconds = secondsOf(retryAfter);
  const isReadable = typeof message === 'string' && message !== '';
  // Other APIs' messages don't say what failed.
  const isOurs = isReadable && typeof code === 'string';
  const said = isReadable ? `: ${message.replace(/\.$/, '')}` : ' with an unreadable response';
  const text = isOurs ? message : `The API at ${url} returned status ${status}${said}.`;
  const knownCode = typeof code === 'string' ? code : (CODES[status] ?? 'api_failed');
  return new ImmersionError(
    status === 401 && typeof code !== 'string' ? `The API at ${url} rejected the login.` : text,
    {
      code: knownCode,
      details: Array.isArray(details) ? (details as ErrorDetail[]) : [],
      suggestions: [
        ...(Array.isArray(suggestions) ? suggestions.map(String) : isReadable ? [] : (SUGGESTIONS[status] ?? [])),
        ...waysOut(knownCode),
      ],
      extra,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    },
  );
}

/** The API never sends dates. */
const secondsOf = (retryAfter: string | undefined): number | undefined =>
  retryAfter !== undefined && /^\d+$/.test(retryAfter) ? Number(retryAfter) : undefined;

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
