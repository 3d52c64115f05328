import { setTimeout as delay } from 'node:timers/promises';
import type { Got, StreamOptions } from 'got';
import type { ZodType } from 'zod';
import { ProviderError } from '../errors.ts';
import { isoInstant, toEpochSeconds } from '../instant-rules.ts';
import { parseJson } from '../json-rules.ts';
import type { Clock } from '../ports.ts';
import { type Pacer, PacerFullError, type ProviderHeaders } from './pacer.ts';

/** `code` prefixes error codes (`tvdb_unavailable`), `name` is used in messages. */
export interface Provider {
  code: string;
  name: string;
  /** Parses the vendor's error body. */
  faultOf?: (answer: ProviderAnswer) => ProviderFault | undefined;
  /** What a status means, whatever the body. */
  statusFaults?: Readonly<Record<number, ProviderFault>>;
}

/** Why a request failed, in our words: the vendor's text may contain a key. */
export interface ProviderFault {
  /** The error code without the provider's prefix: `quota_exceeded`. */
  what: string;
  /** Completes "TVDB failed for series 5: …". */
  reason: string;
  suggestions?: string[];
  /** Whether to retry. */
  retry?: boolean;
  retryAfterSeconds?: number;
}

export interface ProviderRequest {
  provider: Provider;
  /** What is requested, for messages: `series 81189`. */
  subject: string;
  url: string;
  method?: 'GET' | 'POST';
  query?: Record<string, string | number>;
  headers?: Record<string, string>;
  json?: Record<string, unknown>;
  form?: Record<string, string>;
  /** Other statuses than 2xx that don't throw. */
  expect?: readonly number[];
  /** Statuses returned without their body. */
  ignoreBodyOf?: readonly number[];
  signal?: AbortSignal;
  /** The account or key that is rate-limited; stored as a hash. */
  account?: string;
}

export interface ProviderAnswer {
  status: number;
  /** Parsed JSON; undefined if empty. Integers beyond the safe range are strings. */
  body: unknown;
  /** Names in lower case. */
  headers: ProviderHeaders;
}

export interface ProviderDownload {
  headers: ProviderHeaders;
  bytes: Buffer;
}

/** HTTP to providers. Every failure is a `ProviderError` without keys, tokens, queries or headers. */
export interface ProviderHttp {
  request(request: ProviderRequest): Promise<ProviderAnswer>;
  /** Undefined on 404. */
  download(request: ProviderRequest): Promise<ProviderDownload | undefined>;
}

export interface ProviderHttpOptions {
  clock?: Clock;
  sleep?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  userAgent?: string;
  /** Aborts all requests when a server stops. */
  signal?: AbortSignal;
  /** One attempt including the body. */
  attemptMs?: number;
  /** All attempts and pauses. */
  totalMs?: number;
  /** Longest Retry-After to wait for. */
  retryAfterCapMs?: number;
  retries?: number;
  maxBodyBytes?: number;
  /** Pause after a 429 without Retry-After. */
  rateLimitPauseMs?: number;
  /** From 0 to 1; stretches backoff by up to half, to spread out clients. */
  jitter?: () => number;
  pacer?: Pacer;
}

type RawAnswer = { status: number; headers: ProviderHeaders; bytes: Buffer };
type Outcome = { answer: RawAnswer } | { failure: string };

const CONNECT_MS = 5000;
/** To the first byte of the response. */
const RESPONSE_MS = 10_000;
const FIRST_PAUSE_MS = 500;
const A_YEAR_SECONDS = 366 * 24 * 60 * 60;

/**
 * Retries only GET, after network errors, 5xx and 429. A Retry-After beyond the cap fails right away with that time.
 */
export function createProviderHttp(options: ProviderHttpOptions = {}): ProviderHttp {
  const {
    clock = { now: Date.now },
    sleep = (milliseconds, signal) => delay(milliseconds, undefined, { signal }),
    userAgent = 'immersion',
    attemptMs = 15_000,
    totalMs = 25_000,
    retryAfterCapMs = 10_000,
    retries = 2,
    maxBodyBytes = 10 * 1024 * 1024,
    rateLimitPauseMs,
    jitter = () => 0,
    pacer,
  } = options;

  // Loaded lazily: got adds 70 ms to a cold start.
  let client: Promise<Got> | undefined;
  const loadClient = (): Promise<Got> =>
    (client ??= import('got').then(({ default: got }) =>
      got.extend({
        retry: { limit: 0 },
        throwHttpErrors: false,
        followRedirect: false,
        headers: { 'user-agent': userAgent, accept: 'application/json' },
        timeout: { connect: CONNECT_MS, secureConnect: CONNECT_MS, response: RESPONSE_MS },
      }),
    ));

  async function attempt(request: ProviderRequest, milliseconds: number, signal?: AbortSignal): Promise<Outcome> {
    const requestOptions: StreamOptions = {
      method: request.method ?? 'GET',
      headers: request.headers ?? {},
      timeout: { request: milliseconds },
      ...(request.query && { searchParams: request.query }),
      ...(request.json && { json: request.json }),
      ...(request.form && { form: request.form }),
      ...(signal && { signal }),
    };
    const got = await loadClient();
    // Streams, to enforce the size limit while reading.
    const stream = got.stream(request.url, requestOptions);
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > maxBodyBytes) throw tooLarge(request, maxBodyBytes);
        chunks.push(chunk);
      }
    } catch (error) {
      if (error instanceof ProviderError) throw error;
      return { failure: networkFailure(error) };
    }
    const { response } = stream;
    if (response === undefined) return { failure: 'no answer' };
    return {
      answer: {
        status: response.statusCode,
        headers: response.headers,
        bytes: Buffer.concat(chunks),
      },
    };
  }

  function pauseAfter(fault: ProviderFault, attempts: number): number {
    if (fault.retryAfterSeconds !== undefined || fault.what !== 'rate_limited' || rateLimitPauseMs === undefined) {
      const backoff = FIRST_PAUSE_MS * 2 ** (attempts - 1) * (1 + jitter() / 2);
      return Math.max(backoff, (fault.retryAfterSeconds ?? 0) * 1000);
    }
    return rateLimitPauseMs;
  }

  async function send<T extends object>(
    request: ProviderRequest,
    judge: (request: ProviderRequest, outcome: Outcome, now: number) => T | { fault: ProviderFault },
  ): Promise<T> {
    const signal = anySignal(request.signal, options.signal);
    let deadline = Infinity;
    for (let attempts = 1; ; attempts += 1) {
      try {
        await pacer?.wait(signal);
      } catch (error) {
        if (!(error instanceof PacerFullError)) throw signal?.aborted ? aborted(request) : error;
        const now = clock.now();
        const retryAfterSeconds = Math.ceil((error.freeAt - now) / 1000);
        const fault = {
          what: 'rate_limited',
          reason: 'too many requests are waiting for it already',
          retryAfterSeconds,
        };
        throw faultError(request, fault, { attempts, now });
      }
      if (signal?.aborted) throw aborted(request);
      // Time in the queue doesn't count.
      if (attempts === 1) deadline = clock.now() + totalMs;
      const outcome = await attempt(request, Math.min(attemptMs, Math.max(deadline - clock.now(), 1)), signal);
      if (signal?.aborted) throw aborted(request);

      const result = judge(request, outcome, clock.now());
      if (!('fault' in result)) {
        if ('answer' in outcome) pacer?.observe(outcome.answer.headers);
        return result;
      }

      const { fault } = result;
      const pause = pauseAfter(fault, attempts);
      // A longer wait fails right away instead of blocking other requests.
      if (fault.what === 'rate_limited' && pause <= retryAfterCapMs) pacer?.hold(clock.now() + pause);
      const isRetried =
        fault.retry === true &&
        (request.method ?? 'GET') === 'GET' &&
        attempts <= retries &&
        (fault.retryAfterSeconds ?? 0) * 1000 <= retryAfterCapMs &&
        clock.now() + pause < deadline;
      if (!isRetried) throw faultError(request, fault, { attempts, now: clock.now() });
      try {
        await sleep(pause, signal);
      } catch {
        throw aborted(request);
      }
    }
  }

  return {
    request: (request) => send(request, judgeJson),
    async download(request) {
      const { found } = await send(request, judgeDownload);
      return found;
    },
  };
}

/** Skips invalid elements of a provider's list. */
export const readEach = <T>(schema: ZodType<T>, items: readonly unknown[]): T[] =>
  items.flatMap((item) => {
    const { success, data } = schema.safeParse(item);
    return success ? [data] : [];
  });

/** Validates a body. Throws `…_bad_answer` that names the first invalid field. */
export function readBody<T>(
  request: Pick<ProviderRequest, 'provider' | 'subject'>,
  schema: ZodType<T>,
  body: unknown,
): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.join('.') || 'the response';
  throw providerError(request, { what: 'bad_answer', reason: `${path} doesn’t match its documented format` });
}

export function providerError(
  { provider, subject }: Pick<ProviderRequest, 'provider' | 'subject'>,
  fault: ProviderFault,
): ProviderError {
  const what = fault.reason.startsWith('rejected ') ? fault.reason : `failed for ${subject}: ${fault.reason}`;
  return new ProviderError(`${provider.name} ${what}.`, {
    code: `${provider.code}_${fault.what}`,
    suggestions: fault.suggestions ?? [],
    ...(fault.retryAfterSeconds !== undefined && { retryAfterSeconds: fault.retryAfterSeconds }),
  });
}

function judgeJson(request: ProviderRequest, outcome: Outcome, now: number): ProviderAnswer | { fault: ProviderFault } {
  if ('failure' in outcome) return { fault: unreachable(request, outcome.failure) };
  const { status, headers } = outcome.answer;
  if (request.ignoreBodyOf?.includes(status)) return { status, body: undefined, headers };
  const text = outcome.answer.bytes.toString('utf8');
  const body = bodyOf(text);
  if (isSuccess(status) && body !== NOT_JSON) return { status, body, headers };

  if (body === NOT_JSON || isSuccess(status)) {
    const what = isHtml(text) ? 'HTML' : 'text';
    const fault = isSuccess(status) ? undefined : faultOfStatus(request.provider, outcome.answer, now);
    return { fault: fault ?? badAnswer(request, `status ${status} with ${what} instead of JSON`) };
  }
  const own = request.provider.faultOf?.({ status, body, headers });
  if (own) return { fault: { ...waitOf(outcome.answer, now), ...own } };
  if (request.expect?.includes(status)) return { status, body, headers };
  const fault = faultOfStatus(request.provider, outcome.answer, now);
  return { fault: fault ?? { what: 'bad_answer', reason: `unexpected status ${status}` } };
}

function judgeDownload(
  request: ProviderRequest,
  outcome: Outcome,
  now: number,
): { found: ProviderDownload | undefined } | { fault: ProviderFault } {
  if ('failure' in outcome) return { fault: unreachable(request, outcome.failure) };
  const { status, headers, bytes } = outcome.answer;
  if (isSuccess(status)) return { found: { headers, bytes } };
  if (status === 404) return { found: undefined };
  return {
    fault: faultOfStatus(request.provider, outcome.answer, now) ?? {
      what: 'bad_answer',
      reason: `unexpected status ${status}`,
    },
  };
}

const unreachable = ({ url }: ProviderRequest, reason: string): ProviderFault => ({
  what: 'unavailable',
  reason,
  retry: true,
  suggestions: [`Check that you can reach ${new URL(url).hostname}, then try again.`],
});

const badAnswer = ({ provider }: ProviderRequest, reason: string): ProviderFault => ({
  what: 'bad_answer',
  reason,
  suggestions: [`Check that the base URL of ${provider.name} and that no proxy or login page intercepts it.`],
});

function faultOfStatus(provider: Provider, answer: RawAnswer, now: number): ProviderFault | undefined {
  const { status } = answer;
  const wait = waitOf(answer, now);
  const known = provider.statusFaults?.[status];
  if (known) return { ...wait, ...known };
  if (status === 429) return { what: 'rate_limited', reason: 'too many requests', retry: true, ...wait };
  if (status >= 500) {
    const suggestions = [`${provider.name} is having problems. Try again later.`];
    return { what: 'unavailable', reason: `status ${status}`, retry: true, suggestions, ...wait };
  }
  return undefined;
}

function waitOf({ headers }: RawAnswer, now: number): { retryAfterSeconds?: number } {
  const header = headers['retry-after'];
  const retryAfterSeconds = secondsOfRetryAfter(typeof header === 'string' ? header : undefined, now);
  return retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
}

const isHtml = (text: string): boolean => text.trimStart().startsWith('<');

function faultError(
  request: ProviderRequest,
  fault: ProviderFault,
  { attempts, now }: { attempts: number; now: number },
): ProviderError {
  const { protocol, host, pathname } = new URL(request.url);
  const tried = `${request.method ?? 'GET'} ${protocol}//${host}${pathname}${attempts > 1 ? `, ${attempts} attempts` : ''}`;
  const until =
    fault.retryAfterSeconds === undefined
      ? ''
      : `; retry after ${isoInstant(toEpochSeconds(now) + fault.retryAfterSeconds)}`;
  return providerError(request, { ...fault, reason: `${fault.reason} (${tried})${until}` });
}

function aborted(request: ProviderRequest): ProviderError {
  return providerError(request, { what: 'aborted', reason: 'the request was cancelled' });
}

function tooLarge(request: ProviderRequest, maxBodyBytes: number): ProviderError {
  return providerError(request, { what: 'bad_answer', reason: `the response is larger than ${maxBodyBytes} bytes` });
}

const NETWORK_FAILURES: Record<string, string> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was cut',
  ENOTFOUND: 'unknown host name',
  EAI_AGAIN: 'the host name lookup failed',
  ETIMEDOUT: 'timed out',
};

/** Only the code: the error's other fields contain the URL with its query and headers. */
function networkFailure(error: unknown): string {
  const code =
    error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';
  return NETWORK_FAILURES[code] ?? `the connection failed (${code})`;
}

const NOT_JSON = Symbol('not JSON');

function bodyOf(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return parseJson(text);
  } catch {
    return NOT_JSON;
  }
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** Retry-After is in seconds or an HTTP date. More than a year is nonsense and would exceed the range of dates. */
function secondsOfRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : Math.ceil((Date.parse(header) - now) / 1000);
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(0, seconds), A_YEAR_SECONDS);
}

function anySignal(...signals: (AbortSignal | undefined)[]): AbortSignal | undefined {
  const given = signals.filter((signal) => signal !== undefined);
  return given.length === 0 ? undefined : AbortSignal.any(given);
}
