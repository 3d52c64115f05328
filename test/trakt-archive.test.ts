import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import test, { type ExecutionContext } from 'ava';
import { array, assert, asyncProperty, integer, jsonValue } from 'fast-check';
import { jsonArray } from '../lib/core/terminal/json-array.ts';
import { type ArchiveEntry, type ArchiveLimits, readTraktArchive } from '../lib/imports/sources/trakt-export.ts';
import { ImmersionError } from '../lib/core/errors.ts';
import { parseJson } from '../lib/core/json-rules.ts';
import { zip, type ZipPart } from './zip.ts';

const WATCHED_AT = '2026-11-20T20:00:00.000Z';
const watched = (id: number) => ({
  id,
  watched_at: WATCHED_AT,
  action: 'watch',
  type: 'movie',
  movie: {
    title: `Film ${id}`,
    year: 2020,
    ids: { trakt: id, slug: `film-${id}`, imdb: null, tmdb: 1000 + id, plex: { guid: 'x' } },
  },
});
const part = (name: string, ...entries: unknown[]): ZipPart => ({ name, content: JSON.stringify(entries) });

async function read(t: ExecutionContext, archive: Buffer, limits?: ArchiveLimits): Promise<ArchiveEntry[]> {
  const directory = await mkdtemp(path.join(tmpdir(), 'immersion-zip-'));
  t.teardown(() => rm(directory, { recursive: true }));
  const file = path.join(directory, 'export.zip');
  await writeFile(file, archive);
  return Array.fromAsync(readTraktArchive(file, limits));
}

const told = (entries: readonly ArchiveEntry[]) =>
  entries.map((entry) => `${entry.list} ${'event' in entry ? entry.event.title.title : entry.skipped.reason}`);

test('history, ratings and watchlist of an export are read in order, and the aggregates are not', async (t) => {
  const movie = watched(1).movie;
  const archive = zip([
    part('lists-watchlist.json', { rank: 1, id: 4, listed_at: WATCHED_AT, type: 'movie', movie }),
    part('watched-history-10.json', watched(10)),
    part('watched-history-2.json', watched(2), watched(3)),
    part('watched-movies.json', { plays: 3, last_watched_at: WATCHED_AT, movie }),
    part('watched-shows.json', { plays: 3 }),
    part(
      'ratings-movies.json',
      { rated_at: WATCHED_AT, rating: 10, type: 'movie', movie },
      { rated_at: WATCHED_AT, rating: 11, type: 'movie', movie },
    ),
    part('ratings-comments.json', { rating: 1 }),
    part('lists-lists.json', { name: 'Mine' }),
    part('lists-list-9-mine.json', { type: 'movie', movie }),
    part('user-settings.json', { secret: true }),
  ]);
  t.deepEqual(told(await read(t, archive)), [
    'history Film 2',
    'history Film 3',
    'history Film 10',
    'ratings Film 1',
    'ratings invalid_rating',
    'watchlist Film 1',
  ]);
});

test('an archive with everything in a folder is read, without what macOS puts beside it', async (t) => {
  const archive = zip([
    part('trakt-hana/watched-history-1.json', watched(1)),
    part('__MACOSX/trakt-hana/._watched-history-1.json'),
  ]);
  t.deepEqual(told(await read(t, archive)), ['history Film 1']);
});

test('ids of 64 bits keep their digits', async (t) => {
  const content = JSON.stringify([watched(1)]).replace('"id":1,', '"id":9223372036854775807,');
  const [entry] = await read(t, zip([{ name: 'watched-history-1.json', content }]));
  t.true(
    entry && 'event' in entry && entry.event.kind === 'movie_watched' && entry.event.eventId === '9223372036854775807',
  );
});

test('an entry that is no JSON is skipped and the rest goes on', async (t) => {
  const content = `\n[${JSON.stringify(watched(1))}, {"id": nonsense}, ${JSON.stringify(watched(2))}]\n`;
  t.deepEqual(told(await read(t, zip([{ name: 'watched-history-1.json', content }]))), [
    'history Film 1',
    'history malformed',
    'history Film 2',
  ]);
});

const HISTORY = part('watched-history-1.json', watched(1));
const bomb = 'x'.repeat(5_000_000);
const REFUSED: { what: string; archive: Buffer; code: string; limits?: ArchiveLimits }[] = [
  {
    what: 'a name that leads out of the archive',
    archive: zip([HISTORY, part('../../evil.json')]),
    code: 'archive_unsafe_name',
  },
  { what: 'an absolute name', archive: zip([HISTORY, part('/etc/evil.json')]), code: 'archive_unsafe_name' },
  { what: 'a drive letter', archive: zip([HISTORY, part('C:/evil.json')]), code: 'archive_unsafe_name' },
  { what: 'a backslash in a name', archive: zip([HISTORY, part('..\\evil.json')]), code: 'archive_unsafe_name' },
  {
    what: 'more unpacked bytes than allowed',
    archive: zip([HISTORY, part('ratings-movies.json', bomb)]),
    code: 'archive_too_large',
    limits: { maximumBytes: 1_000_000 },
  },
  {
    what: 'more unpacked bytes than it says',
    archive: zip([{ ...part('watched-history-1.json', bomb), claimed: { bytes: 10 } }]),
    code: 'archive_damaged',
    limits: { maximumBytes: 1_000_000 },
  },
  { what: 'an entry without end', archive: zip([part('watched-history-1.json', bomb)]), code: 'archive_damaged' },
  {
    what: 'too many files',
    archive: zip([HISTORY, HISTORY, HISTORY]),
    code: 'archive_too_large',
    limits: { maximumFiles: 2 },
  },
  { what: 'a wrong sum', archive: zip([{ ...HISTORY, claimed: { crc: 1 } }]), code: 'archive_damaged' },
  { what: 'an encrypted list', archive: zip([{ ...HISTORY, claimed: { flags: 1 } }]), code: 'archive_damaged' },
  {
    what: 'a list that ends in the middle',
    archive: zip([{ name: 'watched-history-1.json', content: '[{"id": 1' }]),
    code: 'archive_damaged',
  },
  {
    what: 'a list that is an object',
    archive: zip([{ name: 'watched-history-1.json', content: '{"id": 1}' }]),
    code: 'archive_damaged',
  },
  {
    what: 'bytes that are no UTF-8',
    archive: zip([{ name: 'watched-history-1.json', content: Buffer.from([0x5b, 0xff, 0x5d]) }]),
    code: 'archive_damaged',
  },
  { what: 'nothing of Trakt', archive: zip([part('photos.json')]), code: 'archive_empty' },
  { what: 'no archive', archive: Buffer.from('hello'), code: 'archive_not_zip' },
  { what: 'half an archive', archive: zip([HISTORY]).subarray(0, 100), code: 'archive_not_zip' },
  { what: 'nothing', archive: Buffer.alloc(0), code: 'archive_not_zip' },
];
for (const { what, archive, code, limits } of REFUSED) {
  test(`a file with ${what} is refused`, async (t) => {
    const error = await t.throwsAsync(read(t, archive, limits), { instanceOf: ImmersionError });
    t.is(error.code, code, error.message);
    t.regex(error.message, /export\.zip/);
  });
}

test('names and sizes are looked at before the first entry comes', async (t) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'immersion-zip-'));
  t.teardown(() => rm(directory, { recursive: true }));
  const file = path.join(directory, 'export.zip');
  await writeFile(file, zip([HISTORY, part('../evil.json')]));
  const first = readTraktArchive(file).next();
  await t.throwsAsync(first, { code: 'archive_unsafe_name' });
});

test('a file that is not there is named', async (t) => {
  await t.throwsAsync(Array.fromAsync(readTraktArchive('/nowhere/export.zip')), {
    code: 'archive_unreadable',
    message: /\/nowhere\/export\.zip cannot be read \(ENOENT\)/,
  });
});

test('100,000 viewings are read without holding them', async (t) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'immersion-zip-'));
  t.teardown(() => rm(directory, { recursive: true }));
  const file = path.join(directory, 'export.zip');
  const parts = Array.from({ length: 10 }, (_, index) =>
    part(
      `watched-history-${index + 1}.json`,
      ...Array.from({ length: 10_000 }, (__, entry) => watched(index * 10_000 + entry)),
    ),
  );
  await writeFile(file, zip(parts));
  const code = `
    const { parentPort } = require('node:worker_threads');
    import(${JSON.stringify(new URL('../lib/imports/sources/trakt-export.ts', import.meta.url).href)}).then(async (archive) => {
      let count = 0;
      for await (const entry of archive.readTraktArchive(${JSON.stringify(file)})) count += 'event' in entry ? 1 : 0;
      parentPort.postMessage(count);
    });`;
  // A worker that may hold no more than a tenth of them ends with an error when it does.
  const worker = new Worker(code, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 24 } });
  const [count] = (await once(worker, 'message')) as [number];
  t.is(count, 100_000);
});

test('any array is read as JSON.parse reads it, wherever its text is cut', async (t) => {
  await assert(
    asyncProperty(array(jsonValue(), { maxLength: 6 }), integer({ min: 1, max: 7 }), async (values, size) => {
      const bytes = Buffer.from(JSON.stringify(values, null, 1));
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      );
      const elements = await Array.fromAsync(jsonArray(from(chunks)));
      t.deepEqual(
        elements.map((element) => element?.value),
        parseJson(bytes.toString()) as unknown[],
      );
    }),
  );
});

async function* from(chunks: readonly Buffer[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
