import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
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

const sample = (name: string) => readFileSync(new URL(`data/zips/${name}.zip`, import.meta.url));
const HISTORY = part('watched-history-1.json', watched(1));
const bomb = 'x'.repeat(5_000_000);
const REFUSED: { what: string; archive: Buffer; code: string; limits?: ArchiveLimits; says?: RegExp }[] = [
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
  // As other programs make them.
  ...['password', 'aes'].map((name) => ({
    what: `a list that is encrypted (${name}.zip)`,
    archive: sample(name),
    code: 'archive_encrypted',
    says: /watched-history-1\.json needs a password/,
  })),
  ...(
    [
      ['Deflate64', zip([{ ...HISTORY, claimed: { method: 9 } }])],
      ['bzip2', sample('bzip2')],
      ['LZMA', sample('lzma')],
      ['Zstandard', zip([{ ...HISTORY, claimed: { method: 93 } }])],
    ] as const
  ).map(([name, archive]) => ({
    what: `a list that is packed with ${name}`,
    archive,
    code: 'archive_compression_unsupported',
    says: new RegExp(`watched-history-1\\.json is compressed with ${name}`),
  })),
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
  {
    what: 'a million entries in two kilobytes',
    archive: zip([{ name: 'watched-history-1.json', content: `[${'{},'.repeat(999_999)}{}]` }]),
    code: 'archive_too_large',
    says: /holds over 10000 unreadable entries/,
  },
  {
    what: 'more entries than anybody has watched',
    archive: zip([part('watched-history-1.json', ...Array.from({ length: 30 }, () => watched(1)))]),
    code: 'archive_too_large',
    limits: { maximumEntries: 29 },
  },
  { what: 'nothing of Trakt', archive: zip([part('photos.json')]), code: 'archive_empty' },
  { what: 'no archive', archive: Buffer.from('hello'), code: 'archive_not_zip' },
  { what: 'half an archive', archive: zip([HISTORY]).subarray(0, 100), code: 'archive_not_zip' },
  { what: 'nothing', archive: Buffer.alloc(0), code: 'archive_not_zip' },
];
for (const { what, archive, code, limits, says } of REFUSED) {
  test(`a file with ${what} is refused`, async (t) => {
    const error = await t.throwsAsync(read(t, archive, limits), { instanceOf: ImmersionError });
    t.is(error.code, code, error.message);
    t.regex(error.message, /export\.zip/);
    if (says) t.regex(error.message, says);
  });
}

/** Reads an archive in a process of its own. Returns what it added to that process’s memory, and its CPU time. */
async function costOf(
  t: ExecutionContext,
  archive: Buffer,
): Promise<{ megabytes: number; milliseconds: number; code: string }> {
  const directory = await mkdtemp(path.join(tmpdir(), 'immersion-zip-'));
  t.teardown(() => rm(directory, { recursive: true }));
  const file = path.join(directory, 'export.zip');
  await writeFile(file, archive);
  const script = `
    import { readTraktArchive } from '${new URL('../lib/imports/sources/trakt-export.ts', import.meta.url).href}';
    const kilobytes = process.resourceUsage().maxRSS;
    const cpu = process.cpuUsage();
    const error = await Array.fromAsync(readTraktArchive(process.argv[1])).catch((error) => error);
    const { user, system } = process.cpuUsage(cpu);
    const megabytes = (process.resourceUsage().maxRSS - kilobytes) / 1024;
    console.log(JSON.stringify({ megabytes, milliseconds: (user + system) / 1000, code: error.code }));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script, file]);
  return JSON.parse(stdout) as { megabytes: number; milliseconds: number; code: string };
}

test('a million entries in two kilobytes cost as little time and memory as the few that are looked at', async (t) => {
  const entries = (count: number) => zip([{ name: 'watched-history-1.json', content: `[${'{},'.repeat(count)}{}]` }]);
  const [few, many] = [entries(10_100), entries(1_000_000)];
  t.true(many.length < 8000, `${many.length} bytes`);
  const costs = { few: Infinity, many: Infinity, megabytes: Infinity };
  for (let round = 0; round < 3; round++) {
    const [cheap, dear] = [await costOf(t, few), await costOf(t, many)];
    t.deepEqual([cheap.code, dear.code], ['archive_too_large', 'archive_too_large']);
    costs.few = Math.min(costs.few, cheap.milliseconds);
    costs.many = Math.min(costs.many, dear.milliseconds);
    costs.megabytes = Math.min(costs.megabytes, dear.megabytes);
  }
  // Unbounded, it took 451 MB and a hundred times as long.
  t.true(costs.megabytes < 80, JSON.stringify(costs));
  t.true(costs.many < 4 * costs.few, JSON.stringify(costs));
});

/** Writes an archive's files to a temporary folder. Returns the folder. */
async function unpacked(t: ExecutionContext, parts: readonly ZipPart[]): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'immersion-zip-'));
  t.teardown(() => rm(directory, { recursive: true }));
  for (const { name, content } of parts) {
    const file = path.join(directory, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  return directory;
}

test('an export that is unpacked to a folder is read like its ZIP', async (t) => {
  const parts = [
    part('trakt-hana/watched-history-2.json', watched(2)),
    part('trakt-hana/watched-history-1.json', watched(1)),
    part('trakt-hana/lists-watchlist.json', { listed_at: WATCHED_AT, type: 'movie', movie: watched(3).movie }),
    part('trakt-hana/__MACOSX/._watched-history-1.json'),
    part('trakt-hana/._watched-history-1.json'),
    { name: 'trakt-hana/.DS_Store', content: 'x' },
  ];
  const folder = await unpacked(t, parts);
  const entries = await Array.fromAsync(readTraktArchive(folder));
  t.deepEqual(told(entries), ['history Film 1', 'history Film 2', 'watchlist Film 3']);
  t.deepEqual(told(entries), told(await read(t, zip(parts))));
});

test('a folder without an export, and one with too many files, are refused', async (t) => {
  const folder = await unpacked(t, [part('notes.json'), part('more.json')]);
  await t.throwsAsync(Array.fromAsync(readTraktArchive(folder)), { code: 'archive_empty' });
  await t.throwsAsync(Array.fromAsync(readTraktArchive(folder, { maximumFiles: 1 })), { code: 'archive_too_large' });
});

const SINGLE: [name: string, content: string, expected: string[]][] = [
  ['watched-history-3.json', JSON.stringify([watched(1)]), ['history Film 1']],
  ['my history (1).json', `\uFEFF${JSON.stringify([watched(1)])}`, ['history Film 1']],
  ['r.json', JSON.stringify([{ rating: 7, type: 'movie', movie: watched(1).movie }]), ['ratings Film 1']],
  ['w.json', JSON.stringify([{ listed_at: WATCHED_AT, type: 'movie', movie: watched(1).movie }]), ['watchlist Film 1']],
];
for (const [name, content, expected] of SINGLE) {
  test(`a single file is read: ${name}`, async (t) => {
    const folder = await unpacked(t, [{ name, content }]);
    t.deepEqual(told(await Array.fromAsync(readTraktArchive(path.join(folder, name)))), expected);
    t.deepEqual(await lacking(path.join(folder, name)), []);
  });
}
const UTF_16: [string, (text: string) => Buffer][] = [
  ['little end first', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ['big end first', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
];
for (const [order, encoded] of UTF_16) {
  test(`an export that an editor saved in UTF-16 is read: ${order}`, async (t) => {
    const films = Array.from({ length: 1000 }, (_, index) => watched(index));
    films[999] = { ...watched(999), movie: { ...watched(999).movie, title: '千と千尋の神隠し🎞' } };
    const content = encoded(JSON.stringify(films));
    const name = 'watched-history-1.json';
    const folder = await unpacked(t, [{ name, content }]);
    for (const place of [folder, path.join(folder, name)]) {
      const titles = told(await Array.fromAsync(readTraktArchive(place)));
      t.deepEqual([titles.length, titles[998], titles[999]], [1000, 'history Film 998', 'history 千と千尋の神隠し🎞']);
    }
    t.is((await read(t, zip([{ name, content }]))).length, 1000);
  });
}

for (const content of ['{"a": 1}', '[1]', '[]', JSON.stringify([{ plays: 3, movie: {} }])]) {
  test(`a single file that is no list of an export is refused: ${content}`, async (t) => {
    const folder = await unpacked(t, [{ name: 'x.json', content }]);
    const error = await t.throwsAsync(Array.fromAsync(readTraktArchive(path.join(folder, 'x.json'))));
    t.true(error instanceof ImmersionError, String(error));
  });
}

test('names with backslashes are read', async (t) => {
  t.deepEqual(told(await read(t, zip([part('trakt\\watched-history-1.json', watched(1))]))), ['history Film 1']);
});

test('shows that were dropped are read, what is hidden elsewhere is not', async (t) => {
  const show = { title: 'Harbour', year: 2020, ids: { trakt: 5, tmdb: 77 } };
  const hidden = { hidden_at: WATCHED_AT, type: 'show', show };
  const entries = await read(
    t,
    zip([
      HISTORY,
      part('hidden-dropped.json', hidden),
      part('hidden-calendar.json', hidden),
      part('hidden-progress-watched.json', hidden),
    ]),
  );
  t.deepEqual(told(entries), ['history Film 1', 'dropped Harbour']);
});

/** What an export says that it lacks. */
async function lacking(file: string): Promise<string[]> {
  const entries = readTraktArchive(file);
  for (;;) {
    const next = await entries.next();
    if (next.done) return next.value.map(({ list, reason }) => `${list} ${reason}`);
  }
}

const episode = (id: number) => ({
  id,
  watched_at: WATCHED_AT,
  type: 'episode',
  episode: { season: 1, number: id, ids: { trakt: id } },
  show: { title: 'Harbour', year: 2020, ids: { trakt: 5, tmdb: 77 } },
});
const sum = (plays: number) => ({ plays, movie: watched(1).movie });
const BOTH = (reason: string) => [`movies ${reason}`, `episodes ${reason}`];
const PARTIAL: { what: string; parts: ZipPart[]; expected: string[] }[] = [
  {
    what: 'everything',
    parts: [part('watched-history-1.json', watched(1)), part('watched-movies.json', sum(1))],
    expected: [],
  },
  { what: 'a history without a number', parts: [part('watched-history.json', watched(1))], expected: [] },
  {
    what: 'pages from 0',
    parts: [part('watched-history-0.json', watched(1)), part('watched-history-1.json', watched(2))],
    expected: [],
  },
  {
    what: 'pages 1 and 3 without 2',
    parts: [HISTORY, part('watched-history-3.json', watched(3))],
    expected: BOTH('missing_pages'),
  },
  { what: 'page 2 without 1', parts: [part('watched-history-2.json', watched(3))], expected: BOTH('missing_pages') },
  {
    what: 'a gap in the ratings',
    parts: [HISTORY, part('ratings-movies-2.json')],
    expected: ['ratings missing_pages'],
  },
  {
    what: 'an error after 2 of 12 pages',
    parts: [
      HISTORY,
      { name: '_errors.json', content: '[{"file":"watched-history","fetchedPages":2,"totalPages":12}]' },
    ],
    expected: BOTH('partial_export'),
  },
  {
    what: 'errors by list, one of which came whole, one of which is not imported',
    parts: [
      HISTORY,
      {
        name: '_errors.json',
        content:
          '{"ratings-movies":{"fetchedPages":1,"totalPages":3},"watched-history":{"fetchedPages":3,"totalPages":3},"collection-movies":{"fetchedPages":0,"totalPages":3}}',
      },
    ],
    expected: ['ratings partial_export'],
  },
  {
    what: 'an error that names nothing',
    parts: [HISTORY, { name: '_errors.json', content: '{"fetchedPages":2,"totalPages":12}' }],
    expected: BOTH('partial_export'),
  },
  {
    what: 'an error in words',
    parts: [HISTORY, { name: '_errors.json', content: '["lists-watchlist: timed out"]' }],
    expected: ['watchlist partial_export'],
  },
  { what: 'no errors', parts: [HISTORY, { name: '_errors.json', content: '[]' }], expected: [] },
  { what: 'an empty file of errors', parts: [HISTORY, { name: '_errors.json', content: '' }], expected: [] },
  {
    what: 'errors that end early',
    parts: [HISTORY, { name: '_errors.json', content: '[{"file":' }],
    expected: BOTH('partial_export'),
  },
  { what: 'no history', parts: [part('ratings-movies.json')], expected: BOTH('no_history') },
  {
    what: 'no history where films are summed up',
    parts: [part('ratings-movies.json'), part('watched-movies.json', sum(1))],
    expected: ['movies missing_plays'],
  },
  {
    what: 'a film with fewer plays than summed up',
    parts: [part('watched-history-1.json', watched(1), episode(1)), part('watched-movies.json', sum(2))],
    expected: ['movies missing_plays'],
  },
  {
    what: 'a series with fewer plays than summed up',
    parts: [
      part('watched-history-1.json', watched(1), episode(1)),
      part('watched-shows.json', { plays: 2, show: episode(1).show }),
    ],
    expected: ['episodes missing_plays'],
  },
  {
    what: 'fewer plays than the statistics count',
    parts: [HISTORY, { name: 'user-stats.json', content: '{"movies":{"plays":1},"episodes":{"plays":4}}' }],
    expected: ['episodes missing_plays'],
  },
  {
    what: 'sums that cannot be read',
    parts: [HISTORY, { name: 'user-stats.json', content: 'x' }, { name: 'watched-movies.json', content: '{}' }],
    expected: [],
  },
];
for (const { what, parts, expected } of PARTIAL) {
  test(`an export says what it lacks: ${what}`, async (t) => {
    const folder = await unpacked(t, [{ name: 'export.zip', content: zip(parts) }]);
    t.deepEqual(await lacking(path.join(folder, 'export.zip')), expected);
    t.deepEqual(await lacking(await unpacked(t, parts)), expected);
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
    message: /^No such file: \/nowhere\/export\.zip$/,
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
  // A worker with memory for a tenth of them fails if it holds more.
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
