import { inspect } from 'node:util';
import type { ExecutionContext, TestFn } from 'ava';
import type { FakeProvider, FakeRequest, Fault } from '../lib/demo/fake-server.ts';
import { ImmersionError, ProviderError } from '../lib/core/errors.ts';
import { createProviderHttp, type ProviderHttp, type ProviderHttpOptions } from '../lib/core/http/http.ts';
import type { Clock } from '../lib/core/ports.ts';

export const NOON = Date.parse('2026-11-21T12:00:00Z');

/** A clock that advances only by sleeping, and the pauses. */
export function createTestTime(options: ProviderHttpOptions = {}): {
  clock: Clock & { advance(milliseconds: number): void };
  http: ProviderHttp;
  sleeps: number[];
} {
  let now = NOON;
  const sleeps: number[] = [];
  const clock = { now: () => now, advance: (milliseconds: number) => void (now += milliseconds) };
  const sleep = async (milliseconds: number) => {
    sleeps.push(milliseconds);
    clock.advance(milliseconds);
  };
  return { clock, http: createProviderHttp({ clock, sleep, ...options }), sleeps };
}

/** The error of a call that must fail with this code; checks that it contains no secrets. */
export async function failure(
  t: ExecutionContext,
  promise: Promise<unknown>,
  { code, secrets }: { code: string; secrets: readonly string[] },
): Promise<ImmersionError> {
  const error = await t.throwsAsync(promise, { instanceOf: ImmersionError });
  t.is(error.code, code, error.message);
  const shown = `${inspect(error, { depth: 9, showHidden: true })} ${error.stack} ${JSON.stringify(error)}`;
  for (const secret of [...secrets, 'Bearer', 'Basic ', 'authorization'])
    t.false(shown.includes(secret), `${secret} in ${shown}`);
  return error;
}

/** Everything sent, to verify that a secret was in the request. */
export function everythingSent(requests: readonly FakeRequest[]): string {
  return requests
    .map(({ headers, query, body }) => `${JSON.stringify(headers)} ${query.toString()} ${body}`)
    .join('\n');
}

interface Rig {
  fake: FakeProvider;
  call: () => Promise<unknown>;
  sleeps: number[];
}

interface FaultCases {
  provider: string;
  /** A new fake and a client with a succeeding call; `faults` apply to its data requests, counted from 1. */
  start: (
    t: ExecutionContext,
    faults: (count: number) => Fault | undefined,
    http?: ProviderHttpOptions,
  ) => Promise<Rig>;
  secrets: readonly string[];
}

const first = (fault: Fault) => (count: number) => (count === 1 ? fault : undefined);
const always = (fault: Fault) => () => fault;

/** Failures that each client must handle alike. */
export function testFaults(test: TestFn, { provider, start, secrets }: FaultCases): void {
  const survived: { what: string; fault: Fault; sleeps: number[] }[] = [
    { what: 'a short Retry-After', fault: { status: 429, headers: { 'retry-after': '3' }, body: {} }, sleeps: [3000] },
    {
      what: 'a Retry-After that is a date',
      fault: { status: 429, headers: { 'retry-after': 'Sat, 21 Nov 2026 12:00:04 GMT' }, body: {} },
      sleeps: [4000],
    },
    { what: 'one 503', fault: { status: 503, body: {} }, sleeps: [500] },
    { what: 'one 502 with a page of HTML', fault: { status: 502, body: '<html>Bad gateway</html>' }, sleeps: [500] },
    { what: 'one cut connection', fault: { cut: true }, sleeps: [500] },
  ];
  for (const { what, fault, sleeps } of survived) {
    test.serial(`${provider} answers after ${what}`, async (t) => {
      const rig = await start(t, first(fault));
      t.truthy(await rig.call());
      t.deepEqual(rig.sleeps, sleeps);
    });
  }

  const reported: {
    what: string;
    fault: Fault;
    code: string;
    message: RegExp;
    sleeps: number[];
    http?: ProviderHttpOptions;
  }[] = [
    {
      what: 'a Retry-After of hours fails at once and says until when',
      fault: { status: 429, headers: { 'retry-after': '11742' }, body: {} },
      code: 'rate_limited',
      message: /retry after 2026-11-21T15:15:42Z/,
      sleeps: [],
    },
    {
      what: '429 for ever fails after three attempts',
      fault: { status: 429, body: {} },
      code: 'rate_limited',
      message: /3 attempts/,
      sleeps: [500, 1000],
    },
    {
      what: '500 for ever fails after three attempts',
      fault: { status: 500, body: {} },
      code: 'unavailable',
      message: /status 500 \(GET http:\/\/127\.0\.0\.1:\d+\/[^?]+, 3 attempts\)/,
      sleeps: [500, 1000],
    },
    {
      what: 'connections that are cut for ever fail after three attempts',
      fault: { cut: true },
      code: 'unavailable',
      message: /the connection was cut/,
      sleeps: [500, 1000],
    },
    {
      what: 'an answer that takes too long fails',
      fault: { delayMs: 60_000 },
      code: 'unavailable',
      message: /timed out/,
      sleeps: [],
      http: { attemptMs: 150, retries: 0 },
    },
    {
      what: 'HTML instead of JSON fails',
      fault: { body: '<!doctype html><title>Sign in to the Wi-Fi</title>' },
      code: 'bad_answer',
      message: /status 200 with HTML instead of JSON/,
      sleeps: [],
    },
    {
      what: 'JSON of another shape fails',
      fault: { body: [1, 2] },
      code: 'bad_answer',
      message: /match its documented format/,
      sleeps: [],
    },
    {
      what: 'an unexpected 418 fails',
      fault: { status: 418, body: {} },
      code: 'bad_answer',
      message: /418/,
      sleeps: [],
    },
    {
      what: 'a redirect is not followed',
      fault: { status: 302, headers: { location: 'http://127.0.0.1:9/elsewhere' }, body: {} },
      code: 'bad_answer',
      message: /302/,
      sleeps: [],
    },
    {
      what: 'an answer that never ends is cut off',
      fault: { body: { filler: 'x'.repeat(5000) } },
      code: 'bad_answer',
      message: /larger than 1000 bytes/,
      sleeps: [],
      http: { maxBodyBytes: 1000 },
    },
  ];
  for (const { what, fault, code, message, sleeps, http } of reported) {
    test.serial(`${provider}: ${what}, and the error shows no secret`, async (t) => {
      const rig = await start(t, always(fault), http);
      const error = await failure(t, rig.call(), { code: `${provider}_${code}`, secrets });
      t.true(error instanceof ProviderError);
      t.regex(error.message, message);
      if (code === 'unavailable') t.is(error.suggestions.length, 1, 'nothing says what to do');
      t.deepEqual(rig.sleeps, sleeps);
      for (const secret of secrets)
        t.true(everythingSent(rig.fake.requests).includes(secret), 'the secret was under way');
    });
  }

  test.serial(`${provider}: nothing listens there, and the error shows no secret`, async (t) => {
    const rig = await start(t, () => undefined);
    await rig.call();
    await rig.fake.close();
    const error = await failure(t, rig.call(), { code: `${provider}_unavailable`, secrets });
    t.regex(error.message, /the connection was refused/);
    t.deepEqual(error.suggestions, ['Check that you can reach 127.0.0.1, then try again.']);
  });

  test.serial(`${provider}: a request is called off when the program stops`, async (t) => {
    const stop = new AbortController();
    const rig = await start(
      t,
      () => {
        stop.abort();
        return { delayMs: 60_000 };
      },
      { signal: stop.signal },
    );
    await failure(t, rig.call(), { code: `${provider}_aborted`, secrets });
  });
}
