import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import test, { type ExecutionContext } from 'ava';
import pMap from 'p-map';
import { startServer, type RunningServer } from '../../api/server.ts';
import { readConfig } from '../../lib/core/config.ts';
import { createLog } from '../../lib/core/log.ts';
import { createDynamodbClient, createDynamodbStore } from '../../lib/core/store/dynamodb.ts';
import { partitionOf, trackerSchema } from '../../lib/viewings/record-items.ts';
import type { Item, Store } from '../../lib/core/store/store.ts';
import { systemClock, wire } from '../../lib/core/wiring.ts';
import { openFeatures } from '../../api/features.ts';
import { functionNameOf, TABLES } from '../../localstack/definition.ts';
import { startEmulator } from '../../localstack/ministack.ts';
import { ensureStack } from '../../localstack/stack.ts';
import { buildLambda } from '../../scripts/build-lambda.ts';
import { dynamodbFault, startFaultProxy, type Fault } from './fault-proxy.ts';
import { runInTerminal } from './terminal.ts';

const ROUNDS = 200;
const ROUNDS_AT_ONCE = 8;
const TRIES_PER_SYNC = 12;

const emulator = await startEmulator();
test.after.always(() => emulator.stop());

const PASSING_FAULTS: [share: number, fault: (random: () => number) => Fault][] = [
  [0.12, () => ({ kind: 'drop' })],
  [0.12, () => ({ kind: 'lose answer' })],
  [0.1, (random) => ({ kind: 'delay', milliseconds: Math.ceil(random() * 50) })],
  [0.12, () => dynamodbFault('InternalServerError', { status: 500 })],
  [0.04, () => ({ kind: 'answer', status: 503, body: { message: 'a page of a proxy' } })],
  // The SDK slows down for seconds after each of these.
  [0.01, () => dynamodbFault('ProvisionedThroughputExceededException')],
  [0.01, () => dynamodbFault('ThrottlingException')],
];

test(`${ROUNDS} rounds of sync lose and double nothing, whatever fails between API and DynamoDB`, async (t) => {
  const seed = Date.now() % 1_000_000;
  t.log(`seed ${seed}`);
  const table = `tracker-${randomUUID()}`;
  const store = directStore(t, table);
  await store.create();
  const counts = { failed: 0, calls: 0, operations: new Set<string>() };

  await pMap(
    Array.from({ length: ROUNDS }, (_, round) => round),
    async (round) => {
      const random = generator(seed + round);
      const proxy = await startFaultProxy(emulator.endpoint);
      proxy.fault = ({ operation }) => passingFault(random, operation);
      const api = await startApi(proxy.url, table);
      try {
        const user = `user-${round}`;
        const total = 1 + Math.floor(random() * 260);
        const files = Array.from({ length: total }, (_, index) => ({
          folder_name: `show ${index % 3}`,
          file_name: `episode ${index}`,
        }));
        const middle = Math.floor(random() * total);
        // Two overlapping calls at a time, then everything once more.
        const parts = [files.slice(0, Math.ceil(total * 0.7)), files.slice(Math.floor(middle * 0.5))];
        const added = await Promise.all(parts.map((part) => syncUntilDone(api.url, user, part, counts)));
        const stored = await itemsOf(store, user);
        added.push(await syncUntilDone(api.url, user, files, counts));
        const items = await itemsOf(store, user);

        const expected = new Set([
          ...files.map((file) => `EPISODE#${file.folder_name}#${file.file_name}`),
          ...new Set(files.map((file) => `SHOW#${file.folder_name}`)),
        ]);
        if (items.size !== expected.size || ![...items.keys()].every((key) => expected.has(key))) {
          t.fail(`round ${round}: ${items.size} items instead of ${expected.size}`);
        }
        for (const [key, item] of stored) {
          if (items.get(key)?.['timestamp'] !== item['timestamp']) t.fail(`round ${round}: ${key} was written again`);
        }
        const told = added.reduce((sum, count) => sum + count, 0);
        // A lost response takes its count with it; none may be counted twice.
        if (told > files.length) t.fail(`round ${round}: ${told} told as new, ${files.length} are`);
      } finally {
        counts.calls += proxy.requests.length;
        for (const { operation } of proxy.requests) counts.operations.add(operation);
        await api.stop();
        await proxy.close();
      }
    },
    { concurrency: ROUNDS_AT_ONCE },
  );
  t.log(`${counts.calls} calls to DynamoDB, ${counts.failed} answers that were no 200`);
  t.true(counts.calls > ROUNDS * 3);
  // No batch writes, whose unprocessed items could be lost.
  t.deepEqual(
    [...counts.operations].filter((operation) => operation.startsWith('Batch')),
    [],
  );
});

test('a DynamoDB that does not recover is a clear 503 with Retry-After, and nothing is lost when it is back', async (t) => {
  const table = `tracker-${randomUUID()}`;
  const store = directStore(t, table);
  await store.create();
  const faults: [string, Fault][] = [
    ['connections that break', { kind: 'drop' }],
    ['answers that get lost', { kind: 'lose answer' }],
    ['errors of the service', dynamodbFault('InternalServerError', { status: 500 })],
    ['throttling', dynamodbFault('ProvisionedThroughputExceededException')],
    [
      'transactions that always conflict',
      dynamodbFault('TransactionCanceledException', { CancellationReasons: [{ Code: 'TransactionConflict' }] }),
    ],
  ];
  await pMap(faults, async ([name, fault], index) => {
    const own = await startFaultProxy(emulator.endpoint);
    t.teardown(() => own.close());
    const api = await startApi(own.url, table);
    t.teardown(() => api.stop());
    own.fault = ({ operation }) =>
      operation === 'TransactWriteItems' || fault.kind !== 'answer' || !('CancellationReasons' in fault.body)
        ? fault
        : undefined;
    const files = [{ folder_name: `show ${index}`, file_name: 'episode' }];
    const refused = await sync(api.url, `user-${index}`, files);
    t.is(refused.status, 503, name);
    t.regex(refused.headers.get('retry-after') ?? '', /^\d+$/, name);
    t.like(await refused.json(), { code: 'store_unavailable' }, name);
    own.fault = () => undefined;
    t.is((await sync(api.url, `user-${index}`, files)).status, 200, name);
    t.is((await itemsOf(store, `user-${index}`)).size, 2, name);
  });
});

test('a function that is stopped half way leaves what a repetition completes, and the CLI splits what is too much for one', async (t) => {
  const zips = await mkdtemp(path.join(tmpdir(), 'immersion-zips-'));
  t.teardown(() => rm(zips, { recursive: true, force: true }));
  await buildLambda(path.join(zips, 'lambda'));
  const proxy = await startFaultProxy(emulator.endpoint);
  t.teardown(() => proxy.close());
  const { url } = await ensureStack(emulator, {
    environment: { IMMERSION_TRACKER_USER: 'me', IMMERSION_TRACKER_PASSWORD: 'p' },
    zips: path.join(zips, 'lambda'),
    settings: { AWS_ENDPOINT_URL: proxy.url },
  });
  const store = directStore(t, TABLES.tracker.table);
  await giveSeconds(t, 3);

  let written = 0;
  proxy.fault = ({ operation }) => {
    if (operation !== 'TransactWriteItems') return undefined;
    written += 1;
    return written > 4 ? { kind: 'hold' } : undefined;
  };
  const files = Array.from({ length: 1000 }, (_, index) => ({ folder_name: 'long', file_name: `episode ${index}` }));
  const headers = { authorization: `Basic ${btoa('me:p')}` };
  const stopped = await sync(url, 'me', files, headers);
  t.true([502, 504].includes(stopped.status), `${stopped.status}`);
  const half = await itemsOf(store, 'me');
  t.true(half.size > 0 && half.size < 1001, `${half.size} items`);
  t.true(half.has('SHOW#long'), 'no episode without its show');

  proxy.fault = () => undefined;
  await giveSeconds(t, 29);
  const again = await sync(url, 'me', files, headers);
  t.is(again.status, 200);
  t.deepEqual(await again.json(), { episodes_added: 1001 - half.size });
  const all = await itemsOf(store, 'me');
  t.is(all.size, 1001);
  for (const [key, item] of half) t.is(all.get(key)?.['timestamp'], item['timestamp'], key);

  await splitByTheCli(t, url);
});

/** 2,500 files take three calls. */
async function splitByTheCli(t: ExecutionContext, url: string): Promise<void> {
  const gateway = await startFaultProxy(url);
  t.teardown(() => gateway.close());
  const home = await mkdtemp(path.join(tmpdir(), 'immersion-home-'));
  t.teardown(() => rm(home, { recursive: true, force: true }));
  const folder = path.join(home, 'shows', 'Many', 'watched');
  await mkdir(folder, { recursive: true });
  for (let index = 0; index < 2500; index += 1) await writeFile(path.join(folder, `${index}.mkv`), '');
  const env = {
    HOME: home,
    IMMERSION_DATA_DIR: path.join(home, 'data'),
    IMMERSION_TRACKER_API_URL: gateway.url,
    IMMERSION_TRACKER_USER: 'me',
    IMMERSION_TRACKER_PASSWORD: 'p',
  };
  const { exitCode, screen } = await runInTerminal(['sync', '--library', home, '--clean', 'keep', '--no-input'], {
    env,
  });
  t.is(exitCode, 0, screen);
  t.regex(screen, /Recorded 2,?500 new episodes\./);
  const sizes = gateway.requests
    .filter((request) => request.path === '/sync')
    .map(({ body }) => (JSON.parse(body.toString()) as { episodes: unknown[] }).episodes.length);
  t.deepEqual(sizes, [1000, 1000, 500]);
}

async function giveSeconds(t: ExecutionContext, Timeout: number): Promise<void> {
  const lambda = new LambdaClient(emulator);
  t.teardown(() => lambda.destroy());
  const FunctionName = functionNameOf('api');
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout }));
  await waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: 60 }, { FunctionName });
  t.is((await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))).Timeout, Timeout);
}

function passingFault(random: () => number, operation: string): Fault | undefined {
  let chance = random();
  for (const [share, fault] of PASSING_FAULTS) {
    if (chance < share) return fault(random);
    chance -= share;
  }
  if (operation === 'TransactWriteItems' && chance < 0.05) {
    return dynamodbFault('TransactionCanceledException', { CancellationReasons: [{ Code: 'TransactionConflict' }] });
  }
  return undefined;
}

/** The API over DynamoDB at `endpoint`. The authorization names the user. */
async function startApi(endpoint: string, table: string): Promise<RunningServer> {
  process.env['AWS_ACCESS_KEY_ID'] = emulator.credentials.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = emulator.credentials.secretAccessKey;
  const environment = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: emulator.region,
    IMMERSION_STORE: 'dynamodb',
    IMMERSION_TABLE: table,
  };
  const config = readConfig({ environment, workingDirectory: tmpdir() });
  const wiring = await wire(config, openFeatures, { log: createLog({ write: () => {} }) });
  const server = await startServer(wiring.features, {
    log: wiring.log,
    version: '1.2.3',
    corsOrigin: config.corsOrigin,
    clock: systemClock,
    authentication: {
      kind: 'gateway',
      accountOf: (ctx) => ({ user: ctx.get('Test-User'), admin: false }),
    },
    host: '127.0.0.1',
    port: 0,
  });
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      await wiring.close();
    },
  };
}

function directStore(t: ExecutionContext, table: string): Store {
  const store = createDynamodbStore({ client: createDynamodbClient(emulator), schema: trackerSchema(table) });
  t.teardown(() => store.close());
  return store;
}

const sync = (url: string, user: string, episodes: object[], headers: Record<string, string> = {}) =>
  fetch(`${url}/sync`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'test-user': user, ...headers },
    body: JSON.stringify({ episodes }),
  });

/** Retries a sync like a client. Returns how many items were reported as new. */
async function syncUntilDone(
  url: string,
  user: string,
  episodes: object[],
  counts: { failed: number },
): Promise<number> {
  for (let tries = 0; tries < TRIES_PER_SYNC; tries += 1) {
    const answer = await sync(url, user, episodes);
    const body = (await answer.json()) as { episodes_added: number };
    if (answer.status === 200) return body.episodes_added;
    counts.failed += 1;
    if (answer.status !== 503 || !answer.headers.has('retry-after'))
      throw new Error(`${answer.status} ${JSON.stringify(body)}`);
  }
  throw new Error(`No 200 in ${TRIES_PER_SYNC} tries`);
}

async function itemsOf(store: Store, user: string): Promise<Map<string, Item>> {
  const items = new Map<string, Item>();
  for await (const item of store.query(partitionOf(user), { consistent: true })) {
    const sort = String(item['sk']);
    // Runs are stored as well.
    if (!/^BATCH(?:ID)?#/.test(sort)) items.set(sort, item);
  }
  return items;
}

/** Random numbers with a seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
