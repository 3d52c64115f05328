import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import test from 'ava';
import { startImports } from './imports-rig.ts';

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

/** Not by `fetch`, which says itself that it wants no cached answer where it is given a tag. */
async function statusOf(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const [response] = (await once(get(url, { headers }), 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}
