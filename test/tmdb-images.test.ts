import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Fault } from '../lib/demo/fake-server.ts';
import { createFakeTmdb } from '../lib/demo/fake-tmdb.ts';
import { InvalidInputError } from '../lib/core/errors.ts';
import { contentTypeOf, imageUrl, parseImageName } from '../lib/tmdb/image-rules.ts';
import { createTmdbImages } from '../lib/tmdb/images-client.ts';
import { createTestTime, failure } from './provider-faults.ts';

const JPEG = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(5000, 7)]);
const IMAGE = { kind: 'posters', size: 'w500', basename: 'night-sea.jpg' } as const;

async function start(t: ExecutionContext, faults: (count: number) => Fault | undefined = () => undefined) {
  const images = { 'w500/night-sea.jpg': JPEG, 'w500/logo.svg': Buffer.from('<svg/>') };
  const fake = await createFakeTmdb({ images, faults: (_, count) => faults(count) });
  const directory = await mkdtemp(path.join(tmpdir(), 'immersion-images-'));
  t.teardown(async () => {
    await fake.close().catch(() => undefined);
    await rm(directory, { recursive: true });
  });
  const baseUrl = new URL('/t/p', fake.url).href;
  const time = createTestTime();
  const store = createTmdbImages({ directory, baseUrl, ...time });
  const files = async () => (await readdir(directory, { recursive: true })).filter((name) => name.includes('.'));
  return { fake, images: store, directory, files };
}

test('an image is downloaded once and then served from the disk', async (t) => {
  const { images, fake, directory } = await start(t);
  const answers = await Promise.all(Array.from({ length: 10 }, () => images.get(IMAGE)));
  const [first] = answers;
  t.is(first?.file, path.join(directory, 'posters', 'w500', 'night-sea.jpg'));
  t.is(first?.contentType, 'image/jpeg');
  t.is(first?.bytes, JPEG.length);
  t.deepEqual(await readFile(first?.file ?? ''), JPEG);
  t.is((await images.get(IMAGE))?.etag, first?.etag);
  await fake.close();
  t.truthy(await images.get(IMAGE));
  t.is(fake.requests.length, 1);
  t.is(fake.requests[0]?.headers.accept, 'image/*');
});

test('an image that TMDB does not have is undefined, and no file', async (t) => {
  const { images, files } = await start(t);
  t.is(await images.get({ ...IMAGE, basename: 'none.jpg' }), undefined);
  t.deepEqual(await files(), []);
});

const BROKEN: [what: string, fault: Fault][] = [
  ['a page of HTML', { body: '<html>Sign in</html>' }],
  [
    'fewer bytes than announced',
    { body: { short: true }, headers: { 'content-type': 'image/jpeg', 'content-length': '5000' } },
  ],
  ['nothing', { body: Buffer.alloc(0), headers: { 'content-type': 'image/jpeg' } }],
  ['an SVG under the name of a JPEG', { body: Buffer.from('<svg/>'), headers: { 'content-type': 'image/svg+xml' } }],
  ['a cut connection', { cut: true }],
  ['an outage', { status: 503, body: {} }],
];
for (const [what, fault] of BROKEN) {
  test(`${what} leaves no file, and the next time it is fetched again`, async (t) => {
    let broken = true;
    const { images, files } = await start(t, () => (broken ? fault : undefined));
    await t.throwsAsync(images.get(IMAGE), {
      name: 'ProviderError',
      message: /TMDB failed for the image night-sea.jpg/,
    });
    t.deepEqual(await files(), []);
    broken = false;
    t.is((await images.get(IMAGE))?.bytes, JPEG.length);
  });
}

const NAMES: [kind: string, size: string, basename: string][] = [
  ['posters', 'w500', '../../secret.jpg'],
  ['posters', 'w500', '..%2f..%2fsecret.jpg'],
  ['posters', 'w500', '%2e%2e.jpg'],
  ['posters', 'w500', '/etc/passwd.jpg'],
  ['posters', 'w500', 'C:\\secret.jpg'],
  ['posters', 'w500', '..\\secret.jpg'],
  ['posters', 'w500', 'a/b.jpg'],
  ['posters', 'w500', '.hidden.jpg'],
  ['posters', 'w500', 'a.jpg.exe'],
  ['posters', 'w500', 'a.gif'],
  ['posters', 'w500', 'a.jpg\n'],
  ['posters', 'w500', 'a\0.jpg'],
  ['posters', 'w500', ''],
  ['posters', 'w45', 'a.jpg'],
  ['posters', '..', 'a.jpg'],
  ['profiles', 'w500', 'a.jpg'],
  ['..', 'w500', 'a.jpg'],
  ['__proto__', 'w500', 'a.jpg'],
  ['constructor', 'length', 'a.jpg'],
];
test('a name that is no image of ours is refused before any file or request', async (t) => {
  const { images, fake, files } = await start(t);
  for (const [kind, size, basename] of NAMES) {
    const name = JSON.stringify([kind, size, basename]);
    t.throws(
      () => parseImageName({ kind, size, basename }),
      { instanceOf: InvalidInputError, code: 'invalid_image' },
      name,
    );
    await failure(t, images.get({ kind: kind as 'posters', size, basename }), { code: 'invalid_image', secrets: [] });
  }
  t.deepEqual(await files(), []);
  t.is(fake.requests.length, 0);
});

test('an image has its address at TMDB and its type by its name', (t) => {
  t.is(imageUrl('https://image.test/t/p', IMAGE), 'https://image.test/t/p/w500/night-sea.jpg');
  const types = ['a.jpg', 'a.jpeg', 'a.png', 'a.svg', 'a.webp'].map((basename) =>
    contentTypeOf({ ...IMAGE, basename }),
  );
  t.deepEqual(types, ['image/jpeg', 'image/jpeg', 'image/png', 'image/svg+xml', 'image/webp']);
});
