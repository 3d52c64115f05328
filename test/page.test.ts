import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { gunzipSync, brotliDecompressSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import Koa from 'koa';
import { page, type PageSettings } from '../api/middleware/page.ts';
import { bundlePage } from '../scripts/build-page.ts';
import { basic, call, PASSWORD, runApi } from './running-api.ts';

const files = await bundlePage();

test('the page weighs at most 60 kB gzipped, and asks for nothing from elsewhere', (t) => {
  const bytes = files.reduce((sum, { gzip }) => sum + Buffer.from(gzip, 'base64').length, 0);
  t.true(bytes > 5000 && bytes <= 60_000, `${bytes} bytes`);
  for (const { name, text } of files) {
    t.notRegex(text, /(?:href|src)="(?:\/|https?:)|url\(|@import|<script>|\sstyle="|\son\w+="/, name);
  }
});

for (const [accepted, expected] of [
  ['br, gzip', 'br'],
  ['gzip', 'gzip'],
  ['identity', null],
] as const) {
  test(`a file of the page goes out as ${expected ?? 'it is'} where ${accepted} is accepted, and once only`, async (t) => {
    const api = await runApi(t);
    for (const { name, text } of files) {
      const where = name === 'index.html' ? '/' : `/page/${name}`;
      const headers = { 'accept-encoding': accepted };
      const response = await fetch(api.url + where, { headers });
      t.is(response.status, 200);
      t.is(response.headers.get('content-encoding'), expected);
      t.is(await response.text(), text);
      t.is(
        response.headers.get('cache-control'),
        name === 'index.html' ? 'no-cache' : 'public, max-age=31536000, immutable',
      );
      const again = { ...headers, 'cache-control': 'max-age=0', 'if-none-match': response.headers.get('etag') ?? '' };
      t.is((await fetch(api.url + where, { headers: again })).status, 304);
    }
  });
}

test('compressed and plain, a file of the page is the same', (t) => {
  for (const { text, gzip, brotli } of files) {
    t.is(gunzipSync(Buffer.from(gzip, 'base64')).toString(), text);
    t.is(brotliDecompressSync(Buffer.from(brotli, 'base64')).toString(), text);
  }
});

for (const [method, where, status] of [
  ['POST', '/', 405],
  ['HEAD', '/', 200],
  ['DELETE', '/page/login', 405],
  ['GET', '/page/nothing.js', 404],
  ['GET', '/page/..%2F..%2Fpackage.json', 401],
  ['POST', '/page/login', 401],
] as const) {
  test(`${method} ${where} of the page is answered with ${status}`, async (t) => {
    const api = await runApi(t);
    t.is((await api.call(where, { method, authorization: null })).status, status);
  });
}

/** The page without an API. */
async function servePage(t: ExecutionContext, settings: PageSettings): Promise<string> {
  const app = new Koa().use(page(settings));
  app.silent = true;
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('where a gateway takes bodies for text, no file is compressed', async (t) => {
  const { status, headers } = await call(`${await servePage(t, { open: false, compress: false })}/`);
  t.is(status, 200);
  t.is(headers.get('content-encoding'), null);
});

test('the page asks for no login where the server asks for none', async (t) => {
  for (const open of [false, true]) {
    const { body } = await call(`${await servePage(t, { open, compress: true })}/page/login`);
    t.deepEqual(body, { login_needed: !open });
  }
});

test('the secret of the dashboard logs in once', async (t) => {
  const handOver = { secret: 'once', user: 'me', authorization: basic('me', PASSWORD) };
  const url = `${await servePage(t, { open: false, compress: true, handOver })}/page/login`;
  const ask = (secret: string) => call(url, { method: 'POST', authorization: `Bearer ${secret}` });
  t.not((await ask('other')).status, 200);
  t.deepEqual((await ask('once')).body, { user: 'me', authorization: handOver.authorization });
  t.not((await ask('once')).status, 200);
});
