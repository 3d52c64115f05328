import type { Log } from '../lib/core/ports.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Authentication } from '../api/middleware/authentication.ts';
import { createApp } from '../api/app.ts';
import { type AppResponse, requestInProcess } from '../api/in-process.ts';
import { startServer, type RunningServer } from '../api/server.ts';
import { createFakeTvdb, type FakeTvdb, type FakeTvdbOptions } from '../lib/demo/fake-tvdb.ts';
import { readConfig } from '../lib/core/config.ts';
import { once } from '../lib/core/once.ts';
import { createTelemetry } from '../lib/core/telemetry.ts';
import type { RequestMetrics } from '../lib/core/ports.ts';
import type { Store } from '../lib/core/store/store.ts';
import { wire } from '../lib/core/wiring.ts';
import { openFeatures, type FeatureName, type Features } from '../api/features.ts';
import { type HttpAnswer, send } from './http-client.ts';
import { NOWHERE } from './nowhere.ts';

export const PASSWORD = 'pass:wörd with a colon';
export const TVDB_KEY = 'tvdb-key-of-the-test';

export interface RunningApiOptions {
  tvdb?: FakeTvdbOptions;
  environment?: Record<string, string>;
  /** The secret file's content; by default `alice` with `PASSWORD` and a TVDB key. */
  secret?: unknown;
  authentication?: Authentication;
  /** Replaces services, for faults that no request can cause. */
  replace?: (store: Store) => Replacements;
  log?: Log;
  /** Replaces the real metrics. */
  metrics?: RequestMetrics;
  /** The data directory of an earlier API. */
  dataDirectory?: string;
}

export interface Answer extends HttpAnswer {
  /** The parsed JSON; undefined if invalid. */
  body: unknown;
}

export interface Request {
  method?: string;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent unchanged, as JSON unless the headers differ. */
  text?: string;
  /** `alice` by default, null for none. */
  authorization?: string | null;
}

export interface RunningApi extends RunningServer {
  store: Store;
  features: Features;
  tvdb: FakeTvdb;
  dataDirectory: string;
  secretFile: string;
  /** One JSON object per line. */
  logLines: string[];
  /** One document in the Embedded Metric Format per line. */
  metricLines: string[];
  /** The service's clock in milliseconds; stopped until set. */
  clock: { milliseconds: number };
  call(path: string, request?: Request): Promise<Answer>;
  /** Asks without HTTP, for tests that ask thousands of times. */
  ask(path: string, authorization: string): Promise<AppResponse>;
}

export const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

export const ALICE = basic('alice', PASSWORD);

/** The real API with a SQLite file in a temporary folder and a fake TVDB, on a free port. */
export async function runApi(
  t: Pick<ExecutionContext, 'teardown'>,
  options: RunningApiOptions = {},
): Promise<RunningApi> {
  const folder = await mkdtemp(path.join(tmpdir(), 'immersion-api-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const tvdb = await createFakeTvdb(options.tvdb ?? {});
  t.teardown(() => tvdb.close());

  const secretFile = path.join(folder, 'secret.json');
  const secret = options.secret ?? { users: [{ user: 'alice', password: PASSWORD }], tvdb_api_key: TVDB_KEY };
  await writeFile(secretFile, JSON.stringify(secret));
  const dataDirectory = options.dataDirectory ?? path.join(folder, 'data');
  const config = readConfig({
    environment: {
      IMMERSION_DATA_DIR: dataDirectory,
      IMMERSION_SECRET_FILE: secretFile,
      ...NOWHERE,
      IMMERSION_TRACKER_TVDB_BASE_URL: tvdb.url,
      ...options.environment,
    },
    workingDirectory: folder,
  });

  const logLines: string[] = [];
  const metricLines: string[] = [];
  const write = (line: string) => void (line.startsWith('{"_aws"') ? metricLines : logLines).push(line);
  const { log, metrics } = createTelemetry({ write });
  const clock = { milliseconds: Date.parse('2026-07-14T00:00:00Z') };
  const serviceClock = { now: () => clock.milliseconds };
  const microseconds = () => clock.milliseconds * 1000;
  const wiring = await wire(config, openFeatures, { log, clock: serviceClock, microseconds });
  t.teardown(() => wiring.close());
  const { features, store } = wiring;

  const served = { ...features, ...replaced(features, options.replace?.(store) ?? {}) };
  const settings = {
    log: options.log ?? log,
    version: '1.2.3',
    corsOrigin: config.corsOrigin,
    clock: serviceClock,
    metrics: options.metrics ?? metrics,
    authentication: options.authentication ?? { kind: 'basic' as const, accounts: wiring.accounts },
  };
  const server = await startServer(served, { ...settings, host: '127.0.0.1', port: 0 });
  const inside = once(async () => createApp(served, settings).callback());
  t.teardown(() => server.stop());
  return {
    ...server,
    store,
    features,
    tvdb,
    dataDirectory,
    secretFile,
    logLines,
    metricLines,
    clock,
    call: (where, request) => call(server.url + where, request),
    ask: async (path, authorization) =>
      requestInProcess(await inside(), { method: 'GET', path, headers: { authorization } }),
  };
}

/** One API for all tests of a file that leave nothing behind. */
export function shareApi(options?: RunningApiOptions): Pick<RunningApi, 'call' | 'url'> {
  const ends: (() => unknown)[] = [];
  let api: RunningApi | undefined;
  const running = () => {
    if (!api) throw new Error('The shared API is there in tests only');
    return api;
  };
  test.before('the shared API starts', async () => {
    api = await runApi({ teardown: (end) => void ends.push(end) }, options);
  });
  test.after.always('the shared API stops', async () => {
    for (const end of ends.toReversed()) await end();
  });
  return {
    call: (where, request) => running().call(where, request),
    get url() {
      return running().url;
    },
  };
}

export async function call(url: string, request: Request = {}): Promise<Answer> {
  const { authorization = ALICE, json, text = json === undefined ? undefined : JSON.stringify(json) } = request;
  const answer = await send(url, {
    ...(request.method === undefined ? {} : { method: request.method }),
    headers: {
      ...(authorization === null ? {} : { Authorization: authorization }),
      ...(text === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...request.headers,
    },
    ...(text === undefined ? {} : { body: text }),
  });
  return { ...answer, body: parsed(answer.text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Replacements = { [Name in FeatureName]?: Partial<Awaited<ReturnType<Features[Name]>>> };

/** Replaces some services. */
const replaced = (features: Features, replacements: Replacements): Partial<Features> =>
  Object.fromEntries(
    Object.entries(replacements).map(([name, services]) => [
      name,
      async () => ({ ...(await features[name as FeatureName]()), ...services }),
    ]),
  );
