import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ExecutionContext, TestFn } from 'ava';
import { startServer } from '../api/server.ts';
import type { FakeRequest } from '../lib/demo/fake-server.ts';
import { createFakeTmdb, type FakeTmdbOptions } from '../lib/demo/fake-tmdb.ts';
import { createFakeTrakt, type FakeTraktOptions } from './fakes/fake-trakt.ts';
import { readConfig } from '../lib/core/config.ts';
import type { JobAnswer } from '../lib/imports/jobs-contract.ts';
import { createLog } from '../lib/core/log.ts';
import { wire } from '../lib/core/wiring.ts';
import { openFeatures } from '../api/features.ts';
import { testAgainstDescription } from './provider-judge.ts';
import { call, type Answer, type Request } from './running-api.ts';
import { NOON } from './trakt-entries.ts';

/** Requests that a file's tests sent. */
export interface Judged {
  trakt: FakeRequest[];
  tmdb: FakeRequest[];
}

/** Adds the last tests of a file: what was sent to Trakt and TMDB, at least so many requests, fits their descriptions. */
export function testImportsAgainstDescriptions(
  test: TestFn,
  { by, judged, atLeast }: { by: string; judged: Judged; atLeast: Partial<Record<keyof Judged, number>> },
): void {
  const files = { trakt: 'trakt.mock.openapi.json', tmdb: 'tmdb-v3.mock.openapi.json' };
  for (const provider of ['trakt', 'tmdb'] as const) {
    const count = atLeast[provider];
    if (count !== undefined) {
      testAgainstDescription(test, { by, file: files[provider], requests: judged[provider], atLeast: count });
    }
  }
}

export interface ImportsOptions {
  trakt?: FakeTraktOptions;
  tmdb?: FakeTmdbOptions;
  environment?: Record<string, string>;
  judged?: Judged;
  /** Not logged in to Trakt. */
  loggedOut?: boolean;
  /** How often a worker checks its lease and for cancellation, in real time. */
  pollMilliseconds?: number;
  /** The service's start in epoch milliseconds; noon by default. */
  startsAt?: number;
}

export type Imports = Awaited<ReturnType<typeof startImports>>;

/** The real API with a fake Trakt, a fake TMDB, and a clock that advances by waiting. */
export async function startImports(t: ExecutionContext, options: ImportsOptions = {}) {
  let now = options.startsAt ?? NOON;
  const clock = {
    now: () => now,
    advance: (milliseconds: number) => void (now += milliseconds),
    set: (milliseconds: number) => void (now = milliseconds),
  };
  const folder = await mkdtemp(path.join(tmpdir(), 'immersion-imports-'));
  const trakt = await createFakeTrakt({ now: clock.now, ...options.trakt });
  const tmdb = await createFakeTmdb(options.tmdb);
  const ends: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })];
  t.teardown(async () => {
    options.judged?.trakt.push(...trakt.requests);
    options.judged?.tmdb.push(...tmdb.requests);
    for (const end of ends.toReversed()) await end();
    await trakt.close().catch(() => undefined);
    await tmdb.close().catch(() => undefined);
  });
  const dataDirectory = path.join(folder, 'data');
  const logLines: string[] = [];

  const environment = {
    IMMERSION_DATA_DIR: dataDirectory,
    IMMERSION_TIME_ZONE: 'UTC',
    TMDB_API_KEY: 'tmdb-key-of-the-test',
    TRAKT_CLIENT_ID: 'client-id-of-the-test',
    TRAKT_CLIENT_SECRET: 'client-secret-of-the-test',
    IMMERSION_TRACKER_TRAKT_API_BASE_URL: trakt.url,
    IMMERSION_TRACKER_TRAKT_AUTH_BASE_URL: trakt.url,
    IMMERSION_TRACKER_TMDB_BASE_URL: tmdb.url,
    IMMERSION_TRACKER_TMDB_IMAGE_BASE_URL: tmdb.url.replace(/\/3$/, '/t/p'),
    ...options.environment,
  };

  /** Another service over the same data, without authentication. */
  const start = async (user = 'me') => {
    const config = readConfig({ environment, workingDirectory: folder });
    const log = createLog({ write: (line) => logLines.push(line) });
    const sleep = async (milliseconds: number) => clock.advance(milliseconds);
    const wiring = await wire(config, openFeatures, {
      log,
      clock,
      sleep,
      leases: { pollMilliseconds: options.pollMilliseconds ?? 20 },
    });
    const server = await startServer(wiring.features, {
      log,
      version: '1.2.3',
      corsOrigin: '*',
      clock,
      authentication: { kind: 'open', account: { user, admin: user === 'me' } },
      host: '127.0.0.1',
      port: 0,
    });
    const close = async () => {
      await server.stop();
      await wiring.close();
    };
    ends.push(close);
    return {
      ...wiring,
      url: server.url,
      close,
      call: (where: string, request: Request = {}): Promise<Answer> =>
        call(server.url + where, { authorization: null, ...request }),
    };
  };

  const api = await start();
  const post = async (where: string, json?: unknown) =>
    api.call(where, { method: 'POST', ...(json === undefined ? {} : { json }) });
  /** Starts a run and runs it to the end. */
  const run = async (kind: string, jobOptions: Record<string, boolean> = {}): Promise<JobAnswer> => {
    const { status, body } = await post('/runs', { kind, options: jobOptions });
    t.is(status, 202);
    return finish((body as { run_id: string }).run_id);
  };
  const finish = async (runId: string): Promise<JobAnswer> => {
    for (;;) {
      const { body } = await post(`/runs/${runId}/advance`);
      const answer = body as JobAnswer;
      if (answer.status !== 'running') return answer;
    }
  };
  const login = async () => {
    const { state, url } = (await post('/trakt/authorize')).body as { state: string; url: string };
    t.like(await post('/trakt/exchange', { code: trakt.allow(url), state }), { status: 200 });
  };
  if (!options.loggedOut) await login();
  const get = async (where: string) => (await api.call(where)).body;
  return { ...api, trakt, tmdb, clock, start, post, run, finish, login, get, logLines, environment, folder };
}

/** Counts the user's titles. */
export const filmsIn = async (api: Imports): Promise<number> =>
  ((await api.get('/titles?limit=500')) as { titles: unknown[] }).titles.length;

/** Runs `between` once, after this service has read the run and before it claims it. */
export function betweenReadAndClaim(
  { store }: Pick<Imports, 'store'>,
  runId: string,
  between: () => Promise<unknown>,
): void {
  const get = store.get.bind(store);
  store.get = async (key, options) => {
    const item = await get(key, options);
    if (key.sort !== runId) return item;
    store.get = get;
    await between();
    return item;
  };
}
