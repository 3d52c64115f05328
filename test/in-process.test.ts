import { createServer, request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { createApp } from '../api/app.ts';
import { createDirect } from '../api/direct.ts';
import { allEndpoints } from '../api/features.ts';
import { requestInProcess, type AppRequest } from '../api/in-process.ts';
import { RUN_HEADER } from '../lib/core/run-header-rules.ts';
import { createLog } from '../lib/core/log.ts';
import { runApi } from './running-api.ts';

const json = { 'content-type': 'application/json' };
const episodes = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ folder_name: 'しろくまカフェ', file_name: `第${index}話` }));

const REQUESTS: Record<string, Partial<AppRequest>> = {
  'progress of nothing': { path: '/progress' },
  'a sync of a named run': {
    method: 'POST',
    path: '/sync',
    headers: { ...json, [RUN_HEADER]: 'run-00000001; kind=sync' },
    body: JSON.stringify({ episodes: episodes(1) }),
  },
  'its run': { path: '/batches' },
  'a sync': { method: 'POST', path: '/sync', headers: json, body: JSON.stringify({ episodes: episodes(3) }) },
  'a large sync': { method: 'POST', path: '/sync', headers: json, body: JSON.stringify({ episodes: episodes(4000) }) },
  'progress of something': { path: '/progress' },
  'history with a query': { path: '/history?limit=2' },
  'an export': { path: '/export' },
  'a body that is no JSON': { method: 'POST', path: '/sync', headers: json, body: '{' },
  'a body of another kind': { method: 'POST', path: '/sync', headers: { 'content-type': 'text/plain' }, body: '{}' },
  'no body': { method: 'POST', path: '/sync', headers: json },
  'a body that is refused': { method: 'POST', path: '/sync', headers: json, body: '{"episodes": 7}' },
  'a body that is too large': { method: 'POST', path: '/sync', headers: json, body: `"${'x'.repeat(5_000_000)}"` },
  'a compressed body': { method: 'POST', path: '/sync', headers: { ...json, 'content-encoding': 'zstd' }, body: '{}' },
  'a query that is refused': { path: '/history?limit=many' },
  'a path that does not exist': { path: '/nowhere/%E3%81%82?x=1' },
  'a method that does not exist': { method: 'DELETE', path: '/progress' },
  'only the head': { method: 'HEAD', path: '/progress' },
  'what may be asked': { method: 'OPTIONS', path: '/progress' },
  'the page': { path: '/' },
  'the description': { path: '/openapi.json' },
  health: { path: '/health' },
};

/** Headers of a connection or a single request. */
const OF_ONE_REQUEST = new Set(['connection', 'date', 'keep-alive', 'transfer-encoding', RUN_HEADER.toLowerCase()]);

test('the API inside a process answers as it does over a connection', async (t) => {
  const api = await runApi(t);
  const handle = createApp(api.features, {
    log: createLog({ write: () => {} }),
    version: '1.2.3',
    corsOrigin: undefined,
    clock: { now: () => api.clock.milliseconds },
    isLocal: true,
    authentication: { kind: 'open', account: { user: 'me', admin: true } },
  }).callback();
  const server = createServer((incoming, outgoing) => void handle(incoming, outgoing)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;

  const overConnection = async ({ method, path, headers, body }: AppRequest) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const ask = () =>
      new Promise<IncomingMessage | undefined>((resolve) => {
        const asking = request({ port, method, path, headers: { ...headers, ...length } }, resolve);
        // A refused body is not read to its end: the connection may be reset before the response is seen.
        asking.on('error', () => resolve(undefined));
        asking.end(body);
      });
    let answer = await ask();
    while (!answer) answer = await ask();
    const kept = Object.entries(answer.headers).filter(([name]) => !OF_ONE_REQUEST.has(name));
    return {
      status: answer.statusCode ?? 0,
      headers: Object.fromEntries(kept),
      text: await text(answer),
      run: [answer.headers[RUN_HEADER.toLowerCase()]].flat()[0],
    };
  };
  for (const [what, wanted] of Object.entries(REQUESTS)) {
    const asked = {
      method: 'GET',
      path: '',
      ...wanted,
      headers: { 'x-request-id': 'the-same-one', ...wanted.headers },
    };
    // After the first sync, all further responses are alike.
    await overConnection(asked);
    const over = await overConnection(asked);
    const inside = await requestInProcess(handle, asked);
    t.is(inside.status, over.status, what);
    t.is(inside.text, over.text, what);
    if (wanted.headers?.[RUN_HEADER]) t.is(inside.header(RUN_HEADER), over.run, what);
    for (const [name, value] of Object.entries(over.headers)) {
      t.is(inside.header(name), String(value), `${name} of ${what}`);
    }
  }
});

/** Whether they are answered without the app. */
const GETS: [path: string, isDirect: boolean][] = [
  ['/progress', true],
  ['/stats', true],
  ['/stats?by=language', true],
  ['/stats?by=show&from=2026-01-01&to=2026-12-31', true],
  ['/stats?by=channel&by=show', false],
  ['/stats?by=nothing', false],
  ['/stats?from=2026-13-01', false],
  ['/goals', true],
  ['/goals?', true],
  ['/goals?unknown=1', false],
  ['/PROGRESS', false],
  ['/progress/', false],
  ['/progress/nothing', false],
  ['/history', false],
  ['/nowhere', false],
];

test('kept answers are the same with and without the app, which alone refuses', async (t) => {
  const api = await runApi(t);
  const log = createLog({ write: () => {} });
  const [clock, account] = [{ now: () => api.clock.milliseconds }, { user: 'me', admin: true }];
  const settings = { log, version: '1.2.3', clock, endpoints: allEndpoints };
  const authentication = { kind: 'open', account } as const;
  const handle = createApp(api.features, {
    ...settings,
    corsOrigin: undefined,
    isLocal: true,
    authentication,
  }).callback();
  const direct = createDirect(api.features, { account, settings });
  const ask = (method: string, path: string, body?: object) =>
    requestInProcess(handle, { method, path, headers: json, ...(body && { body: JSON.stringify(body) }) });
  const isAlike = async (path: string, isDirect: boolean) => {
    const asked = { method: 'GET', path, headers: {} };
    const [within, without] = [await ask('GET', path), await direct(asked)];
    t.is(without !== undefined, isDirect, path);
    if (without) t.deepEqual([without.status, without.text], [within.status, within.text], path);
    if (isDirect) t.is(within.status, 200, path);
  };
  for (const [path, isDirect] of GETS) await isAlike(path, isDirect);
  t.is((await ask('POST', '/sync', { episodes: episodes(700) })).status, 200);
  t.is((await ask('PUT', '/goals/hours', { seconds: 360_000 })).status, 200);
  for (const [path, isDirect] of GETS) await isAlike(path, isDirect);
  t.is(await direct({ method: 'HEAD', path: '/progress', headers: {} }), undefined);
  const broken = { ...api.features, progress: () => Promise.reject(new Error('broken')) };
  t.is(await createDirect(broken, { account, settings })({ method: 'GET', path: '/progress', headers: {} }), undefined);
});
