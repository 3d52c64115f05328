import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { isOwnRequest } from '../api/middleware/foreign-pages.ts';
import { startService, type RunningServer } from '../api/server.ts';
import { readConfig } from '../lib/core/config.ts';
import { createPerson } from './cli-process.ts';
import { runApi } from './running-api.ts';

const CONTRACT_PAGE = 'https://immersion-tracker.jordansimsmith.com';

async function openApi(t: ExecutionContext, environment: Record<string, string> = {}): Promise<RunningServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'immersion-pages-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const config = readConfig({
    environment: { IMMERSION_DATA_DIR: folder, PORT: '0', ...environment },
    workingDirectory: folder,
  });
  const server = await startService(config, { format: 'none', write: () => {}, openFor: 'me' });
  t.teardown(() => server.stop());
  return server;
}

/** A request with a browser's headers, which fetch would set itself. */
async function ask(url: string, method: string, headers: Record<string, string>) {
  const outgoing = request(`${url}${method === 'POST' ? '/trakt/authorize' : '/shows'}`, { method, headers });
  outgoing.end();
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  const { code } = JSON.parse((await text(incoming)) || '{}') as { code?: string };
  return [incoming.statusCode, code, incoming.headers['access-control-allow-origin']];
}

const OK = [200, undefined, undefined];
const FOREIGN_PAGE = [403, 'foreign_page', undefined];
const FOREIGN_HOST = [403, 'foreign_host', undefined];

for (const [claim, headers, expected] of [
  ['a program', {}, OK],
  ['localhost', { Host: 'localhost:5000' }, OK],
  ['IPv6 loopback', { Host: '[::1]:5000' }, OK],
  ['a page that rebinds DNS', { Host: 'evil.example:5000' }, FOREIGN_HOST],
  ['a name that begins like ours', { Host: 'localhost.evil.example' }, FOREIGN_HOST],
  ['a host that hides behind a user', { Host: '127.0.0.1@evil.example' }, FOREIGN_HOST],
  ['its own page', { Host: 'localhost:5000', Origin: 'http://localhost:5000', 'Sec-Fetch-Site': 'same-origin' }, OK],
  ['a page elsewhere', { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }, FOREIGN_PAGE],
  ['the contract’s page', { Origin: CONTRACT_PAGE, 'Sec-Fetch-Site': 'cross-site' }, FOREIGN_PAGE],
  ['a page without an origin', { Origin: 'null' }, FOREIGN_PAGE],
  ['an image on a page', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Dest': 'image' }, FOREIGN_PAGE],
  ['another server on this computer', { Host: 'localhost:5000', Origin: 'http://localhost:3000' }, FOREIGN_PAGE],
  ['an address that was typed', { 'Sec-Fetch-Site': 'none', 'Sec-Fetch-Dest': 'document' }, OK],
] as [string, Record<string, string>, unknown[]][]) {
  test(`open to everyone on this computer, ${claim} gets ${String(expected[0])}`, async (t) => {
    t.deepEqual(await ask((await openApi(t)).url, 'GET', headers), expected);
  });
}

test('a page may ask nothing beforehand, and use what needs no body neither', async (t) => {
  const { url } = await openApi(t);
  const headers = { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' };
  t.deepEqual(await ask(url, 'OPTIONS', headers), FOREIGN_PAGE);
  t.deepEqual(await ask(url, 'POST', headers), FOREIGN_PAGE);
});

test('a page that the settings name may call, under a name of this computer', async (t) => {
  const { url } = await openApi(t, { IMMERSION_CORS_ORIGIN: 'https://mine.example' });
  const headers = { Origin: 'https://mine.example', 'Sec-Fetch-Site': 'cross-site' };
  t.deepEqual(await ask(url, 'GET', headers), [200, undefined, 'https://mine.example']);
  t.deepEqual(await ask(url, 'GET', { ...headers, Host: 'evil.example' }), [
    403,
    'foreign_host',
    'https://mine.example',
  ]);
});

test('a server with passwords answers under any name, and to pages as the contract says', async (t) => {
  const api = await runApi(t);
  const { status, headers } = await api.call('/shows', { headers: { Origin: CONTRACT_PAGE } });
  t.deepEqual([status, headers.get('access-control-allow-origin')], [200, CONTRACT_PAGE]);
});

for (const [headers, expected] of [
  [{}, true],
  [{ 'sec-fetch-site': 'same-origin', 'sec-fetch-dest': 'empty' }, true],
  [{ 'sec-fetch-site': 'none', 'sec-fetch-dest': 'empty' }, true],
  [{ 'sec-fetch-site': 'none', 'sec-fetch-dest': 'document' }, false],
  [{ 'sec-fetch-site': 'same-site' }, false],
  [{ 'sec-fetch-site': 'cross-site' }, false],
  [{ 'sec-fetch-dest': 'image' }, false],
  [{ origin: 'http://localhost:5000' }, true],
  [{ origin: 'https://localhost:5000' }, true],
  [{ origin: 'http://localhost:5001' }, false],
  [{ origin: 'null' }, false],
] as [Record<string, string>, boolean][]) {
  test(`a show asked for with ${JSON.stringify(headers)} is ${expected ? '' : 'not '}followed`, (t) => {
    const all: Record<string, string> = { host: 'localhost:5000', ...headers };
    t.is(isOwnRequest({ get: (name) => all[name.toLowerCase()] ?? '' }), expected);
  });
}

for (const [url, args, environment, status] of [
  ['http://192.0.2.1:9', [], {}, 2],
  ['http://tracker.example', [], {}, 2],
  ['http://127.0.0.1:9', [], {}, 6],
  ['http://[::1]:9', [], {}, 6],
  ['http://tracker.invalid', ['--insecure'], {}, 6],
  ['http://tracker.invalid', [], { IMMERSION_INSECURE: '1' }, 6],
  ['https://tracker.invalid', [], {}, 6],
] as [string, string[], Record<string, string>, number][]) {
  test(`a password to ${[url, ...args, ...Object.keys(environment)].join(' ')} ends with ${status}`, async (t) => {
    const settings = { IMMERSION_TRACKER_API_URL: url, IMMERSION_TRACKER_USER: 'me', IMMERSION_TRACKER_PASSWORD: 'p' };
    const person = createPerson(t, { ...settings, ...environment });
    const ran = await person.run(['shows', ...args]);
    t.is(ran.status, status, ran.stderr);
    if (status === 2) t.regex(ran.stderr, /unencrypted.*--insecure/s);
  });
}

test('the root is a page for everyone, which runs no script but its own and links relatively alone', async (t) => {
  const api = await runApi(t);
  const { status, headers, text } = await api.call('/', { authorization: null });
  t.is(status, 200);
  t.regex(headers.get('content-type') ?? '', /^text\/html/);
  const policy = headers.get('content-security-policy') ?? '';
  t.regex(policy, /default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'/);
  t.notRegex(policy, /unsafe|\*/);
  t.notRegex(text, /(?:href|src)="(?:\/|https?:)/);
  for (const [, link = ''] of text.matchAll(/(?:href|src)="([^"]+)"/g)) {
    t.is((await api.call(`/${link}`, { authorization: null })).status, 200, link);
  }
});

test('the description has ids of its own for all operations, a licence, and its server relative to itself', async (t) => {
  const api = await runApi(t);
  const { body } = await api.call('/openapi.json');
  const { info, servers, paths } = body as {
    info: { license: object };
    servers: { url: string }[];
    paths: Record<string, Record<string, { operationId: string; responses: object }>>;
  };
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
  t.is(new Set(operations.map(({ operationId }) => operationId)).size, operations.length);
  t.is(paths['/titles/{type}/{tmdb_id}']?.['get']?.operationId, 'getTitlesByTypeAndTmdbId');
  t.true(Object.keys(paths['/runs/{id}']?.['get']?.responses ?? {}).includes('400'));
  t.like(info.license, { name: 'MIT' });
  t.is(new URL(servers[0]?.url ?? '', 'https://host/sub/openapi.json').href, 'https://host/sub/');
});

test('TRACE is no method of any address', async (t) => {
  const { url } = await openApi(t);
  for (const where of ['/health', '/shows', '/']) {
    const outgoing = request(`${url}${where}`, { method: 'TRACE' }).end();
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    incoming.resume();
    t.is(incoming.statusCode, 405, where);
  }
});
