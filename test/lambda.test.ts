import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { createAuthorizer } from '../api/authorizer.ts';
import { createLambdaHandler, type LambdaHandler } from '../api/lambda.ts';
import { startServer } from '../api/server.ts';
import { createTickHandler } from '../api/tick.ts';
import { createFakeTvdb } from '../lib/demo/fake-tvdb.ts';
import { readConfig } from '../lib/core/config.ts';
import { createLog } from '../lib/core/log.ts';
import { createTelemetry } from '../lib/core/telemetry.ts';
import { createAccounts } from '../lib/users/accounts-service.ts';
import type { Features } from '../api/features.ts';
import { createTick } from '../lib/core/tick.ts';
import { wire, type Wiring } from '../lib/core/wiring.ts';
import { openFeatures } from '../api/features.ts';
import { gatewayEvent, lambdaContext, type EventOptions, type WireRequest } from './gateway-events.ts';
import { NOWHERE } from './nowhere.ts';

const USER = 'ユーザー';
const PASSWORD = 'pass:wörd';
const clock = { now: () => Date.parse('2026-07-14T00:00:00Z') };
const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
const json: [string, string] = ['Content-Type', 'application/json'];
const episodes = (...files: [folder: string, file: string][]) =>
  JSON.stringify({ episodes: files.map(([folder_name, file_name]) => ({ folder_name, file_name })) });

/**
 * One request each, in this order, building on one another. `base64` sends the body that way. `lost` is what gateways
 * that decode paths can't represent.
 */
const REQUESTS: (WireRequest & { title: string; status: number; nobody?: true; base64?: true; lost?: true })[] = [
  { title: 'a query of nothing', method: 'GET', target: '/progress', status: 200 },
  { title: 'a health check', method: 'GET', target: '/health', status: 200 },
  { title: 'a health check without credentials', method: 'GET', target: '/health', status: 200, nobody: true },
  { title: 'a description in JSON', method: 'GET', target: '/openapi.json', status: 200 },
  { title: 'a page of HTML', method: 'GET', target: '/docs', status: 200 },
  { title: 'a request without credentials', method: 'GET', target: '/progress', status: 401, nobody: true },
  {
    title: 'a body in UTF-8',
    method: 'POST',
    target: '/sync',
    headers: [json],
    body: episodes(['しろくまカフェ', '第1話 🐻‍❄️'], ['A "quoted" \\ show', 'e1']),
    status: 200,
  },
  {
    title: 'the same body again, as base64',
    method: 'POST',
    target: '/sync',
    headers: [json],
    body: episodes(['しろくまカフェ', '第1話 🐻‍❄️'], ['A "quoted" \\ show', 'e1']),
    base64: true,
    status: 200,
  },
  {
    title: 'a body with a charset',
    method: 'POST',
    target: '/sync',
    headers: [['Content-Type', 'application/json; charset=UTF-8']],
    body: episodes(['Überall', 'é1']),
    status: 200,
  },
  {
    title: 'a body in UTF-16, which JSON is not in',
    method: 'POST',
    target: '/sync',
    headers: [['Content-Type', 'application/json; charset=utf-16le']],
    body: Buffer.from(episodes(['Sixteen', 'e1']), 'utf16le'),
    base64: true,
    status: 400,
  },
  {
    title: 'a body with an unknown charset, read as UTF-8',
    method: 'POST',
    target: '/sync',
    headers: [['Content-Type', 'application/json; charset=klingon']],
    body: episodes(['A', 'e1']),
    status: 200,
  },
  { title: 'a list', method: 'GET', target: '/shows', status: 200 },
  { title: 'a HEAD', method: 'HEAD', target: '/shows', status: 200 },
  { title: 'a HEAD of nothing', method: 'HEAD', target: '/nothing', status: 404 },
  {
    title: 'a PUT',
    method: 'PUT',
    target: '/show',
    headers: [json],
    body: JSON.stringify({ folder_name: 'しろくまカフェ', tvdb_id: 257_571 }),
    status: 200,
  },
  {
    title: 'a PUT of an unknown folder',
    method: 'PUT',
    target: '/show',
    headers: [json],
    body: JSON.stringify({ folder_name: 'Nobody knows', tvdb_id: 257_571 }),
    status: 404,
  },
  { title: 'a query string', method: 'GET', target: '/search/shows?query=Shirokuma', status: 200 },
  {
    title: 'a query string with encoded and odd characters',
    method: 'GET',
    target: '/search/shows?query=%E3%81%97%E3%82%8D%E3%81%8F%E3%81%BE%20%26%2B%25%3D%3F%2F%23%27',
    status: 200,
  },
  { title: 'a query string with a plus', method: 'GET', target: '/search/shows?query=Polar+Bear', status: 200 },
  { title: 'a list in the query string', method: 'GET', target: '/search/shows?query=a&query=b', status: 400 },
  { title: 'an empty value in the query string', method: 'GET', target: '/search/shows?query=', status: 400 },
  { title: 'no query string where one is needed', method: 'GET', target: '/search/shows', status: 400 },
  { title: 'an unknown path', method: 'GET', target: '/nothing/here', status: 404 },
  { title: 'a path encoded without need', method: 'GET', target: '/pro%67ress', status: 404, lost: true },
  { title: 'a path in UTF-8', method: 'GET', target: '/%E9%80%B2%E6%8D%97', status: 404 },
  { title: 'a path with a space and a percent sign', method: 'GET', target: '/100%25%20sure', status: 404 },
  { title: 'a path that cannot be decoded', method: 'GET', target: '/%E0%A4%A', status: 404 },
  { title: 'the front page', method: 'GET', target: '/', status: 200, nobody: true },
  { title: 'a write to the front page', method: 'POST', target: '/', status: 405 },
  { title: 'a slash at the end', method: 'GET', target: '/shows/', status: 200 },
  { title: 'a method that a path does not have', method: 'DELETE', target: '/progress', status: 405 },
  { title: 'a method that nothing has', method: 'PATCH', target: '/show', headers: [json], body: '{}', status: 405 },
  {
    title: 'a body that is no JSON',
    method: 'POST',
    target: '/sync',
    headers: [json],
    body: '{"episodes": [',
    status: 400,
  },
  { title: 'no body where one is needed', method: 'POST', target: '/sync', headers: [json], status: 400 },
  {
    title: 'a body that breaks the schema',
    method: 'POST',
    target: '/sync',
    headers: [json],
    body: '{"episodes": [{"folder_name": 7}]}',
    status: 400,
  },
  {
    title: 'a body of another type',
    method: 'POST',
    target: '/sync',
    headers: [['Content-Type', 'text/plain']],
    body: 'episodes',
    status: 415,
  },
  {
    title: 'a body that is too large',
    method: 'POST',
    target: '/sync',
    headers: [json],
    body: `{"padding": "${'x'.repeat(4 * 1024 * 1024)}"}`,
    status: 413,
  },
  {
    title: 'a preflight of a browser',
    method: 'OPTIONS',
    target: '/sync',
    headers: [
      ['Origin', 'https://immersion-tracker.jordansimsmith.com'],
      ['Access-Control-Request-Method', 'POST'],
    ],
    status: 204,
    nobody: true,
  },
  {
    title: 'a browser of another origin',
    method: 'GET',
    target: '/shows',
    headers: [['Origin', 'https://elsewhere.example']],
    status: 200,
  },
  {
    title: 'an error for a browser',
    method: 'GET',
    target: '/nothing',
    headers: [['Origin', 'https://immersion-tracker.jordansimsmith.com']],
    status: 404,
  },
  {
    title: 'a header with several values',
    method: 'GET',
    target: '/shows',
    headers: [
      ['Accept', 'text/html'],
      ['Accept', 'application/json;q=0.9'],
    ],
    status: 200,
  },
  {
    title: 'cookies',
    method: 'GET',
    target: '/shows',
    headers: [
      ['Cookie', 'theme=dark; last=1'],
      ['Cookie', 'lang=ja'],
    ],
    status: 200,
  },
  {
    title: 'the id of an evening',
    method: 'POST',
    target: '/sync',
    headers: [json, ['Immersion-Batch', 'evening-0001']],
    body: episodes(),
    status: 200,
  },
  {
    title: 'a malformed id of an evening',
    method: 'POST',
    target: '/sync',
    headers: [json, ['Immersion-Batch', 'no id']],
    body: episodes(),
    status: 400,
  },
];

interface Answer {
  status: number;
  headers: Record<string, string[]>;
  body: string;
}

test('a request gets the same answer by socket and by Lambda event', async (t) => {
  t.true(REQUESTS.length >= 24);
  const socket = await overSocket(t);
  const lambda = await overLambda(t, {});
  const decoding = await overLambda(t, { decodedPath: true });
  for (const { title, status, lost, ...wire } of REQUESTS) {
    const expected = await socket(wire);
    t.is(expected.status, status, title);
    t.deepEqual(await lambda(wire), expected, title);
    if (!lost) t.deepEqual(await decoding(wire), expected, `${title}, path decoded`);
  }
});

test('a failure of ours is the same 500 by socket and by Lambda event, and tells nothing of the inside', async (t) => {
  const broken = (features: Features): Features => ({
    ...features,
    progress: async () => ({
      ...(await features.progress()),
      progress: { of: () => Promise.reject(new Error('the inside')) },
    }),
  });
  const request: WireRequest = { method: 'GET', target: '/progress' };
  const expected = await (await overSocket(t, broken))(request);
  t.is(expected.status, 500);
  t.false(expected.body.includes('inside'));
  t.deepEqual(await (await overLambda(t, {}, broken))(request), expected);
});

test('requests at the same time keep their users apart', async (t) => {
  const handler = await lambdaOf(t);
  const sync = (user: string, count: number) =>
    handler(
      gatewayEvent(
        {
          method: 'POST',
          target: '/sync',
          headers: [json],
          body: episodes(...Array.from({ length: count }, (_, index): [string, string] => ['A show', `e${index}`])),
        },
        { principal: { user } },
      ),
      lambdaContext,
    );
  const users = Array.from({ length: 8 }, (_, index) => ({ user: `user${index}`, count: index + 1 }));
  const answers = await Promise.all(users.map(({ user, count }) => sync(user, count)));
  t.deepEqual(
    answers.map(({ body }) => JSON.parse(body) as unknown),
    users.map(({ count }) => ({ episodes_added: count })),
  );
});

test('the authorizer lets in who has the password, and says Unauthorized to all others', async (t) => {
  const secret = {
    read: async () => ({
      users: [
        { user: USER, password: PASSWORD },
        { user: 'admin', password: 'a', admin: true },
      ],
    }),
  };
  const authorizer = createAuthorizer(createAccounts({ secret, clock }), { log: silent });
  const allowed: [string, string, { user: string; admin: boolean }][] = [
    ['Authorization', basic(USER, PASSWORD), { user: USER, admin: false }],
    ['authorization', basic('admin', 'a'), { user: 'admin', admin: true }],
  ];
  for (const [name, value, { user, admin }] of allowed) {
    t.deepEqual(await authorizer(authorizerEvent({ [name]: value })), {
      principalId: user,
      policyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Action: 'execute-api:Invoke',
            Effect: 'Allow',
            Resource: 'arn:aws:execute-api:us-east-1:000000000000:abc123/prod/*',
          },
        ],
      },
      context: { admin },
    });
  }
  const refused = [
    basic(USER, 'wrong'),
    basic(USER, ''),
    basic('nobody', PASSWORD),
    'Basic',
    'Basic !!!',
    'Bearer token',
    '',
    basic(`${USER}x`, PASSWORD),
  ];
  for (const authorization of refused) {
    await t.throwsAsync(authorizer(authorizerEvent({ Authorization: authorization })), { message: 'Unauthorized' });
  }
  await t.throwsAsync(authorizer(authorizerEvent(null)), { message: 'Unauthorized' });
});

test('an authorizer that cannot read the secret fails without calling anybody unauthorized', async (t) => {
  const secret = { read: () => Promise.reject(new Error('no such secret: s3cret')) };
  const authorizer = createAuthorizer(createAccounts({ secret, clock }), { log: silent });
  await t.throwsAsync(authorizer(authorizerEvent({ Authorization: basic(USER, PASSWORD) })), {
    message: 'The authorizer cannot decide.',
  });
});

test('a schedule runs every job, logs each, and fails when one does', async (t) => {
  const lines: string[] = [];
  const { log } = createTelemetry({ write: (line) => void lines.push(line) });
  const ran: string[] = [];
  const jobs = {
    store: async () => void ran.push('store'),
    secret: () => Promise.reject(new Error('no secret')),
    last: async () => void ran.push('last'),
  };
  const handler = createTickHandler(createTick({ jobs, log, clock }));
  const context = { getRemainingTimeInMillis: () => 60_000 };
  await t.throwsAsync(handler({}, context), { message: 'Scheduled jobs failed: secret. See the log.' });
  t.deepEqual(ran, ['store', 'last']);
  t.deepEqual(
    lines.map((line) => JSON.parse(line) as Record<string, unknown>).map(({ level, job }) => [level, job]),
    [
      ['INFO', 'store'],
      ['ERROR', 'secret'],
      ['INFO', 'last'],
    ],
  );
  const onlyStore = createTickHandler(createTick({ jobs: { store: jobs.store }, log, clock }));
  t.deepEqual(await onlyStore({}, context), { done: ['store'] });
});

test('jobs of a schedule share the time of their function, and leave it some for their end', async (t) => {
  const time = { now: 0 };
  const given: number[] = [];
  const taking = (milliseconds: number) => async (allowed: number) => {
    given.push(allowed);
    time.now += Math.min(milliseconds, allowed);
  };
  const jobs = { short: taking(1000), long: taking(90_000), last: taking(90_000) };
  const tick = createTick({ jobs, log: silent, clock: { now: () => time.now } });
  await createTickHandler(tick)({}, { getRemainingTimeInMillis: () => 65_000 });
  // 60 seconds in three parts; then 59 in two; then the rest.
  t.deepEqual(given, [20_000, 29_500, 29_500]);
});

const silent = createLog({ write: () => {} });

const authorizerEvent = (headers: Record<string, string> | null): APIGatewayRequestAuthorizerEvent => {
  const { requestContext, ...event } = gatewayEvent({ method: 'GET', target: '/progress' });
  return {
    ...event,
    type: 'REQUEST',
    methodArn: 'arn:aws:execute-api:us-east-1:000000000000:abc123/prod/GET/progress',
    headers,
    requestContext: { ...requestContext, authorizer: undefined },
  };
};

/** The real services over a SQLite file and a fake TVDB. */
async function wiringOf(t: ExecutionContext): Promise<Wiring<Features>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'immersion-lambda-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const tvdb = await createFakeTvdb({ series: [{ id: 257_571, name: 'しろくまカフェ', runtime: 24 }] });
  t.teardown(() => tvdb.close());
  const secretFile = path.join(folder, 'secret.json');
  await writeFile(secretFile, JSON.stringify({ users: [{ user: USER, password: PASSWORD }], tvdb_api_key: 'key' }));
  const environment = {
    IMMERSION_DATA_DIR: folder,
    IMMERSION_SECRET_FILE: secretFile,
    ...NOWHERE,
    IMMERSION_TRACKER_TVDB_BASE_URL: tvdb.url,
  };
  const wiring = await wire(readConfig({ environment, workingDirectory: folder }), openFeatures, {
    log: silent,
    clock,
  });
  t.teardown(() => wiring.close());
  return wiring;
}

const settings = { log: silent, version: '1.2.3', corsOrigin: 'https://immersion-tracker.jordansimsmith.com', clock };
const withIds = (headers: [string, string][] = []): [string, string][] => [
  ...headers,
  ['Host', 'api.example'],
  ['X-Request-Id', 'request-0001'],
  ...(headers.some(([name]) => name === 'Immersion-Batch')
    ? []
    : [['Immersion-Batch', 'evening-0000'] satisfies [string, string]]),
];

async function overSocket(t: ExecutionContext, change = (features: Features) => features) {
  const { features, accounts } = await wiringOf(t);
  const authentication = { kind: 'basic' as const, accounts };
  const server = await startServer(change(features), { ...settings, authentication, host: '127.0.0.1', port: 0 });
  t.teardown(() => server.stop());
  return async ({ method, target, headers, body, nobody }: WireRequest & { nobody?: true }): Promise<Answer> => {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const outgoing = request(server.url, {
      method,
      path: target,
      agent: false,
      headers: withIds([
        ...(headers ?? []),
        ...(nobody ? [] : [['Authorization', basic(USER, PASSWORD)] satisfies [string, string]]),
        ...(body === undefined ? [] : [['Content-Length', String(Buffer.byteLength(body))] satisfies [string, string]]),
      ]).flat(),
    });
    outgoing.once('response', resolve).once('error', reject).end(body);
    const incoming = await promise;
    const bytes = await buffer(incoming);
    return {
      status: incoming.statusCode ?? 0,
      headers: ownHeaders(incoming.headersDistinct),
      body: bytes.toString('utf8'),
    };
  };
}

async function lambdaOf(t: ExecutionContext, change = (features: Features) => features): Promise<LambdaHandler> {
  return createLambdaHandler(change((await wiringOf(t)).features), settings);
}

async function overLambda(t: ExecutionContext, options: EventOptions, change = (features: Features) => features) {
  const handler = await lambdaOf(t, change);
  return async (wire: WireRequest & { nobody?: true; base64?: true }): Promise<Answer> => {
    const event = gatewayEvent(
      { ...wire, headers: withIds(wire.headers) },
      { ...options, base64: wire.base64 === true, principal: wire.nobody ? undefined : { user: USER } },
    );
    const answer = await handler(event, lambdaContext);
    const headers = Object.entries(answer.multiValueHeaders ?? {}).map(([name, values]) => [name, values.map(String)]);
    return {
      status: answer.statusCode,
      headers: ownHeaders(Object.fromEntries(headers) as Record<string, string[]>),
      body: Buffer.from(answer.body, answer.isBase64Encoded ? 'base64' : 'utf8').toString('utf8'),
    };
  };
}

/** Headers that the app sets, without those of the connection and the date. */
const ownHeaders = (headers: NodeJS.Dict<string[]>): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name, values]) => values && !['connection', 'date', 'keep-alive', 'transfer-encoding'].includes(name))
      .map(([name, values]) => [name, values ?? []])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  ) as Record<string, string[]>;
