import { once } from 'node:events';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import test from 'ava';
import { createPerson, PASSWORD, startServer } from './cli-process.ts';
import { startImports } from './imports-rig.ts';
import { basic, call } from './running-api.ts';
import { NOON } from './trakt-entries.ts';

test.serial('images outside of their names are refused, and one that is there is served with its tag', async (t) => {
  const api = await startImports(t, {
    loggedOut: true,
    tmdb: { images: { 'w185/night-sea.jpg': Buffer.from('an image') } },
  });
  for (const strange of [
    '/images/posters/w185/..%2f..%2fimmersion.sqlite',
    '/images/posters/w185/%2e%2e',
    '/images/posters/w185/%2Fetc%2Fpasswd',
    '/images/posters/w1/night-sea.jpg',
    '/images/posters/w185/night-sea.jpg/more',
    '/images/posters',
    '/images/..%2f/w185/night-sea.jpg',
    '/images/posters/w185/night-sea.exe',
  ]) {
    t.like(await api.call(strange), { status: 400 }, strange);
  }
  t.is(api.tmdb.requests.length, 0);
  const image = await api.call('/images/posters/w185/night-sea.jpg');
  t.like(image, { status: 200, text: 'an image' });
  const etag = image.headers.get('etag') ?? '';
  t.is(await statusOf(`${api.url}/images/posters/w185/night-sea.jpg`, { 'If-None-Match': etag }), 304);
  t.is((await api.call('/images/posters/w185/missing.jpg')).status, 404);
});

test.serial(
  'of a download whose process was killed nothing is served; the next one brings the whole image',
  async (t) => {
    const whole = Buffer.alloc(200_000, 'an image ');
    const arrives = Promise.withResolvers<void>();
    const provider = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': whole.length });
      response.write(whole.subarray(0, 150_000), () => arrives.resolve());
    });
    await once(provider.listen(0, '127.0.0.1'), 'listening');
    t.teardown(() => provider.close().closeAllConnections());
    const hanging = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/t/p`;
    const api = await startImports(t, { loggedOut: true, tmdb: { images: { 'w185/night-sea.jpg': whole } } });
    const environment = { ...api.environment, IMMERSION_TRACKER_TMDB_IMAGE_BASE_URL: hanging };
    const server = await startServer(t, createPerson(t, environment));
    const where = '/images/posters/w185/night-sea.jpg';
    const cut = call(server.url + where, { authorization: basic('me', PASSWORD) });
    await arrives.promise;
    server.child.kill('SIGKILL');
    await t.throwsAsync(cut);

    const folder = path.join(api.environment.IMMERSION_DATA_DIR, 'images/posters/w185');
    await mkdir(folder, { recursive: true });
    t.deepEqual(await readdir(folder), []);
    // Left by a process killed while writing, long ago and just now.
    await writeFile(path.join(folder, '.old.part'), whole.subarray(0, 1000));
    await utimes(path.join(folder, '.old.part'), NOON / 1000 - 7200, NOON / 1000 - 7200);
    await writeFile(path.join(folder, '.new.part'), whole.subarray(0, 1000));
    await utimes(path.join(folder, '.new.part'), NOON / 1000 - 60, NOON / 1000 - 60);
    const image = await api.call(where);
    t.like(image, { status: 200, text: whole.toString() });
    t.deepEqual((await readdir(folder)).toSorted(), ['.new.part', 'night-sea.jpg']);
    t.is((await api.call('/images/posters/w185/.new.part')).status, 400);
  },
);

/** Not `fetch`, which disables caching if given a tag. */
async function statusOf(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const [response] = (await once(get(url, { headers }), 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}
