import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { allEndpoints } from '../api/features.ts';
import { ProviderError, StoreError } from '../lib/core/errors.ts';
import { createTelemetry } from '../lib/core/telemetry.ts';
import { gatewayEvent, lambdaContext } from './gateway-events.ts';
import { NOWHERE } from './nowhere.ts';
import { basic, PASSWORD, runApi, TVDB_KEY, type Request, type RunningApi } from './running-api.ts';
import { serve } from './serving.ts';

const COMMAND = path.resolve(import.meta.dirname, '../bin/run.js');
/** Its modules are the source files. */
const DEV = path.resolve(import.meta.dirname, '../bin/dev.js');

/** A document of CloudWatch's Embedded Metric Format. */
interface Document {
  _aws: {
    Timestamp: number;
    CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string; Unit: string }[] }[];
  };
  [name: string]: unknown;
}

const documentsOf = (lines: readonly string[]): Document[] => lines.map((line) => JSON.parse(line) as Document);
const documents = (api: RunningApi): Document[] => documentsOf(api.metricLines);
const endpoints = await allEndpoints();
const KNOWN = new Set([...endpoints.map((endpoint) => endpoint.path), '/openapi.json', '/docs', 'unknown']);

/** A document's metrics and dimension sets, as CloudWatch reads them. */
function metricsOf(document: Document) {
  const [directive, ...others] = document._aws.CloudWatchMetrics;
  if (!directive || others.length > 0) throw new Error('One directive is expected');
  return {
    namespace: directive.Namespace,
    metrics: Object.fromEntries(directive.Metrics.map(({ Name, Unit }) => [Name, `${String(document[Name])} ${Unit}`])),
    dimensions: directive.Dimensions.map((names) => Object.fromEntries(names.map((name) => [name, document[name]]))),
  };
}

test('a success is counted in all, and by endpoint, method and status', async (t) => {
  const api = await runApi(t);
  await api.call('/shows?private=1');
  t.deepEqual(documents(api).map(metricsOf), [
    {
      namespace: 'TVShowTracker/API',
      metrics: { RequestCount: '1 Count', ResponseTime: '0 Milliseconds', SuccessCount: '1 Count' },
      dimensions: [{}, { Endpoint: '/shows', Method: 'GET', StatusCode: '200' }],
    },
  ]);
  t.true(Math.abs((documents(api)[0]?._aws.Timestamp ?? 0) - Date.now()) < 60_000);
  t.false(api.metricLines.join('').includes('private'));
});

test('a health check is counted, but its time is left out of the average', async (t) => {
  const api = await runApi(t);
  await api.call('/health', { authorization: null });
  t.deepEqual(documents(api).map(metricsOf), [
    {
      namespace: 'TVShowTracker/API',
      metrics: { RequestCount: '1 Count', SuccessCount: '1 Count' },
      dimensions: [{}, { Endpoint: '/health', Method: 'GET', StatusCode: '200' }],
    },
  ]);
});

test('an error is counted once more, by whose fault it was', async (t) => {
  const api = await runApi(t);
  await api.call('/api/show_episode?username=alice&tv_show=Never');
  const count = { RequestCount: '1 Count', ResponseTime: '0 Milliseconds', ErrorCount: '1 Count' };
  const dimensions = { Endpoint: '/api/show_episode', Method: 'GET', StatusCode: '404' };
  t.deepEqual(documents(api).map(metricsOf), [
    { namespace: 'TVShowTracker/API', metrics: count, dimensions: [{}, dimensions] },
    { namespace: 'TVShowTracker/API', metrics: count, dimensions: [{ ...dimensions, ErrorType: 'client' }] },
  ]);
});

const FAULTS: [error: Error, status: string, type: string][] = [
  [new ProviderError('TVDB is down.', { code: 'tvdb_failed' }), '502', 'provider'],
  [new StoreError('It is busy.', { code: 'store_busy' }), '503', 'server'],
  [new Error('a bug'), '500', 'server'],
];
for (const [error, status, type] of FAULTS) {
  test(`${status} is the ${type}’s fault`, async (t) => {
    const api = await runApi(t, { replace: () => ({ progress: { progress: { of: () => Promise.reject(error) } } }) });
    await api.call('/progress');
    t.like(documents(api).at(-1), { Endpoint: '/progress', StatusCode: status, ErrorType: type });
    t.like(JSON.parse(api.logLines.at(-1) ?? ''), { endpoint: '/progress', error_type: type });
  });
}

test('every endpoint is counted under its pattern, also where the body or the sender is refused before', async (t) => {
  const api = await runApi(t);
  for (const { method, path: pattern } of endpoints) {
    const where = pattern.replace(/:\w+/, 'private-id');
    for (const request of [
      { method },
      { method, authorization: null },
      ...(method === 'GET' ? [] : [{ method, text: '{"private' }]),
      ...(method === 'POST' ? [{ method, text: `"${'x'.repeat(4 * 1024 * 1024)}"` }] : []),
      { method: 'PATCH' },
    ] as Request[]) {
      api.metricLines.length = 0;
      await api.call(where, request);
      const method = request.method ?? '';
      t.true(documents(api).length > 0);
      const endpoint = {
        Endpoint: where === '/viewings/held' && method === 'PATCH' ? '/viewings/:id' : pattern,
        Method: method,
      };
      for (const document of documents(api)) t.like(document, endpoint);
    }
  }
});

test('a thousand paths and methods that nobody knows make one more endpoint and one more method', async (t) => {
  const api = await runApi(t);
  const invalid = ['PURGE', 'MKCOL', 'REPORT', 'SEARCH', 'LINK'];
  for (let index = 0; index < 1000; index++) {
    const where = `/${['', 'api/', 'shows/', 'batches/a/'][index % 4]}${index.toString(36)}${'x'.repeat(index % 50)}?q=${index}`;
    await api.call(where, { method: index % 10 === 0 ? (invalid[index % invalid.length] ?? '') : 'GET' });
  }
  await api.call('/shows');
  const values = (name: string) => new Set(documents(api).map((document) => document[name]));
  t.deepEqual(values('Endpoint'), new Set(['unknown', '/shows']));
  t.deepEqual(values('Method'), new Set(['unknown', 'GET']));
});

test('metrics that fail fail no request', async (t) => {
  const api = await runApi(t, {
    metrics: {
      record() {
        throw new Error('no metrics today');
      },
    },
  });
  t.is((await api.call('/shows')).status, 200);
  t.is((await api.call('/nothing')).status, 404);
  const lines = api.logLines.map((line) => JSON.parse(line) as Record<string, unknown>);
  t.deepEqual(
    lines.map(({ level, message }) => [level, message]),
    [
      ['INFO', 'request'],
      ['ERROR', 'A request could not be measured'],
      ['INFO', 'request'],
      ['ERROR', 'A request could not be measured'],
    ],
  );
});

test('a log that fails fails no request', async (t) => {
  const fail = () => {
    throw new Error('no log today');
  };
  const api = await runApi(t, { log: { info: fail, warn: fail, error: fail } });
  t.is((await api.call('/shows')).status, 200);
});

test('metrics of one request do not run into the next one’s after a line that could not be written', (t) => {
  const lines: string[] = [];
  let broken = true;
  const { metrics } = createTelemetry({
    write(line) {
      if (broken) throw new Error('full');
      lines.push(line);
    },
  });
  const request = { endpoint: '/shows', method: 'GET', status: 200, milliseconds: 1 };
  t.throws(() => metrics.record(request), { message: 'full' });
  broken = false;
  metrics.record({ ...request, milliseconds: 2 });
  t.deepEqual(
    documentsOf(lines).map((document) => [document['RequestCount'], document['ResponseTime']]),
    [[1, 2]],
  );
});

test('a log line has the fields that people filter by, and of an error no more than its stack', (t) => {
  const lines: string[] = [];
  const { log } = createTelemetry({ write: (line) => void lines.push(line) });
  log.info('request', { endpoint: '/shows', status: 200, error_type: undefined });
  log.warn('careful');
  log.error('failed', { request_id: 'r' }, Object.assign(new Error('of a library'), { options: { key: TVDB_KEY } }));
  const [info, warning, failure] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  t.like(info, { level: 'INFO', message: 'request', service: 'immersion', endpoint: '/shows', status: 200 });
  t.true(Math.abs(Date.parse(String(info?.['timestamp'])) - Date.now()) < 60_000);
  t.like(warning, { level: 'WARN', message: 'careful' });
  t.like(failure, { level: 'ERROR', message: 'failed', request_id: 'r' });
  t.regex(String(failure?.['stack']), /^Error: of a library\n {4}at /);
  t.false(lines.join('').includes(TVDB_KEY));
});

test.serial('a server that writes to no terminal writes log and metric lines to standard output', async (t) => {
  const server = await serve(t, { args: ['--open'] });
  await fetch(`${server.url}/api/show_user?username=secretive`);
  await fetch(`${server.url}/nothing/secretive`);
  t.is(await server.stop(), 0);
  const lines = server.output().trimEnd().split('\n');
  const metricLines = lines.filter((line) => line.includes('"_aws"'));
  t.deepEqual(
    documentsOf(metricLines).map((document) => [document['Endpoint'], document['ErrorType']]),
    [
      ['/api/show_user', undefined],
      ['unknown', undefined],
      ['unknown', 'client'],
    ],
  );
  t.true(documentsOf(metricLines).every((document) => KNOWN.has(String(document['Endpoint']))));
  const logged = lines.filter((line) => !metricLines.includes(line)).map((line) => JSON.parse(line) as object);
  t.like(logged, [
    { message: 'request', endpoint: '/api/show_user', status: 200 },
    { message: 'request', endpoint: 'unknown', status: 404, error_type: 'client', error_code: 'no_such_route' },
  ]);
  t.false(server.output().includes('secretive'));
});

test.serial('a server goes on when its lines cannot be written', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'immersion-full-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const full = openSync('/dev/full', 'w');
  t.teardown(() => closeSync(full));
  const child = spawn(process.execPath, [COMMAND, 'serve', '--open', '--port', '0'], {
    env: { PATH: process.env['PATH'], HOME: folder, IMMERSION_DATA_DIR: folder },
    stdio: ['ignore', full, 'pipe'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  let said = '';
  const url = await new Promise<string>((resolve) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const found = /http:\/\/[\d.]+:\d+/.exec(said)?.[0];
      if (found) resolve(found);
    });
  });
  for (let round = 0; round < 5; round++) t.is((await fetch(`${url}/health`)).status, 200);
  child.kill('SIGTERM');
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  t.is(signal, null, 'it ends by itself');
  t.is(said.match(/Can’t write logs to standard output \(ENOSPC\)/g)?.length, 1, said);
});

test.serial('commands that do not serve write no lines and load nothing that would', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'immersion-embedded-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const hook = `import { registerHooks } from 'node:module';
    registerHooks({ resolve(specifier, context, next) {
      if (specifier.includes('powertools')) process.stderr.write('LOADED ' + specifier);
      return next(specifier, context);
    } });`;
  const child = spawn(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(hook)}`, DEV, 'position', 'list', '--json'],
    { env: { ...NOWHERE, HOME: folder, IMMERSION_DATA_DIR: folder }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  t.deepEqual(JSON.parse(stdout), { username: 'me', shows: [], total_shows: 0 });
  t.is(stderr, 'No positions yet: set one with immersion position set.\n');
});

test('a request that breaks off is counted as the client’s error', async (t) => {
  const api = await runApi(t);
  const { hostname, port } = new URL(api.url);
  const outgoing = httpRequest({
    hostname,
    port,
    path: '/sync',
    method: 'POST',
    headers: {
      authorization: basic('alice', PASSWORD),
      'content-type': 'application/json',
      'content-length': 100,
      expect: '100-continue',
    },
  });
  outgoing.on('error', () => {});
  outgoing.write('{"episodes":[');
  await once(outgoing, 'continue');
  outgoing.destroy();
  while (!documents(api).some(({ Method }) => Method === 'POST')) await api.call('/health');
  t.like(
    documents(api).findLast(({ Method }) => Method === 'POST'),
    { Endpoint: '/sync', ErrorType: 'client' },
  );
});

test.serial('on Lambda the same lines come out of the function, under the same patterns', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'immersion-lambda-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const call = (target: string) => gatewayEvent({ method: 'GET', target }, { principal: { user: 'alice' } });
  const events = [call('/api/show_user?username=alice'), call('/nothing/private')];
  const script = `const { handler } = await import(${JSON.stringify(path.resolve(import.meta.dirname, '../api/lambda.ts'))});
    for (const event of ${JSON.stringify(events)}) await handler(event, ${JSON.stringify(lambdaContext)});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: {
      ...NOWHERE,
      HOME: folder,
      IMMERSION_DATA_DIR: folder,
      IMMERSION_STORE: 'sqlite',
      AWS_LAMBDA_FUNCTION_NAME: 'api',
    },
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  t.is(stderr, '');
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  t.deepEqual(
    lines.map((line) => [
      line['Endpoint'] ?? line['endpoint'],
      line['StatusCode'] ?? line['status'],
      line['ErrorType'],
    ]),
    [
      ['/api/show_user', 200, undefined],
      ['/api/show_user', '200', undefined],
      ['unknown', 404, undefined],
      ['unknown', '404', undefined],
      ['unknown', '404', 'client'],
    ],
  );
});
