import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { Fault, FakeRequest } from '../lib/demo/fake-server.ts';
import { startImports } from './imports-rig.ts';
import { agoIso, DAY_MS, filmsAt, ids, movieWatched } from './trakt-entries.ts';

const SECRETS = /(?:access|refresh|device|code)-[0-9a-f]{8}-|tmdb-key-of|client-secret-of/;

/** A careless provider that echoes everything. */
const mirrored = ({ path: where, query, headers, body }: FakeRequest): string =>
  `<html>${where}?${query.toString()} ${JSON.stringify(headers)} ${body}</html>`;

test('no token, code or key is in an answer, a log line or a file, whatever goes wrong', async (t) => {
  let fault: ((request: FakeRequest) => Fault | undefined) | undefined;
  const faults = (request: FakeRequest) => fault?.(request);
  const api = await startImports(t, {
    trakt: { movieHistory: ids(3).map((id) => movieWatched(id, agoIso(DAY_MS))), faults },
    tmdb: { movies: filmsAt(ids(3)), faults },
  });
  const said: string[] = [];
  const call = async (method: string, where: string, json?: unknown): Promise<unknown> => {
    const answer = await api.call(where, { method, ...(json === undefined ? {} : { json }) });
    said.push(`${method} ${where} ${answer.text} ${JSON.stringify([...answer.headers])}`);
    return answer.body;
  };
  const everything = async () => {
    const { url, state } = (await call('POST', '/trakt/authorize')) as { url: string; state: string };
    await call('POST', '/trakt/exchange', { code: api.trakt.allow(url), state });
    const { device_id: id = '', user_code: userCode = '' } = (await call('POST', '/trakt/device')) as Record<
      string,
      string
    >;
    await call('POST', `/trakt/device/${id}/poll`);
    api.trakt.decide(userCode, 'approved');
    await call('POST', `/trakt/device/${id}/poll`);
    for (const kind of ['trakt_preview', 'trakt_import', 'trakt_sync']) {
      const { run_id: run } = (await call('POST', '/runs', { kind })) as { run_id: string };
      await call('POST', `/runs/${run}/advance`);
      await call('POST', `/runs/${run}/cancel`);
    }
    await call('GET', '/runs');
    await call('GET', '/trakt/status');
    await call('GET', '/tmdb/search?query=film');
    await call('GET', '/tmdb/movies/1000');
    await call('GET', '/tmdb/health');
    await call('PUT', '/titles/movie/1002', { rating: 4 });
    await call('GET', '/export');
    api.clock.advance(6.8 * DAY_MS);
  };
  await everything();
  const broken: [what: string, fault: (request: FakeRequest) => Fault][] = [
    ['a refusal', (request) => ({ status: 403, body: mirrored(request) })],
    [
      'a wrong request',
      (request) => ({ status: 400, body: { error: mirrored(request), error_description: mirrored(request) } }),
    ],
    ['an outage', (request) => ({ status: 500, body: mirrored(request) })],
    ['a page instead of an answer', (request) => ({ status: 200, body: mirrored(request) })],
    [
      'a redirect',
      (request) => ({ status: 302, headers: { location: `/elsewhere?${encodeURIComponent(mirrored(request))}` } }),
    ],
    ['a cut connection', () => ({ cut: true })],
    ['a login that has ended', () => ({ status: 401, body: '' })],
  ];
  for (const [, what] of broken) {
    fault = what;
    await everything();
    fault = undefined;
    await everything();
  }
  await call('DELETE', '/trakt/connection');

  t.true(said.length > 200);
  t.deepEqual(
    said.filter((text) => SECRETS.test(text)),
    [],
  );
  t.deepEqual(
    api.logLines.filter((line) => SECRETS.test(line)),
    [],
  );
  const requests = JSON.stringify(
    [...api.trakt.requests, ...api.tmdb.requests].map(({ headers, body }) => [headers, body]),
  );
  for (const kind of ['access-', 'refresh-', 'device-', 'code-', 'client-secret-of'])
    t.true(requests.includes(kind), kind);
  const data = api.environment.IMMERSION_DATA_DIR;
  for (const file of await readdir(data)) {
    t.notRegex(await readFile(path.join(data, file), 'latin1'), SECRETS, file);
  }
});
