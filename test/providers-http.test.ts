import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { createProviderHttp, type ProviderRequest } from '../lib/core/http/http.ts';
import { createTestTime, failure } from './provider-faults.ts';

const REQUEST: Omit<ProviderRequest, 'url'> = { provider: { code: 'acme', name: 'Acme' }, subject: 'thing 7' };

async function listen(t: ExecutionContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a request says who asks and takes JSON', async (t) => {
  const host = await listen(t, ({ headers, url }, response) => response.end(JSON.stringify({ headers, url })));
  const http = createProviderHttp({ userAgent: 'immersion/1.2.3' });
  const { body } = await http.request({ ...REQUEST, url: `http://${host}/things`, query: { name: 'a&b=c 星' } });
  const { headers, url } = body as { headers: Record<string, string>; url: string };
  t.is(headers['user-agent'], 'immersion/1.2.3');
  t.is(headers['accept'], 'application/json');
  t.is(new URL(url, 'http://x').searchParams.get('name'), 'a&b=c 星');
});

test('a password in the base URL and the query are not in the error', async (t) => {
  const host = await listen(t, (_, response) => response.writeHead(500).end());
  const { http } = createTestTime();
  const url = `http://someone:pass-word@${host}/v1/things`;
  const promise = http.request({ ...REQUEST, url, query: { key: 'query-key' } });
  const error = await failure(t, promise, { code: 'acme_unavailable', secrets: ['pass-word', 'someone', 'query-key'] });
  t.is(error.message, `Acme failed for thing 7: status 500 (GET http://${host}/v1/things, 3 attempts).`);
  t.deepEqual(error.suggestions, ['Acme is having problems. Try again later.']);
});

test('a key with a character that no header may hold is an error without that key', async (t) => {
  const host = await listen(t, (_, response) => response.end('{}'));
  const { http } = createTestTime({ retries: 0 });
  const headers = { authorization: 'Bearer schlüssel-鍵' };
  const promise = http.request({ ...REQUEST, url: `http://${host}/`, headers });
  await failure(t, promise, { code: 'acme_unavailable', secrets: ['schlüssel', '鍵'] });
});

test('POST is sent once, whatever happens', async (t) => {
  let calls = 0;
  const host = await listen(t, (_, response) => {
    calls += 1;
    response.writeHead(429, { 'retry-after': '1' }).end('{}');
  });
  const { http, sleeps } = createTestTime();
  const promise = http.request({ ...REQUEST, method: 'POST', url: `http://${host}/`, json: { a: 1 } });
  const error = await failure(t, promise, { code: 'acme_rate_limited', secrets: [] });
  t.is(error.retryAfterSeconds, 1);
  t.deepEqual([calls, sleeps], [1, []]);
});

test('no attempt begins after the time for the whole request is over', async (t) => {
  let calls = 0;
  const host = await listen(t, (_, response) => {
    calls += 1;
    response.writeHead(503, { 'retry-after': '9' }).end();
  });
  const { http, sleeps } = createTestTime({ totalMs: 15_000, retries: 5 });
  await failure(t, http.request({ ...REQUEST, url: `http://${host}/` }), { code: 'acme_unavailable', secrets: [] });
  t.deepEqual([calls, sleeps], [2, [9000]]);
});

for (const header of ['soon', '-5', '']) {
  test(`a Retry-After of “${header}” counts as none`, async (t) => {
    const host = await listen(t, (_, response) => response.writeHead(429, { 'retry-after': header }).end('{}'));
    const { http, sleeps } = createTestTime();
    await failure(t, http.request({ ...REQUEST, url: `http://${host}/` }), { code: 'acme_rate_limited', secrets: [] });
    t.deepEqual(sleeps, [500, 1000]);
  });
}

test('a small zipped answer that unpacks to a huge one is cut off', async (t) => {
  const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024, ' '));
  const host = await listen(t, (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
  const { http } = createTestTime();
  const error = await failure(t, http.request({ ...REQUEST, url: `http://${host}/` }), {
    code: 'acme_bad_answer',
    secrets: [],
  });
  t.is(error.message, 'Acme failed for thing 7: the response is larger than 10485760 bytes.');
});

test('an answer that is cut in the middle is asked for again', async (t) => {
  let calls = 0;
  const host = await listen(t, (_, response) => {
    calls += 1;
    if (calls > 1) {
      response.end('{"whole":true}');
    } else {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{"whole":', () => response.destroy());
    }
  });
  const { http } = createTestTime();
  t.deepEqual((await http.request({ ...REQUEST, url: `http://${host}/` })).body, { whole: true });
});

test('a caller can call off its own request while it waits to ask again', async (t) => {
  const host = await listen(t, (_, response) => response.writeHead(503, { 'retry-after': '9' }).end());
  const stop = new AbortController();
  const http = createProviderHttp({
    sleep: (_, signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new Error('woken')));
        stop.abort();
      }),
  });
  const promise = http.request({ ...REQUEST, url: `http://${host}/`, signal: stop.signal });
  await failure(t, promise, { code: 'acme_aborted', secrets: [] });
});

test('a request that was called off before it began is not sent', async (t) => {
  let calls = 0;
  const host = await listen(t, (_, response) => {
    calls += 1;
    response.end('{}');
  });
  const promise = createProviderHttp().request({ ...REQUEST, url: `http://${host}/`, signal: AbortSignal.abort() });
  await failure(t, promise, { code: 'acme_aborted', secrets: [] });
  t.is(calls, 0);
});

test('an id of 64 bits keeps its digits, other numbers stay numbers', async (t) => {
  const host = await listen(t, (_, response) =>
    response.end('{"id": 9223372036854775807, "small": 12, "price": 1.5, "text": "9223372036854775807"}'),
  );
  const { http } = createTestTime();
  const { body } = await http.request({ ...REQUEST, url: `http://${host}/` });
  t.deepEqual(body, { id: '9223372036854775807', small: 12, price: 1.5, text: '9223372036854775807' });
});

test('a status with a meaning of its own has it whatever the body is', async (t) => {
  const provider = { ...REQUEST.provider, statusFaults: { 403: { what: 'forbidden', reason: 'it does not know us' } } };
  for (const body of ['<html><script>alert(1)</script></html>', '', '{"error":"x"}']) {
    const host = await listen(t, (_, response) => response.writeHead(403).end(body));
    const { http } = createTestTime();
    const promise = http.request({ ...REQUEST, provider, url: `http://${host}/things` });
    const error = await failure(t, promise, { code: 'acme_forbidden', secrets: ['alert', 'html'] });
    t.is(error.message, `Acme failed for thing 7: it does not know us (GET http://${host}/things).`);
  }
});

test('pauses after failures are stretched by up to half', async (t) => {
  const host = await listen(t, (_, response) => response.writeHead(500).end());
  const { http, sleeps } = createTestTime({ jitter: () => 0.5 });
  await failure(t, http.request({ ...REQUEST, url: `http://${host}/` }), { code: 'acme_unavailable', secrets: [] });
  t.deepEqual(sleeps, [625, 1250]);
});
