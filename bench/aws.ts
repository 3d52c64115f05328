// Measures DynamoDB and Lambda on the emulator: `npm run bench:aws`. Ratios are within one run; times are for
// orientation.
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GetCommand, paginateQuery, PutCommand } from '@aws-sdk/lib-dynamodb';
import { startServer } from '../api/server.ts';
import { readConfig } from '../lib/core/config.ts';
import { createLog } from '../lib/core/log.ts';
import { createDynamodbClient, createDynamodbStore } from '../lib/core/store/dynamodb.ts';
import { partitionOf, toItem, trackerSchema } from '../lib/viewings/record-items.ts';
import { systemClock, wire } from '../lib/core/wiring.ts';
import { openFeatures } from '../api/features.ts';
import { startEmulator, type Emulator } from '../localstack/ministack.ts';
import { bundleEntry, bundleFunction } from '../scripts/build-lambda.ts';
import { startFaultProxy } from '../test/e2e/fault-proxy.ts';
import { gatewayEvent } from '../test/gateway-events.ts';
import { measureIdleTicks } from './aws-episodes.ts';
import { measureImport } from './aws-import.ts';
import { call, inFolder, median, report, timed } from './measure.ts';

const ROUNDS = 7;
const STARTS = 15;
const NETWORK_MILLISECONDS = 5;
const USER = 'me';

const TABLE = 'immersion_tracker';

const files = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, index) => ({
    folder_name: `${prefix} ${index % 10}`,
    file_name: `Episode ${index} 第${index}話`,
  }));

const emulator = await startEmulator();
try {
  const store = createDynamodbStore({ client: createDynamodbClient(emulator), schema: trackerSchema(TABLE) });
  await store.create();
  await store.close();
  await measureCalls(emulator);
  await measureSync(emulator);
  await measureProgress(emulator);
  await measureImport(emulator);
  await measureIdleTicks(emulator);
  await measureStart();
} finally {
  await emulator.stop();
}

/** The API over DynamoDB at `endpoint`, for one user without a password. */
async function startApi(endpoint: string) {
  // The SDK reads credentials from here, as on Lambda.
  process.env['AWS_ACCESS_KEY_ID'] = emulator.credentials.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = emulator.credentials.secretAccessKey;
  const environment = { AWS_ENDPOINT_URL: endpoint, AWS_REGION: emulator.region, IMMERSION_STORE: 'dynamodb' };
  const config = readConfig({ environment, workingDirectory: process.cwd() });
  const wiring = await wire(config, openFeatures, { log: createLog({ write: () => {} }) });
  const server = await startServer(wiring.features, {
    log: wiring.log,
    version: 'bench',
    corsOrigin: config.corsOrigin,
    clock: systemClock,
    authentication: { kind: 'open', account: { user: USER, admin: false } },
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

async function measureCalls({ endpoint }: Emulator): Promise<void> {
  const proxy = await startFaultProxy(endpoint);
  const api = await startApi(proxy.url);
  console.log('POST /sync with 2,000 new episodes');
  const took = await timed(() => call(`${api.url}/sync`, { episodes: files(2000, 'counted') }));
  const calls = proxy.requests.length;
  console.log(`  ${calls} calls to DynamoDB (${calls <= 60 ? 'within' : 'ABOVE'} 60), ${took.toFixed(0)} ms`);
  await api.stop();
  await proxy.close();
}

async function measureSync({ endpoint }: Emulator): Promise<void> {
  const proxy = await startFaultProxy(endpoint);
  proxy.fault = () => ({ kind: 'delay', milliseconds: NETWORK_MILLISECONDS });
  const api = await startApi(proxy.url);
  const client = createDynamodbClient({ ...emulator, endpoint: proxy.url });
  await call(`${api.url}/sync`, { episodes: files(1, 'warm') });
  const ratios: number[] = [];
  const times: string[] = [];
  for (const round of [1, 2, 3]) {
    const one = await timed(() => syncOneByOne(client, files(500, `slow ${round}`)));
    const all = await timed(() => call(`${api.url}/sync`, { episodes: files(500, `fast ${round}`) }));
    ratios.push(all / one);
    times.push(`${all.toFixed(0)} of ${one.toFixed(0)} ms`);
  }
  console.log(`500 new episodes, ${NETWORK_MILLISECONDS} ms added to each call`);
  report('time of what the original service does', median(ratios), 1 / 20, times.join(', '));
  client.destroy();
  await api.stop();
  await proxy.close();
}

/** The original service's method: looks up each show and episode and writes new ones, one by one. */
async function syncOneByOne(
  client: ReturnType<typeof createDynamodbClient>,
  episodes: ReturnType<typeof files>,
): Promise<void> {
  const partition = partitionOf('original');
  const ensure = async (item: Record<string, unknown>) => {
    const Key = { pk: item['pk'], sk: item['sk'] };
    const { Item } = await client.send(new GetCommand({ TableName: TABLE, Key }));
    if (!Item) await client.send(new PutCommand({ TableName: TABLE, Item: item }));
  };
  for (const { folder_name, file_name } of episodes) {
    await ensure({ pk: partition, sk: `SHOW#${folder_name}`, folder_name, version: 1 });
    await ensure({ pk: partition, sk: `EPISODE#${folder_name}#${file_name}`, folder_name, file_name, timestamp: 1 });
  }
}

async function measureProgress({ endpoint }: Emulator): Promise<void> {
  const proxy = await startFaultProxy(endpoint);
  const [api, counted] = [await startApi(endpoint), await startApi(proxy.url)];
  const client = createDynamodbClient(emulator);
  const store = createDynamodbStore({ client, schema: trackerSchema(TABLE) });
  // Years of episodes, up to 10,000 items including earlier rounds.
  const before = await Array.fromAsync(store.query(partitionOf(USER), { projection: ['sk'] }));
  const now = Math.floor(Date.now() / 1000);
  await store.insertNew(
    files(10_000 - before.length, 'years').map(({ folder_name: folderName, file_name: fileName }, index) =>
      toItem({
        user: USER,
        batchId: 'bench-batch',
        record: { type: 'episode', folderName, fileName, watchedAt: now - index * 7200 },
      }),
    ),
  );
  await call(`${counted.url}/progress`);
  const bare: number[] = [];
  const progress: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    bare.push(
      await timed(async () => {
        const pages = paginateQuery(
          { client },
          {
            TableName: TABLE,
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': partitionOf(USER) },
          },
        );
        for await (const page of pages) void page.Items?.length;
      }),
    );
    progress.push(await timed(() => call(`${api.url}/progress`)));
  }
  console.log(`GET /progress with 10,000 items: ${proxy.requests.length} pages`);
  const detail = `${median(progress).toFixed(0)} of ${median(bare).toFixed(0)} ms`;
  report('time of the bare paginated query', median(progress) / median(bare), 1.4, detail);
  await store.close();
  await api.stop();
  await counted.stop();
  await proxy.close();
}

async function measureStart(): Promise<void> {
  const { 'index.mjs': own } = await bundleFunction('api', ['@aws-sdk/*']);
  const kilobytes = (own?.byteLength ?? 0) / 1000;
  console.log(
    `Lambda bundle without SDK: ${kilobytes.toFixed(0)} kB (${kilobytes <= 750 ? 'within' : 'ABOVE'} 750 kB)`,
  );
  await inFolder(async (folder) => {
    const write = async (name: string, bundle: Record<string, Uint8Array>) => {
      const place = path.join(folder, name);
      await mkdir(place);
      for (const [file, bytes] of Object.entries(bundle)) await writeFile(path.join(place, file), bytes);
      return path.join(place, 'index.mjs');
    };
    const api = await write('api', await bundleFunction('api'));
    const baseline = await write('baseline', await bundleEntry('bench/lambda-baseline.ts'));
    const event = gatewayEvent(
      { method: 'POST', target: '/sync', headers: [['Content-Type', 'application/json']], body: '{"episodes": 7}' },
      { principal: { user: USER } },
    );
    const starter = path.join(folder, 'start.mjs');
    await writeFile(
      starter,
      `const started = performance.now();
const { handler } = await import(process.argv[2]);
const answer = handler && (await handler(${JSON.stringify(event)}, {}));
if (handler && answer.statusCode !== 400) throw new Error(JSON.stringify(answer));
console.log(performance.now() - started);
process.exit();`,
    );
    const start = (file: string) =>
      Number(
        execFileSync(process.execPath, [starter, file], {
          encoding: 'utf8',
          env: { AWS_LAMBDA_FUNCTION_NAME: 'bench', AWS_REGION: emulator.region, HOME: folder },
        })
          .trim()
          .split('\n')
          .at(-1),
      );
    const times = { api: [] as number[], baseline: [] as number[] };
    for (let round = 0; round < STARTS; round += 1) {
      times.baseline.push(start(baseline));
      times.api.push(start(api));
    }
    console.log('import and first request');
    const [ours, least] = [median(times.api), median(times.baseline)];
    report('import and construct alone', ours / least, 1.25, `${ours.toFixed(0)} of ${least.toFixed(0)} ms`);
  });
}
