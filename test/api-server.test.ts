import { progressServiceOver } from './viewings-rig.ts';
import { Agent, request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { Router } from '@koa/router';
import test from 'ava';
import { OpenAPIBackend, type Document } from 'openapi-backend';
import { addFeature, allEndpoints, featuresAt, FEATURES, type FeatureName } from '../api/features.ts';
import { startServer, startService } from '../api/server.ts';
import { readConfig } from '../lib/core/config.ts';
import { openApiDocument } from '../lib/core/contract/openapi.ts';
import { InvalidInputError } from '../lib/core/errors.ts';
import { TVMAZE_ATTRIBUTION } from '../lib/core/providers-rules.ts';
import type { Progress } from '../lib/progress/progress-rules.ts';
import { oneAjv } from './one-ajv.ts';
import { ALICE, basic, runApi, shareApi, type RunningApi } from './running-api.ts';

const shared = shareApi({ tvdb: { series: [{ id: 5, name: 'Five', englishName: 'Fünf' }] } });

interface OpenApi {
  openapi: string;
  info: { version: string };
  paths: Record<
    string,
    Record<string, { operationId?: string; responses: Record<string, unknown>; security?: unknown[] }>
  >;
  components: { schemas: Record<string, unknown> };
}

/** Validators that run once aren't worth optimizing. */
const FAST = { code: { optimize: false } };

const endpoints = await allEndpoints();

const read = async () => (await shared.call('/openapi.json', { authorization: null })).body as OpenApi;

test('the description is served as OpenAPI 3.1 with the running version', async (t) => {
  const { status, headers, body } = await shared.call('/openapi.json', { authorization: null });
  t.is(status, 200);
  t.regex(headers.get('content-type') ?? '', /^application\/json/);
  t.like(body, { openapi: '3.1.0', info: { version: '1.2.3' } });
  t.deepEqual(body, JSON.parse(JSON.stringify(openApiDocument({ version: '1.2.3', endpoints }))));
});

// Serial: it blocks for so long that other tests' connections would time out.
test.serial('the description is valid: its structure and each schema in it', async (t) => {
  const document = await read();
  // The validator supports the structure of 3.0, which 3.1 shares; schemas of 3.1 are JSON Schema, compiled below.
  const structure = JSON.parse(
    JSON.stringify(document, (key, value: unknown) => (key === 'schema' || key === 'schemas' ? {} : value)),
  ) as Document;
  const options = { strict: true, customizeAjv: oneAjv(), ajvOpts: FAST };
  await t.notThrowsAsync(new OpenAPIBackend({ definition: structure, ...options }).init());

  const backend = await backendOf(document);
  for (const operation of backend.getOperations()) {
    for (const status of Object.keys(operation.responses ?? {})) {
      const validate = () => backend.validateResponse({}, operation, Number(status));
      t.notThrows(validate, `${operation.operationId} ${status}`);
    }
  }
});

test('every reference in the description leads somewhere', async (t) => {
  const document = await read();
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
    ([, reference = '']) => reference,
  );
  t.true(references.length > 0);
  const known = new Set(Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`));
  t.deepEqual(
    references.filter((reference) => !known.has(reference)),
    [],
  );
});

/** Routes for the description, which aren't part of it. */
const DOCUMENTATION = ['GET /docs', 'GET /openapi.json'];

test('every route that answers is described, and every one described answers', async (t) => {
  const api = await runApi(t);
  const document = await read();
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  t.deepEqual(described.toSorted(), endpoints.map(({ method, path }) => `${method} ${braced(path)}`).toSorted());

  const registered = await Promise.all(NAMES.map((name) => routesOf(api, name)));
  t.deepEqual(registered.flat().toSorted(), [...described, ...DOCUMENTATION].toSorted());
});

test('a request to any path adds the routes of that path', async (t) => {
  const api = await runApi(t);
  for (const name of NAMES) {
    for (const route of await routesOf(api, name)) {
      const path = route.split(' ')[1] ?? '';
      for (const asked of [path, `${path}/`, path.toUpperCase()]) t.true(featuresAt(asked).includes(name), asked);
    }
  }
  for (const other of ['/', '/showsx', '/api', '/api/show', '/x/progress']) t.deepEqual(featuresAt(other), [], other);
});

test('what needs no credentials is described so, and only that', async (t) => {
  const document = await read();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const { status } = await shared.call(path, { method: method.toUpperCase(), authorization: null });
      t.is(status === 401, operation.security === undefined, `${method} ${path}`);
      t.is('401' in operation.responses, operation.security === undefined, `${method} ${path}`);
    }
  }
});

const CALLS: [path: string, method: string, query: string, json: unknown, status: number][] = [
  ['/sync', 'post', '', { episodes: [{ folder_name: 'a', file_name: 'e' }] }, 200],
  ['/sync', 'post', '', { episodes: 5 }, 400],
  ['/sync', 'post', '', undefined, 415],
  ['/shows', 'get', '', undefined, 200],
  ['/show', 'put', '', { folder_name: 'never seen', tvdb_id: 5 }, 404],
  ['/show', 'put', '', { folder_name: 'never seen', tvdb_id: 0 }, 400],
  ['/progress', 'get', '', undefined, 200],
  ['/search/shows', 'get', '?query=five', undefined, 200],
  ['/search/shows', 'get', '', undefined, 400],
  ['/health', 'get', '', undefined, 200],
];
for (const [path, method, query, json, status] of CALLS) {
  test(`the answer ${status} of ${method.toUpperCase()} ${path} is as described`, async (t) => {
    const backend = await backendOf(await read());
    const answer = await shared.call(path + query, { method: method.toUpperCase(), json });
    t.is(answer.status, status);
    const { valid, errors } = backend.validateResponse(answer.body, `${method} ${path}`, status);
    t.deepEqual([valid, errors], [true, null]);
    t.false(backend.validateResponse({ something: 'else' }, `${method} ${path}`, status).valid, 'another body is not');
  });
}

test('the page at /docs names each endpoint and needs no script and no other host', async (t) => {
  const { status, headers, text: page } = await shared.call('/docs', { authorization: null });
  t.is(status, 200);
  t.regex(headers.get('content-type') ?? '', /^text\/html/);
  t.regex(headers.get('content-security-policy') ?? '', /default-src 'none'/);
  for (const { method, path, summary } of endpoints) {
    t.true(page.includes(`${method}</span> <code>${braced(path)}</code>`) && page.includes(summary), path);
  }
  // TVmaze's license requires its address, which is text here, not a link.
  t.notRegex(page.replace(TVMAZE_ATTRIBUTION, ''), /<script|<img|<link|https?:\/\/|undefined|\[object/);
  const opened = [...page.matchAll(/<(\w+)[ >]/g)].map(([, tag = '']) => tag).filter((tag) => tag !== 'meta');
  const closed = [...page.matchAll(/<\/(\w+)>/g)].map(([, tag = '']) => tag);
  t.deepEqual(opened.toSorted(), closed.toSorted(), 'every element is closed');
  const anchors = [...page.matchAll(/href="#([^"]+)"/g)].map(([, anchor = '']) => anchor);
  t.deepEqual(
    anchors.filter((anchor) => !page.includes(`id="${anchor}"`)),
    [],
  );
});

test('a stopping server lets the request in flight finish, and is gone right after', async (t) => {
  const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const api = await runApi(t, {
    replace: (store) => ({
      progress: {
        progress: {
          of: async (user): Promise<Progress> => {
            enter();
            await released;
            return progressServiceOver(store, 'UTC', { now: () => 0 }).of(user);
          },
        },
      },
    }),
  });
  const agent = new Agent({ keepAlive: true });
  t.teardown(() => agent.destroy());
  await get(`${api.url}/health`, agent);
  const inFlight = get(`${api.url}/progress`, agent);
  await entered;

  const stopped = api.stop();
  const late = await t.throwsAsync<NodeJS.ErrnoException>(get(`${api.url}/health`, new Agent()));
  // Reset, if it was waiting to be accepted.
  t.regex(late.code ?? '', /^(?:ECONNREFUSED|ECONNRESET)$/);
  release();
  const answer = await inFlight;
  t.is(answer.status, 200);
  t.is((JSON.parse(answer.body) as { total_episodes_watched: number }).total_episodes_watched, 0);
  const answered = performance.now();
  await stopped;
  t.true(performance.now() - answered < 1000, 'a kept connection does not hold it up');
});

test('a server stops at once when nobody asks anything, also a second time', async (t) => {
  const api = await runApi(t);
  const agent = new Agent({ keepAlive: true });
  t.teardown(() => agent.destroy());
  await get(`${api.url}/health`, agent);
  const started = performance.now();
  await api.stop();
  await api.stop();
  t.true(performance.now() - started < 1000);
});

test('an address that is taken or not there is a clear error', async (t) => {
  const api = await runApi(t);
  const { port } = new URL(api.url);
  for (const [host, taken, reason] of [
    ['127.0.0.1', Number(port), 'EADDRINUSE'],
    ['192.0.2.1', 0, 'EADDRNOTAVAIL'],
  ] as const) {
    const error = await t.throwsAsync(startServer(api.features, { ...SETTINGS, host, port: taken }), {
      instanceOf: InvalidInputError,
      code: 'address_unavailable',
    });
    t.true(error?.message.includes(`${host}:${taken}`) && error.message.includes(reason));
  }
});

test('a service started from its config keeps what it was told, for the users it was given', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'immersion-api-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const config = readConfig({ environment: { IMMERSION_DATA_DIR: folder, PORT: '0' }, workingDirectory: folder });
  const lines: string[] = [];
  const options = { format: 'human', write: (line: string) => void lines.push(line) } as const;
  const shows = async (url: string, authorization?: string) => {
    const response = await fetch(`${url}/shows`, authorization ? { headers: { authorization } } : {});
    return [response.status, await response.json()];
  };

  const first = await startService(config, { ...options, users: [{ user: 'me', password: 'random' }] });
  t.teardown(() => first.stop());
  const body = JSON.stringify({ episodes: [{ folder_name: 'a', file_name: 'e' }] });
  const headers = { authorization: basic('me', 'random'), 'content-type': 'application/json' };
  t.is((await fetch(`${first.url}/sync`, { method: 'POST', headers, body })).status, 200);
  t.is((await shows(first.url))[0], 401);
  t.regex(lines[0] ?? '', / info {2}request method=POST endpoint=\/sync status=200 /);
  await first.stop();
  await t.throwsAsync(shows(first.url));

  const second = await startService(config, { ...options, openFor: 'me' });
  t.teardown(() => second.stop());
  t.deepEqual(await shows(second.url), [
    200,
    { shows: [{ folder_name: 'a', tvdb_id: null, tvdb_name: null, tvdb_image: null }] },
  ]);
  const taken = { ...config, port: Number(new URL(second.url).port) };
  await t.throwsAsync(startService(taken, options), { code: 'address_unavailable' });
});

const NAMES = Object.keys(FEATURES) as FeatureName[];

const SETTINGS = {
  log: { info() {}, warn() {}, error() {} },
  version: '1',
  corsOrigin: '*',
  clock: { now: () => 0 },
  authentication: { kind: 'open', account: { user: 'me', admin: false } },
} as const;

/** A route's path in OpenAPI's notation. */
const braced = (route: string): string => route.replaceAll(/:(\w+)/g, '{$1}');

/** A feature's routes in the router. */
async function routesOf(api: RunningApi, name: FeatureName): Promise<string[]> {
  const router = new Router();
  const settings = { version: '1', clock: SETTINGS.clock, log: SETTINGS.log, endpoints: allEndpoints };
  await addFeature(name, { router, features: api.features, settings });
  return router.stack.flatMap(({ methods, path }) =>
    methods.filter((method) => method !== 'HEAD').map((method) => `${method} ${braced(String(path))}`),
  );
}

async function backendOf(document: OpenApi): Promise<OpenAPIBackend> {
  const named = structuredClone(document);
  for (const [path, methods] of Object.entries(named.paths)) {
    for (const [method, operation] of Object.entries(methods)) operation.operationId = `${method} ${path}`;
  }
  const backend = new OpenAPIBackend({
    definition: named as unknown as Document,
    quick: true,
    customizeAjv: oneAjv(),
    ajvOpts: FAST,
  });
  await backend.init();
  return backend;
}

async function get(url: string, agent: Agent): Promise<{ status: number | undefined; body: string }> {
  const outgoing = request(url, { agent, headers: { authorization: ALICE } });
  outgoing.end();
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: incoming.statusCode, body: await text(incoming) };
}
