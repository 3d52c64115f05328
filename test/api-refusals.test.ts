import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import test from 'ava';
import { isLargeJson } from '../lib/core/json-rules.ts';
import { errorSchema } from '../lib/core/contract/errors.ts';
import { MAXIMUM_ITEMS } from '../lib/core/contract/names.ts';
import { StoreError } from '../lib/core/errors.ts';
import { ALICE, PASSWORD, runApi, shareApi, TVDB_KEY, type Request, type RunningApi } from './running-api.ts';

const shared = shareApi();

const post = (text: string, headers?: Record<string, string>): Request => ({
  method: 'POST',
  text,
  ...(headers ? { headers } : {}),
});
const sync = (episodes: unknown): Request => ({ method: 'POST', json: { episodes } });
const put = (json: unknown): Request => ({ method: 'PUT', json });
const episode = (folder: unknown, file: unknown) => [{ folder_name: folder, file_name: file }];
const MIB = 1024 * 1024;

const REFUSALS: [claim: string, path: string, request: Request, status: number, code: string, paths?: string[]][] = [
  ['JSON that breaks off', '/sync', post('{"episodes": ['), 400, 'malformed_json'],
  ['no JSON', '/sync', post('episodes'), 400, 'malformed_json'],
  ['a JSON text', '/sync', post('"episodes"'), 400, 'malformed_json'],
  ['a poisoned prototype', '/sync', post('{"__proto__": {"x": 1}, "episodes": []}'), 400, 'malformed_json'],
  [
    'a prototype poisoned in escapes',
    '/sync',
    post('{"_\\u005fproto\\u005F_" : 1, "episodes": []}'),
    400,
    'malformed_json',
  ],
  ['an empty body', '/sync', post(''), 400, 'invalid_request', ['episodes']],
  ['a list instead of an object', '/sync', post('[]'), 400, 'invalid_request', ['']],
  ['no episodes', '/sync', post('{}'), 400, 'invalid_request', ['episodes']],
  ['episodes that are no list', '/sync', sync({}), 400, 'invalid_request', ['episodes']],
  ['null for episodes', '/sync', sync(null), 400, 'invalid_request', ['episodes']],
  ['an episode that is a text', '/sync', sync(['a']), 400, 'invalid_request', ['episodes.0']],
  [
    'an episode without names',
    '/sync',
    sync([{}]),
    400,
    'invalid_request',
    ['episodes.0.folder_name', 'episodes.0.file_name'],
  ],
  ['a name that is a number', '/sync', sync(episode(1, 'e')), 400, 'invalid_request', ['episodes.0.folder_name']],
  ['an empty name', '/sync', sync(episode('a', '')), 400, 'invalid_request', ['episodes.0.file_name']],
  [
    'a name of 300 characters',
    '/sync',
    sync(episode('a', 'x'.repeat(300))),
    400,
    'invalid_request',
    ['episodes.0.file_name'],
  ],
  [
    'a name with a control character',
    '/sync',
    sync(episode('a\u0007', 'e')),
    400,
    'invalid_request',
    ['episodes.0.folder_name'],
  ],
  [
    'half a surrogate pair',
    '/sync',
    post(String.raw`{"episodes":[{"folder_name":"a","file_name":"\ud83c"}]}`),
    400,
    'invalid_request',
    ['episodes.0.file_name'],
  ],
  [
    'one bad name among good ones',
    '/sync',
    sync([...episode('a', 'e'), ...episode('a', '')]),
    400,
    'invalid_request',
    ['episodes.1.file_name'],
  ],
  [
    '10,001 items',
    '/sync',
    sync(Array.from({ length: MAXIMUM_ITEMS + 1 }, (_, index) => ({ folder_name: 'a', file_name: `${index}` }))),
    400,
    'too_many_items',
    ['episodes'],
  ],
  ['10,001 bad items', '/sync', sync(Array.from({ length: MAXIMUM_ITEMS + 1 }, () => 5)), 400, 'too_many_items'],
  [
    'a body of form fields',
    '/sync',
    post('episodes=1', { 'Content-Type': 'application/x-www-form-urlencoded' }),
    415,
    'unsupported_media_type',
  ],
  ['a body of text', '/sync', post('{"episodes":[]}', { 'Content-Type': 'text/plain' }), 415, 'unsupported_media_type'],
  [
    'a body of another JSON kind',
    '/sync',
    post('{"episodes":[]}', { 'Content-Type': 'application/merge-patch+json' }),
    415,
    'unsupported_media_type',
  ],
  ['no body at all', '/sync', { method: 'POST' }, 415, 'unsupported_media_type'],
  [
    'a body in an unknown encoding',
    '/sync',
    post('{}', { 'Content-Encoding': 'klingon' }),
    415,
    'unsupported_encoding',
  ],
  [
    'a body that is not the gzip it says',
    '/sync',
    post('{"episodes":[]}', { 'Content-Encoding': 'gzip' }),
    400,
    'malformed_json',
  ],
  ['a batch that is no id', '/sync', { ...sync([]), headers: { 'Immersion-Batch': 'a b' } }, 400, 'invalid_batch'],
  ['tvdb_id 0', '/show', put({ folder_name: 'a', tvdb_id: 0 }), 400, 'invalid_request', ['tvdb_id']],
  ['a negative tvdb_id', '/show', put({ folder_name: 'a', tvdb_id: -1 }), 400, 'invalid_request', ['tvdb_id']],
  ['a tvdb_id that is text', '/show', put({ folder_name: 'a', tvdb_id: 'x' }), 400, 'invalid_request', ['tvdb_id']],
  [
    'a tvdb_id that is a number as text',
    '/show',
    put({ folder_name: 'a', tvdb_id: '5' }),
    400,
    'invalid_request',
    ['tvdb_id'],
  ],
  ['half a tvdb_id', '/show', put({ folder_name: 'a', tvdb_id: 1.5 }), 400, 'invalid_request', ['tvdb_id']],
  ['an endless tvdb_id', '/show', put({ folder_name: 'a', tvdb_id: 1e300 }), 400, 'invalid_request'],
  ['null for tvdb_id', '/show', put({ folder_name: 'a', tvdb_id: null }), 400, 'invalid_request', ['tvdb_id']],
  ['no tvdb_id', '/show', put({ folder_name: 'a' }), 400, 'invalid_request', ['tvdb_id']],
  [
    'a show folder of 300 characters',
    '/show',
    put({ folder_name: 'x'.repeat(300), tvdb_id: 1 }),
    400,
    'invalid_request',
    ['folder_name'],
  ],
  ['a search for nothing', '/search/shows', {}, 400, 'invalid_request', ['query']],
  ['a search for blanks', '/search/shows?query=%20', {}, 400, 'invalid_request', ['query']],
  ['two searches in one', '/search/shows?query=a&query=b', {}, 400, 'invalid_request', ['query']],
  ['a search longer than any title', `/search/shows?query=${'x'.repeat(201)}`, {}, 400, 'invalid_request', ['query']],
  ['an address that is not there', '/nothing', {}, 404, 'no_such_route'],
  ['an address that is not there, for writing', '/nothing', sync([]), 404, 'no_such_route'],
  ['a broken address', '/%E0%A4%A', {}, 404, 'no_such_route'],
  ['an address above the root', '/../../etc/passwd', {}, 404, 'no_such_route'],
];
for (const [claim, path, request, status, code, paths] of REFUSALS) {
  test(`${claim}: ${status} ${code}`, async (t) => {
    const answer = await shared.call(path, request);
    const error = errorSchema.parse(answer.body);
    t.deepEqual([answer.status, error.code], [status, code]);
    t.regex(answer.headers.get('content-type') ?? '', /^application\/json/);
    t.regex(error.message, /^[A-Z].*\.$/s, 'the message is a sentence');
    if (paths)
      t.deepEqual(
        error.details?.map((detail) => 'path' in detail && detail.path),
        paths,
      );
    t.deepEqual((await shared.call('/shows')).body, { shows: [] }, 'nothing was stored');
  });
}

const METHODS: [method: string, path: string, allow: string][] = [
  ['POST', '/progress', 'HEAD, GET'],
  ['DELETE', '/shows', 'HEAD, GET'],
  ['GET', '/sync', 'POST'],
  ['PATCH', '/show', 'PUT'],
  ['PROPFIND', '/progress', 'HEAD, GET'],
];
for (const [method, path, allow] of METHODS) {
  test(`${method} ${path}: 405, and the Allow header says ${allow}`, async (t) => {
    const { status, body, headers } = await shared.call(path, { method });
    t.deepEqual([status, errorSchema.parse(body).code, headers.get('allow')], [405, 'method_not_allowed', allow]);
  });
}

test('a method that nobody knows finds no address where there is none', async (t) => {
  t.is((await shared.call('/nothing', { method: 'PROPFIND' })).status, 404);
});

test('HEAD answers like GET, without a body', async (t) => {
  const { status, text, headers } = await shared.call('/shows', { method: 'HEAD' });
  t.deepEqual([status, text], [200, '']);
  t.is(headers.get('content-length'), String('{"shows":[]}'.length));
});

test('a body over 4 MiB is refused, one of just that size is read, and the connection goes on', async (t) => {
  const sized = (bytes: number) => {
    const rest = JSON.stringify({ episodes: [], filling: '' }).length;
    return JSON.stringify({ episodes: [], filling: 'x'.repeat(bytes - rest) });
  };
  t.deepEqual((await shared.call('/sync', post(sized(4 * MIB)))).body, { episodes_added: 0 });
  for (const size of [4 * MIB + 1, 16 * MIB]) {
    const { status, body } = await shared.call('/sync', post(sized(size)));
    t.deepEqual([status, errorSchema.parse(body).code], [413, 'body_too_large']);
  }
  t.is((await shared.call('/shows')).status, 200);
});

test('after a refused body its connection takes the next request', async (t) => {
  const { hostname, port } = new URL(shared.url);
  const socket = connect(Number(port), hostname).setEncoding('utf8');
  t.teardown(() => socket.destroy());
  let answered = '';
  socket.on('data', (part: string) => (answered += part));
  const answeredWith = async (status: RegExp) => {
    while (!status.test(answered)) await once(socket, 'data', { signal: AbortSignal.timeout(10_000) });
  };
  const size = 16 * MIB;
  socket.write(
    `POST /sync HTTP/1.1\r\nHost: api\r\nAuthorization: ${ALICE}\r\nContent-Type: application/json\r\nContent-Length: ${size}\r\n\r\n`,
  );
  socket.write(Buffer.alloc(size, 'x'));
  await answeredWith(/413 Payload/);
  socket.write('GET /health HTTP/1.1\r\nHost: api\r\n\r\n');
  await answeredWith(/HTTP\/1\.1 200 OK/);
  t.regex(answered, /HTTP\/1\.1 200 OK/);
});

for (const [claim, text] of [
  ['a million nothings', `{"episodes":[${'{},'.repeat(1_000_000)}{}]}`],
  ['a million numbers beside the list', `{"x":{"y":[${'1,'.repeat(1_000_000)}1]},"episodes":[]}`],
  ['a hundred levels', `{"episodes":${'['.repeat(100)}${']'.repeat(100)}}`],
  ['a million levels', `{"episodes":${'{"a":['.repeat(400_000)}`],
  ['nothings between texts of brackets', JSON.stringify({ x: Array.from({ length: 260_000 }, () => ']}"\\') })],
] as const) {
  test(`a body of ${claim} is refused before it is parsed`, async (t) => {
    const { status, body } = await shared.call('/sync', post(text));
    t.is(status, 400);
    t.deepEqual(body, {
      message: 'The body has more than 250,000 values, or is nested deeper than 64. Send fewer items at a time.',
      code: 'too_many_items',
    });
  });
}

test('brackets and commas in names do not count, and as many episodes as are taken have room for all their fields', (t) => {
  const fields = { audio_languages: ['ja', 'en', 'de'], size_bytes: 5, duration_seconds: 60, watched_at: null };
  const episodes = Array.from({ length: MAXIMUM_ITEMS }, (_, index) => ({
    folder_name: '[[[{{{,,,"',
    file_name: `,,,,,,,,,,${index}`,
    ...fields,
  }));
  t.false(isLargeJson(JSON.stringify({ episodes }), { values: 250_000, depth: 4 }));
  t.true(isLargeJson(JSON.stringify({ episodes: [[[episodes[0]]]] }), { values: 250_000, depth: 4 }));
});

test('a list of twenty thousand nothings is refused for its length, and none of them is looked at', async (t) => {
  const { status, body } = await shared.call('/sync', post(`{"episodes":[${'{},'.repeat(20_000)}{}]}`));
  t.is(status, 400);
  t.deepEqual(body, {
    message: 'The request has too many episodes: at most 10000 at a time.',
    code: 'too_many_items',
    details: [{ path: 'episodes', message: 'at most 10000 at a time' }],
  });
});

test('of many faults a hundred are told', async (t) => {
  const { body } = await shared.call('/sync', sync(Array.from({ length: 5000 }, () => 5)));
  t.is(errorSchema.parse(body).details?.length, 100);
});

test('each answer has the id of its request: the caller’s own where it is a sane one', async (t) => {
  const id = async (given?: string) =>
    (await shared.call('/nothing', given === undefined ? {} : { headers: { 'X-Request-Id': given } })).headers.get(
      'x-request-id',
    );
  t.is(await id('my-request-0001'), 'my-request-0001');
  const made = [await id(), await id(), await id('short'), await id('x'.repeat(129)), await id('two words and more')];
  t.is(new Set(made).size, made.length);
  for (const one of made) t.regex(one ?? '', /^[\da-f-]{36}$/);
});

/** Must not appear in any error response or log line. */
const SECRETS = [PASSWORD, ALICE, ALICE.slice('Basic '.length), TVDB_KEY, encodeURIComponent(PASSWORD)];

test('a fault of ours says nothing of the inside; the log has it under the request’s id', async (t) => {
  const api = await runApi(t, {
    replace: () => ({
      progress: {
        progress: {
          of: async () => {
            throw new TypeError('cannot read the inside of /var/lib/store');
          },
        },
      },
    }),
  });
  const { status, body, headers } = await api.call('/progress');
  const requestId = headers.get('x-request-id') ?? '';
  t.is(status, 500);
  t.deepEqual(body, { message: `Something went wrong. Look for ${requestId} in the log.`, code: 'internal_error' });
  const line = logged(api).find((entry) => entry['level'] === 'ERROR');
  t.is(line?.['request_id'], requestId);
  t.regex(String(line?.['stack']), /TypeError: cannot read the inside of .*\n\s+at /s);
  t.is((await api.call('/shows')).status, 200, 'the service goes on');
});

test('what is thrown without being an error is answered and logged all the same', async (t) => {
  const api = await runApi(t, {
    replace: () => ({ progress: { progress: { of: () => Promise.reject('just a text') } } }),
  });
  t.is((await api.call('/progress')).status, 500);
  t.regex(String(logged(api).find((entry) => entry['level'] === 'ERROR')?.['stack']), /just a text/);
});

test('an error that only looks like a refusal is a fault of ours', async (t) => {
  const api = await runApi(t, {
    replace: () => ({
      progress: {
        progress: { of: () => Promise.reject(Object.assign(new Error('of some library'), { status: 404 })) },
      },
    }),
  });
  t.is((await api.call('/progress')).status, 500);
});

test('a store that cannot answer is 503, with the reason in the log', async (t) => {
  const error = new StoreError('The database is in use by another process.', {
    code: 'store_busy',
    retryAfterSeconds: 2,
  });
  const api = await runApi(t, { replace: () => ({ progress: { progress: { of: () => Promise.reject(error) } } }) });
  const { status, body, headers } = await api.call('/progress');
  t.deepEqual([status, errorSchema.parse(body).code, headers.get('retry-after')], [503, 'store_busy', '2']);
  t.like(logged(api).at(-1), { error_type: 'server', error_code: 'store_busy' });
});

test('health tells that the store answers, and 503 when it does not', async (t) => {
  const api = await runApi(t);
  const healthy = await api.call('/health', { authorization: null });
  t.deepEqual([healthy.status, healthy.body], [200, { status: 'ok', store: 'ok', version: '1.2.3' }]);
  await api.store.close();
  const ill = await api.call('/health', { authorization: null });
  t.is(ill.status, 503);
  t.is(errorSchema.parse(ill.body).code, 'store_closed');
  t.is((await api.call('/progress')).status, 503);
});

test('each request is one log line with its route, status and id, and nothing of its content', async (t) => {
  const api = await runApi(t, { tvdb: { series: [{ id: 5, name: 'Five' }] } });
  await api.call('/sync', sync(episode('Private Show', 'Private Episode')));
  await api.call('/show', put({ folder_name: 'Private Show', tvdb_id: 5 }));
  await api.call('/search/shows?query=private%20words');
  await api.call('/nothing/private');
  await api.call('/sync', { ...post('{"private'), headers: { 'X-Request-Id': 'request-00000001' } });
  await api.call('/sync', post('private', { 'Content-Type': 'text/plain' }));
  await api.call('/progress', { authorization: 'Basic wrong' });
  t.deepEqual(
    logged(api).map(({ level, method, endpoint, status, error_code, user }) => [
      level,
      method,
      endpoint,
      status,
      error_code,
      user,
    ]),
    [
      ['INFO', 'POST', '/sync', 200, undefined, 'alice'],
      ['INFO', 'PUT', '/show', 200, undefined, 'alice'],
      ['INFO', 'GET', '/search/shows', 200, undefined, 'alice'],
      ['INFO', 'GET', 'unknown', 404, 'no_such_route', 'alice'],
      ['INFO', 'POST', '/sync', 400, 'malformed_json', 'alice'],
      ['INFO', 'POST', '/sync', 415, 'unsupported_media_type', 'alice'],
      ['INFO', 'GET', '/progress', 401, 'unauthorized', undefined],
    ],
  );
  t.is(logged(api)[4]?.['request_id'], 'request-00000001');
  t.false(/private/i.test(api.logLines.join('\n')));
});

test('no password and no key is in any answer or log line, whatever fails', async (t) => {
  const api = await runApi(t, {
    tvdb: {
      series: [{ id: 5, name: 'Five' }],
      faults: (_, count) =>
        [
          { status: 401, body: { message: TVDB_KEY } },
          { body: TVDB_KEY },
          { status: 400, body: { message: TVDB_KEY } },
          { cut: true },
        ][count % 4],
    },
  });
  await api.call('/sync', sync(episode('a', 'e')));
  const answers = [];
  for (let tries = 0; tries < 6; tries++) {
    answers.push(await api.call('/show', put({ folder_name: 'a', tvdb_id: 5 })));
  }
  answers.push(await api.call(`/search/shows?query=${encodeURIComponent(PASSWORD)}`, { method: 'POST' }));
  answers.push(await api.call('/progress', { authorization: ALICE.toUpperCase() }));
  answers.push(await api.call('/sync', post(`{"episodes": "${PASSWORD}"`)));
  answers.push(await api.call('/sync', sync(PASSWORD)));
  t.true(answers.every(({ status }) => status >= 400));
  const said = [...answers.map(({ text, headers }) => text + JSON.stringify([...headers])), ...api.logLines].join('\n');
  t.deepEqual(
    SECRETS.filter((secret) => said.includes(secret)),
    [],
  );
});

test('an unreadable or malformed secret is 503 for everyone, and the log alone names the file', async (t) => {
  const api = await runApi(t, {
    secret: { users: [{ user: 'alice', password: PASSWORD, admin: 'yes' }], tvdb_api_key: TVDB_KEY },
  });
  const { status, body, text } = await api.call('/shows');
  t.deepEqual([status, errorSchema.parse(body).code], [503, 'secret_malformed']);
  t.false(errorSchema.parse(body).message.includes(api.secretFile));
  t.true(api.logLines.some((line) => line.includes(api.secretFile)));
  t.deepEqual(
    SECRETS.filter((secret) => text.includes(secret) || api.logLines.join().includes(secret)),
    [],
  );
});

test('a caller who hangs up in the middle of a body leaves the service as it was', async (t) => {
  const api = await runApi(t);
  const outgoing = request(`${api.url}/sync`, {
    method: 'POST',
    headers: {
      authorization: ALICE,
      'content-type': 'application/json',
      'content-length': 100,
      expect: '100-continue',
    },
  });
  outgoing.on('error', () => {});
  outgoing.write('{"episodes":[');
  await once(outgoing, 'continue');
  outgoing.destroy();
  while (logged(api).every(({ method }) => method !== 'POST')) await api.call('/health');

  const lines = logged(api).filter(({ level, endpoint }) => level !== 'WARN' && endpoint !== '/health');
  t.deepEqual(
    lines.map(({ level, status, error_code }) => [level, status, error_code]),
    [['INFO', 400, 'request_broken_off']],
  );
  t.deepEqual((await api.call('/shows')).body, { shows: [] });
});

const logged = (api: RunningApi): Record<string, unknown>[] =>
  api.logLines.map((line) => JSON.parse(line) as Record<string, unknown>);

for (const [path, request, unknown] of [
  ['/viewings?limit=2&color=red', {}, ['color']],
  ['/history?sinse=7d', {}, ['sinse']],
  ['/batches/batch-00000001?dryrun=true', { method: 'DELETE' }, ['dryrun']],
  ['/import', { method: 'POST', json: { items: [], dry_run: true, force: true } }, ['force']],
  ['/titles/movie/5', put({ rating: 5, colour: 'red' }), ['colour']],
] as [string, Request, string[]][]) {
  test(`${request.method ?? 'GET'} ${path} is refused with the name of what it does not know`, async (t) => {
    const { status, body } = await shared.call(path, request);
    t.is(status, 400);
    t.like(body, { code: 'invalid_request' });
    t.deepEqual(
      (body as { details: { path: string }[] }).details.map((detail) => detail.path),
      unknown,
    );
  });
}

test('the contract’s endpoints pass over what they do not know, as their clients may send more', async (t) => {
  const api = await runApi(t);
  for (const path of ['/progress?x=1', '/shows?x=1']) t.is((await api.call(path)).status, 200, path);
  const body = { episodes: [{ folder_name: 'a', file_name: 'e', mood: 'good' }], client: 'old' };
  t.is((await api.call('/sync?x=1', { method: 'POST', json: body })).status, 200);
});

const NAMED = (name: Buffer) =>
  Buffer.concat([Buffer.from('{"episodes":[{"folder_name":"'), name, Buffer.from('","file_name":"01"}]}')]);
const TEXTS: [claim: string, name: Buffer, status: number][] = [
  ['Shift-JIS', Buffer.from([0x93, 0xfa, 0x96, 0x7b, 0x8c, 0xea]), 400],
  ['Latin-1', Buffer.from('é', 'latin1'), 400],
  ['UTF-8 that breaks off within a character', Buffer.from('😀').subarray(0, 3), 400],
  ['UTF-8', Buffer.from('日本語'), 200],
  ['UTF-8 with a character that stands for lost ones', Buffer.from('\uFFFD'), 200],
];
for (const [claim, name, status] of TEXTS) {
  test(`a body in ${claim} gets ${status}, compressed or not`, async (t) => {
    const api = await runApi(t);
    const encodings = { '': (bytes: Buffer) => bytes, gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };
    for (const [encoding, compress] of Object.entries(encodings)) {
      const answer = await fetch(`${api.url}/sync`, {
        method: 'POST',
        headers: {
          authorization: ALICE,
          'content-type': 'application/json',
          ...(encoding && { 'content-encoding': encoding }),
        },
        body: new Uint8Array(compress(NAMED(name))),
      });
      t.is(answer.status, status, encoding);
      if (status === 400) t.like(await answer.json(), { code: 'not_utf8', message: 'The body is not UTF-8 text.' });
    }
    const { shows } = (await api.call('/shows')).body as { shows: unknown[] };
    t.is(shows.length, status === 200 ? 1 : 0);
  });
}

test('a query in other bytes than UTF-8 is refused, a lone percent sign is not', async (t) => {
  const api = await runApi(t);
  t.like(await api.call('/viewings?q=%93%fa'), { status: 400, body: { code: 'not_utf8' } });
  t.is((await api.call('/viewings?q=%E6%97%A5')).status, 200);
  t.is((await api.call('/viewings?q=100%')).status, 200);
});
