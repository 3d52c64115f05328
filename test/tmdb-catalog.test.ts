import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { FakeRequest, Fault } from '../lib/demo/fake-server.ts';
import { createFakeTmdb, type FakeTmdbOptions } from '../lib/demo/fake-tmdb.ts';
import { cachePlaces } from '../lib/tmdb/cache-rules.ts';
import { createTmdb } from '../lib/tmdb/tmdb-client.ts';
import { createTmdbHttp, createTmdbRequest } from '../lib/tmdb/request-client.ts';
import { createTmdbCache } from '../lib/tmdb/cache-service.ts';
import { createTmdbCatalog } from '../lib/tmdb/catalog-service.ts';
import { trackerSchema } from '../lib/viewings/record-items.ts';
import { createSqliteStore } from '../lib/core/store/sqlite.ts';
import { failure, NOON } from './provider-faults.ts';
import { testAgainstDescription } from './provider-judge.ts';

const KEY = '0123456789abcdef-tmdb';
const HOUR = 3_600_000;
const SEA: FakeTmdbOptions = {
  movies: [
    {
      id: 550,
      title: 'The Night Sea',
      originalTitle: '夜の海',
      runtime: 118,
      releaseDate: '2019-08-02',
      posterPath: '/night-sea.jpg',
      overview: 'Two sisters row out to a light.',
      imdbId: 'tt0000550',
      collectionId: 7,
      cast: [[31, 'Aoi']],
    },
  ],
  series: [
    {
      id: 77,
      name: 'Harbour',
      originalName: '港',
      tvdbId: 8800,
      runtime: 24,
      seasons: { 0: ['2020-12-01'], 1: ['2021-04-01', null] },
      cast: [[31, 'Umi']],
    },
  ],
  people: [{ id: 31, name: 'Mori Hana', biography: 'An actor.' }],
  collections: [{ id: 7, name: 'The Sea Collection' }],
};

const judged: FakeRequest[] = [];

async function start(
  t: ExecutionContext,
  {
    faults,
    retries,
    ...options
  }: Omit<FakeTmdbOptions, 'faults'> & { faults?: (count: number) => Fault | undefined; retries?: number } = {},
) {
  const fake = await createFakeTmdb({ ...SEA, ...options, ...(faults && { faults: (_, count) => faults(count) }) });
  const directory = await mkdtemp(path.join(tmpdir(), 'immersion-tmdb-'));
  let now = NOON;
  const sleeps: number[] = [];
  const clock = { now: () => now, advance: (milliseconds: number) => void (now += milliseconds) };
  const sleep = async (milliseconds: number) => {
    sleeps.push(milliseconds);
    clock.advance(milliseconds);
  };
  const http = createTmdbHttp({
    clock,
    sleep,
    intervalMs: 250,
    jitter: () => 0,
    ...(retries !== undefined && { retries }),
  });
  const store = createSqliteStore({ file: path.join(directory, 'store.sqlite'), schema: trackerSchema('tracker') });
  const tmdb = createTmdb({
    request: createTmdbRequest({ secret: async () => ({ apiKey: KEY }), baseUrl: fake.url, clock, http }),
  });
  const cache = createTmdbCache({ store, clock });
  t.teardown(async () => {
    judged.push(...fake.requests);
    await fake.close().catch(() => undefined);
    await store.close();
    await rm(directory, { recursive: true });
  });
  return { fake, tmdb, cache, catalog: createTmdbCatalog({ tmdb, cache }), clock, sleeps, store };
}

test.serial('a film has its details, cast and collection', async (t) => {
  const { catalog } = await start(t);
  t.deepEqual(await catalog.movie(550), {
    stale: false,
    value: {
      tmdbId: 550,
      imdbId: 'tt0000550',
      title: 'The Night Sea',
      originalTitle: '夜の海',
      tagline: null,
      releaseDate: '2019-08-02',
      runtimeMinutes: 118,
      overview: 'Two sisters row out to a light.',
      posterPath: '/night-sea.jpg',
      backdropPath: null,
      genres: ['Drama'],
      originalLanguage: null,
      voteAverage: null,
      voteCount: null,
      collection: { collectionId: 7, name: 'The Sea Collection', posterPath: null },
      cast: [{ personId: 31, name: 'Mori Hana', character: 'Aoi', profilePath: null }],
      crew: [],
    },
  });
});

test.serial('a series has its seasons and its TVDB id, a season its episodes', async (t) => {
  const { catalog } = await start(t);
  const series = (await catalog.series(77))?.value;
  t.is(series?.tvdbId, 8800);
  t.is(series?.originalName, '港');
  t.is(series?.episodeRuntimeMinutes, 24);
  t.is(series?.numberOfEpisodes, 2);
  t.deepEqual(
    series?.seasons.map(({ seasonNumber, episodeCount, airDate }) => [seasonNumber, episodeCount, airDate]),
    [
      [0, 1, '2020-12-01'],
      [1, 2, '2021-04-01'],
    ],
  );
  const season = (await catalog.season({ seriesId: 77, seasonNumber: 1 }))?.value;
  t.deepEqual(
    season?.episodes.map(({ episodeNumber, airDate }) => [episodeNumber, airDate]),
    [
      [1, '2021-04-01'],
      [2, null],
    ],
  );
});

test.serial('people, collections, credits and trends are there too', async (t) => {
  const { catalog } = await start(t);
  const person = (await catalog.person(31))?.value;
  t.is(person?.biography, 'An actor.');
  t.deepEqual(
    person?.cast.map(({ type, title, year, character }) => [type, title, year, character]),
    [
      ['movie', 'The Night Sea', 2019, 'Aoi'],
      ['tv', 'Harbour', 2021, 'Umi'],
    ],
  );
  t.deepEqual((await catalog.personCredits(31))?.value, { cast: person?.cast, crew: [] });
  t.deepEqual((await catalog.movieCredits(550))?.value.cast[0]?.character, 'Aoi');
  t.deepEqual((await catalog.seriesCredits(77))?.value.cast[0]?.character, 'Umi');
  t.is((await catalog.collection(7))?.value.parts[0]?.title, 'The Night Sea');
  t.is((await catalog.trending('movie')).value.results[0]?.type, 'movie');
  t.is((await catalog.trending('tv')).value.results[0]?.title, 'Harbour');
});

test.serial('a search finds films, series or all with people', async (t) => {
  const { catalog } = await start(t);
  const titles = async (kind: 'movie' | 'tv' | 'multi', query: string) =>
    (await catalog.search(kind, query)).value.results.map(({ type, title }) => `${type} ${title}`);
  t.deepEqual(await titles('movie', 'sea'), ['movie The Night Sea']);
  t.deepEqual(await titles('tv', 'harb'), ['tv Harbour']);
  t.deepEqual(await titles('multi', 'a'), ['movie The Night Sea', 'tv Harbour', 'person Mori Hana']);
});

test.serial('twenty at once ask once; again within 24 hours asks nobody; after that once', async (t) => {
  const { catalog, fake, clock } = await start(t);
  const answers = await Promise.all(Array.from({ length: 20 }, () => catalog.movie(550)));
  t.is(new Set(answers.map((answer) => answer?.value.title)).size, 1);
  t.is(fake.requests.length, 1);
  clock.advance(24 * HOUR - 1000);
  await catalog.movie(550);
  t.is(fake.requests.length, 1);
  clock.advance(1000);
  await catalog.movie(550);
  t.is(fake.requests.length, 2);
});

test.serial(
  'one that gives up does not take the answer from the others, and when all do the request ends',
  async (t) => {
    const { catalog, fake } = await start(t, { faults: () => ({ delayMs: 100 }) });
    const impatient = new AbortController();
    const first = catalog.movie(550, { signal: impatient.signal });
    const second = catalog.movie(550);
    impatient.abort(new Error('gave up'));
    await t.throwsAsync(first, { message: 'gave up' });
    t.is((await second)?.value.tmdbId, 550);

    const all = new AbortController();
    const alone = catalog.series(77, { signal: all.signal });
    all.abort(new Error('gave up'));
    await t.throwsAsync(alone, { message: 'gave up' });
    t.is((await catalog.series(77))?.value.tmdbId, 77);
    t.true(fake.requests.length <= 3);
  },
);

test.serial('an answer with status 200 and broken JSON is not cached and not asked for again', async (t) => {
  const faults: Fault[] = [{ body: '{"id": 550, ' }, { body: { id: 'none' } }];
  const { catalog, fake } = await start(t, { faults: (count) => faults[count - 1] });
  await failure(t, catalog.movie(550), { code: 'tmdb_bad_answer', secrets: [KEY] });
  await failure(t, catalog.movie(550), { code: 'tmdb_bad_answer', secrets: [KEY] });
  t.is(fake.requests.length, 2);
  t.is((await catalog.movie(550))?.value.title, 'The Night Sea');
});

for (const fault of [{ cut: true }, { status: 503, body: {} }] satisfies Fault[]) {
  test.serial(
    `with TMDB failing by ${JSON.stringify(fault)} an expired answer stands in, marked stale, for seven days`,
    async (t) => {
      let down = false;
      const { catalog, clock } = await start(t, { faults: () => (down ? fault : undefined) });
      const fresh = await catalog.movie(550);
      down = true;
      clock.advance(25 * HOUR);
      t.deepEqual(await catalog.movie(550), { value: fresh?.value, stale: true });
      clock.advance(7 * 24 * HOUR);
      await failure(t, catalog.movie(550), { code: 'tmdb_unavailable', secrets: [KEY] });
    },
  );
}

test.serial('an expired answer does not hide a refused key', async (t) => {
  let refused = false;
  const { catalog, clock } = await start(t, { faults: () => (refused ? { status: 401, body: {} } : undefined) });
  await catalog.movie(550);
  refused = true;
  clock.advance(25 * HOUR);
  await failure(t, catalog.movie(550), { code: 'tmdb_key_refused', secrets: [KEY] });
});

test.serial('a search that fails is an error and not an empty list', async (t) => {
  const { catalog } = await start(t, { faults: () => ({ status: 500, body: {} }) });
  await failure(t, catalog.search('movie', 'sea'), { code: 'tmdb_unavailable', secrets: [KEY] });
});

test.serial(
  'that there is no such film is remembered for an hour, that nothing was found for ten minutes',
  async (t) => {
    const { catalog, fake, clock } = await start(t);
    t.is(await catalog.movie(1), undefined);
    t.is(await catalog.movie(1), undefined);
    t.deepEqual((await catalog.search('movie', 'nothing')).value.results, []);
    await catalog.search('movie', 'nothing');
    t.is(fake.requests.length, 2);
    clock.advance(10 * 60_000);
    await catalog.search('movie', 'nothing');
    t.is(await catalog.movie(1), undefined);
    t.is(fake.requests.length, 3);
    clock.advance(HOUR);
    t.is(await catalog.movie(1), undefined);
    t.is(fake.requests.length, 4);
  },
);

test.serial('a blank query asks nobody', async (t) => {
  const { catalog, fake } = await start(t);
  t.deepEqual((await catalog.search('multi', ' \u3000 ')).value.results, []);
  t.is(fake.requests.length, 0);
});

test.serial('the same words are one entry, however they are spaced, cased or composed', async (t) => {
  const { catalog, fake } = await start(t);
  await catalog.search('movie', 'Café  Sea');
  await catalog.search('movie', ' cafe\u0301 sea ');
  t.is(fake.requests.length, 1);
  t.is(fake.requests[0]?.query.get('query'), 'Café Sea');
});

const KEYS: [key: string, place: { key: string }][] = [
  ['search:movie:night sea', cachePlaces.search('movie', ' Night  SEA ')],
  ['search:tv:夜', cachePlaces.search('tv', '夜')],
  ['search:multi:sea@ja-JP#p2', cachePlaces.search('multi', 'sea', { language: 'ja-JP', page: 2 })],
  ['search:multi:sea%40ja-jp%23p2', cachePlaces.search('multi', 'sea@ja-JP#p2')],
  ['movie:550', cachePlaces.movie(550, { language: 'en-US', page: 1 })],
  ['movie:550@de-DE', cachePlaces.movie(550, { language: 'de-DE' })],
  ['movie:550:credits', cachePlaces.movieCredits(550)],
  ['tv:77', cachePlaces.series(77)],
  ['tv:77:credits', cachePlaces.seriesCredits(77)],
  ['tv:77:season:0', cachePlaces.season(77, 0)],
  ['person:31', cachePlaces.person(31)],
  ['person:31:credits', cachePlaces.personCredits(31)],
  ['collection:7', cachePlaces.collection(7)],
  ['trending:movie', cachePlaces.trending('movie')],
  ['trending:tv#p3', cachePlaces.trending('tv', { page: 3 })],
];
for (const [key, place] of KEYS) test(`“${key}” is a key of the cache`, (t) => t.is(place.key, key));

test('searches and trends live an hour, films and series a day, people and collections a week', (t) => {
  const hours = (place: { lifetimeSeconds: number }) => place.lifetimeSeconds / 3600;
  t.deepEqual([cachePlaces.search('movie', 'x'), cachePlaces.trending('tv')].map(hours), [1, 1]);
  const day = [
    cachePlaces.movie(1),
    cachePlaces.movieCredits(1),
    cachePlaces.series(1),
    cachePlaces.seriesCredits(1),
    cachePlaces.season(1, 1),
  ];
  t.deepEqual(day.map(hours), [24, 24, 24, 24, 24]);
  const week = [cachePlaces.person(1), cachePlaces.personCredits(1), cachePlaces.collection(1)];
  t.deepEqual(week.map(hours), [168, 168, 168]);
});

test.serial('another language and another page are asked for and kept apart', async (t) => {
  const { catalog, fake } = await start(t);
  await catalog.movie(550);
  await catalog.movie(550, { language: 'ja-JP' });
  await catalog.search('movie', 'sea', { page: 2 });
  t.deepEqual(
    fake.requests.map(({ query }) => [query.get('language'), query.get('page')]),
    [
      [null, null],
      ['ja-JP', null],
      [null, '2'],
    ],
  );
});

test.serial('an answer too large for the cache is given and asked for each time', async (t) => {
  const movies = [{ id: 1, title: 'Long', overview: 'x'.repeat(380 * 1024) }];
  const { catalog, fake, cache } = await start(t, { movies });
  t.is((await catalog.movie(1))?.value.title, 'Long');
  t.is((await catalog.movie(1))?.value.title, 'Long');
  t.is(fake.requests.length, 2);
  t.is((await cache.statistics()).entries, 0);
});

test.serial('statistics and clearing are exact, and need no key', async (t) => {
  const { catalog, cache, clock } = await start(t);
  const kept = [await catalog.movie(550), await catalog.series(77), await catalog.search('movie', 'sea')];
  await catalog.movie(1);
  clock.advance(2 * HOUR);
  const bytes = kept.map((answer) => Buffer.byteLength(JSON.stringify(answer?.value)));
  const [movie = 0, series = 0, search = 0] = bytes;
  t.deepEqual(await cache.statistics(), {
    entries: 4,
    expired: 2,
    bytes: movie + series + search,
    byKind: {
      movie: { entries: 2, expired: 1, bytes: movie },
      tv: { entries: 1, expired: 0, bytes: series },
      search: { entries: 1, expired: 1, bytes: search },
    },
  });
  t.is(await cache.clear('expired'), 2);
  t.is(await cache.clear('expired'), 0);
  t.is((await cache.statistics()).entries, 2);
  t.is(await cache.clear(), 2);
  t.deepEqual(await cache.statistics(), { entries: 0, expired: 0, bytes: 0, byKind: {} });
});

test.serial('answers that may be written later are known at once and written together', async (t) => {
  const { catalog, cache, fake, store } = await start(t);
  await catalog.movie(550, { writeLater: true });
  await catalog.series(77, { writeLater: true });
  t.is((await catalog.movie(550))?.value.title, 'The Night Sea');
  t.is(fake.requests.length, 2);
  let transactions = 0;
  const counted = createTmdbCache({
    store: { ...store, transact: (writes) => ((transactions += 1), store.transact(writes)) },
    clock: { now: () => NOON },
  });
  for (let id = 1; id <= 150; id += 1)
    await counted.read(cachePlaces.movie(id), async () => ({ id }), { writeLater: true });
  await counted.flush();
  t.is(transactions, 2);
  await cache.flush();
  t.is((await cache.statistics()).entries, 152);
});

test.serial('requests start at least 250 ms apart, and cached titles cost none', async (t) => {
  const movies = Array.from({ length: 20 }, (_, index) => ({ id: index + 1, title: `Film ${index + 1}` }));
  const { catalog, clock, fake } = await start(t, { movies });
  await Promise.all(movies.map(({ id }) => catalog.movie(id)));
  t.is(clock.now() - NOON, 19 * 250);
  await Promise.all(movies.map(({ id }) => catalog.movie(id)));
  t.is(clock.now() - NOON, 19 * 250);
  t.is(fake.requests.length, 20);
});

test.serial(
  'a 429 without a time is waited for one second, one with a time for as long, and given up after three',
  async (t) => {
    const once = await start(t, { faults: (count) => (count === 1 ? { status: 429, body: {} } : undefined) });
    await once.catalog.movie(550);
    t.deepEqual(once.sleeps, [1000]);
    const told = await start(t, {
      faults: (count) => (count === 1 ? { status: 429, headers: { 'retry-after': '25' }, body: {} } : undefined),
    });
    await told.catalog.movie(550);
    t.deepEqual(told.sleeps, [25_000]);
    const always = await start(t, { faults: () => ({ status: 429, headers: { 'retry-after': '7' }, body: {} }) });
    const error = await failure(t, always.catalog.movie(550), { code: 'tmdb_rate_limited', secrets: [KEY] });
    t.is(always.fake.requests.length, 3);
    t.is(error.retryAfterSeconds, 7);
  },
);

test.serial('health asks TMDB each time', async (t) => {
  const { catalog, fake } = await start(t);
  await catalog.health();
  await catalog.health();
  t.deepEqual(
    fake.requests.map(({ path }) => path),
    ['/3/configuration', '/3/configuration'],
  );
});

test.serial('the key is in no error', async (t) => {
  const { catalog } = await start(t, { apiKey: 'another' });
  await failure(t, catalog.search('movie', 'sea'), { code: 'tmdb_key_refused', secrets: [KEY] });
});

testAgainstDescription(test, {
  by: import.meta.filename,
  file: 'tmdb-v3.mock.openapi.json',
  requests: judged,
  atLeast: 60,
});
