import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import type { FakeRequest, Fault } from '../lib/demo/fake-server.ts';
import type { ProviderHttpOptions } from '../lib/core/http/http.ts';
import { PacerFullError } from '../lib/core/http/pacer.ts';
import { createSharedPacer } from '../lib/recording/sources/shared-pacer.ts';
import { createTvmaze, createTvmazeHttp, TVMAZE_PACE } from '../lib/recording/sources/tvmaze.ts';
import { createSeriesSource } from '../lib/recording/sources/without-key.ts';
import { createSqliteStore } from '../lib/core/store/sqlite.ts';
import { createFakeTvmaze, type FakeTvmazeOptions, type FakeTvmazeShow } from './fakes/fake-tvmaze.ts';
import { createTestTime, failure, NOON, testFaults } from './provider-faults.ts';

const JAPAN = { name: 'Japan', code: 'JP', timezone: 'Asia/Tokyo' };
const FRIEREN: FakeTvmazeShow = {
  id: 66_885,
  name: "Frieren: Beyond Journey's End",
  thetvdb: 424_536,
  averageRuntime: 24,
  premiered: '2023-09-29',
  image: { medium: 'https://img.test/m.jpg', original: 'https://img.test/o.jpg' },
  summary: '<p><b>Frieren</b> is an elf &amp; a mage.<br/>She travels on.</p>',
  akas: [
    { name: 'Frieren, oltre la fine del viaggio', country: { name: 'Italy', code: 'IT', timezone: 'Europe/Rome' } },
    { name: '葬送のフリーレン', country: null },
    { name: 'Sousou no Frieren', country: JAPAN },
  ],
};
const UNLISTED: FakeTvmazeShow = { id: 7, name: 'Frieren Extras', averageRuntime: null };

async function start(
  t: ExecutionContext,
  { http, ...options }: FakeTvmazeOptions & { http?: ProviderHttpOptions } = {},
) {
  const fake = await createFakeTvmaze({ shows: [FRIEREN, UNLISTED], ...options });
  t.teardown(() => fake.close().catch(() => undefined));
  const time = createTestTime(http);
  const tvmaze = createTvmaze({ baseUrl: fake.url, ...time });
  const paths = () => fake.requests.map(({ path }) => path);
  return { fake, tvmaze, paths, ...time };
}

function storeFile(t: ExecutionContext): () => ReturnType<typeof createSqliteStore> {
  const folder = mkdtempSync(path.join(tmpdir(), 'immersion-pace-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return () => {
    const schema = { table: 'tracker', partitionKey: 'pk', sortKey: 'sk' };
    const store = createSqliteStore({ file: path.join(folder, 'immersion.sqlite'), schema });
    t.teardown(() => store.close());
    return store;
  };
}

test('a series is found by its TVDB id, with its average runtime in seconds', async (t) => {
  const { tvmaze, paths } = await start(t);
  t.deepEqual(await tvmaze.series(424_536), {
    tvdbId: 424_536,
    name: "Frieren: Beyond Journey's End",
    image: 'https://img.test/o.jpg',
    averageRuntimeSeconds: 1440,
  });
  t.deepEqual(paths(), ['/lookup/shows', '/shows/66885']);
});

test('a TVDB id that TVmaze does not know is undefined, whatever the 404 says besides', async (t) => {
  const { tvmaze } = await start(t);
  t.is(await tvmaze.series(1), undefined);
  for (const body of ['<html>Not found</html>', null, {}]) {
    const invalid = await start(t, { faults: () => ({ status: 404, body }) });
    t.is(await invalid.tvmaze.series(424_536), undefined);
  }
});

test('a search finds series by their further names and gives texts without HTML', async (t) => {
  const { tvmaze, fake } = await start(t);
  t.deepEqual(await tvmaze.searchSeries('Sousou no Frieren'), [
    {
      tvdbId: 424_536,
      name: "Frieren: Beyond Journey's End",
      originalName: '葬送のフリーレン',
      year: 2023,
      image: 'https://img.test/o.jpg',
      overview: 'Frieren is an elf & a mage. She travels on.',
      aliases: ['Frieren, oltre la fine del viaggio', '葬送のフリーレン', 'Sousou no Frieren'],
    },
  ]);
  t.is(fake.requests[0]?.query.get('q'), 'Sousou no Frieren');
});

test('a series that TVDB is not known to have is found without an id, and its missing image is none', async (t) => {
  const { tvmaze, paths } = await start(t);
  t.deepEqual(await tvmaze.searchSeries('frieren extras'), [
    { tvdbId: null, name: 'Frieren Extras', originalName: null, year: null, image: null, overview: null },
  ]);
  t.deepEqual(paths(), ['/search/shows'], 'names are not asked for what cannot be chosen');
});

test('an odd hit of a search at TVmaze is left out, and the others stay', async (t) => {
  const hit = (id: number, name: unknown) => ({ score: 0.9, show: { id, name, externals: { thetvdb: id } } });
  const { tvmaze } = await start(t, {
    faults: ({ path }) =>
      path === '/search/shows' ? { body: [hit(1, 'Rain'), hit(2, 7), null, { score: 1 }, hit(3, 'Rainy')] } : undefined,
  });
  const rest = { originalName: null, year: null, image: null, overview: null };
  t.deepEqual(await tvmaze.searchSeries('rain'), [
    { tvdbId: 1, name: 'Rain', ...rest },
    { tvdbId: 3, name: 'Rainy', ...rest },
  ]);
});

test('a hit with the very name is not asked for further names', async (t) => {
  const { tvmaze, paths } = await start(t);
  t.is((await tvmaze.searchSeries("FRIEREN: beyond journey's end")).length, 1);
  t.deepEqual(paths(), ['/search/shows']);
});

test('at most three hits are asked for further names, and a hit stays when that fails', async (t) => {
  const shows = [1, 2, 3, 4].map((id) => ({ id, name: `Show ${id}`, thetvdb: id }));
  const { tvmaze, paths } = await start(t, {
    shows,
    faults: ({ path }) =>
      path === '/shows/2/akas' ? { status: 404, body: {} } : path === '/shows/3/akas' ? { body: {} } : undefined,
  });
  t.deepEqual(
    (await tvmaze.searchSeries('show')).map(({ tvdbId, aliases }) => [tvdbId, aliases]),
    [
      [1, []],
      [2, []],
      [3, undefined],
      [4, undefined],
    ],
  );
  t.deepEqual(paths().toSorted(), ['/search/shows', '/shows/1/akas', '/shows/2/akas', '/shows/3/akas']);
});

test('seasons at TVmaze are counted from the episodes; an odd one is left out', async (t) => {
  const shows = [{ id: 1, name: 'Rain', thetvdb: 5, seasons: { 1: 12, 2: 13 } }];
  const { tvmaze, paths } = await start(t, { shows });
  t.deepEqual(await tvmaze.seasons(5), [
    { seasonNumber: 1, episodeCount: 12 },
    { seasonNumber: 2, episodeCount: 13 },
  ]);
  t.deepEqual(await tvmaze.seasons(6), []);
  t.deepEqual(paths(), ['/lookup/shows', '/shows/1', '/shows/1/episodes', '/lookup/shows']);
  const odd = await start(t, {
    shows,
    faults: ({ path }) => (/episodes/.test(path) ? { body: [{ season: 1 }, null, { season: '1' }] } : undefined),
  });
  t.deepEqual(await odd.tvmaze.seasons(5), [{ seasonNumber: 1, episodeCount: 1 }]);
});

test('what a search told is not asked again for the choice that follows, but is later', async (t) => {
  const { tvmaze, paths, clock } = await start(t);
  await tvmaze.searchSeries("Frieren: Beyond Journey's End");
  t.is((await tvmaze.series(424_536))?.averageRuntimeSeconds, 1440);
  t.deepEqual(paths(), ['/search/shows']);
  clock.advance(10 * 60_000);
  t.is((await tvmaze.series(424_536))?.averageRuntimeSeconds, 1440);
  t.deepEqual(paths(), ['/search/shows', '/lookup/shows', '/shows/66885']);
});

const redirects: [what: string, location: (fake: string) => string | undefined, answered: boolean][] = [
  ['on the host, relative', () => '/shows/66885', true],
  ['on the host, absolute', (url) => `${url}/shows/66885`, true],
  ['on the host, by another protocol', (url) => `${url.replace('http:', 'https:')}/shows/66885`, true],
  ['to another host', () => 'http://127.0.0.1:9/shows/66885', false],
  ['to another port', (url) => `${url}0/shows/66885`, false],
  ['to no web address', () => 'file:///etc/passwd', false],
  ['to nowhere', () => undefined, false],
  ['in circles', () => '/lookup/shows?thetvdb=424536', false],
];
for (const [what, location, answered] of redirects) {
  test(`a redirect ${what} is ${answered ? 'followed' : 'refused'}`, async (t) => {
    const rig: { url?: string } = {};
    const { tvmaze, fake, paths } = await start(t, {
      faults: ({ path }) => {
        if (path !== '/lookup/shows') return undefined;
        const to = location(rig.url ?? '');
        return { status: 302, body: '<html>Found</html>', ...(to !== undefined && { headers: { location: to } }) };
      },
    });
    rig.url = fake.url;
    if (answered) {
      t.is((await tvmaze.series(424_536))?.tvdbId, 424_536);
      return;
    }
    const error = await failure(t, tvmaze.series(424_536), {
      code: 'tvmaze_bad_answer',
      secrets: ['passwd', '127.0.0.1:9'],
    });
    t.regex(error.message, /redirect/);
    t.true(paths().length <= 4);
  });
}

const cut = (_: FakeRequest, count: number): Fault | undefined =>
  count === 1 ? { body: Buffer.from('[{"score": 0.9, "show": {"id"') } : undefined;
test('broken JSON is an error, not an empty search', async (t) => {
  const { tvmaze } = await start(t, { faults: cut });
  await failure(t, tvmaze.searchSeries('x'), { code: 'tvmaze_bad_answer', secrets: [] });
});

test('a 429 that does not say how long is waited for five seconds', async (t) => {
  const fake = await createFakeTvmaze({
    shows: [FRIEREN],
    faults: (_, count) => (count === 1 ? { status: 429, body: '' } : undefined),
  });
  t.teardown(() => fake.close());
  const { clock, sleeps } = createTestTime();
  const sleep = async (milliseconds: number) => {
    sleeps.push(milliseconds);
    clock.advance(milliseconds);
  };
  const http = createTvmazeHttp({ clock, sleep, store: storeFile(t)() });
  t.is((await createTvmaze({ baseUrl: fake.url, clock, http }).series(424_536))?.tvdbId, 424_536);
  t.deepEqual(sleeps, [5000]);
});

for (const [seconds, sleeps] of [
  [12, [12_000]],
  [31, []],
] as [number, number[]][]) {
  test(`a Retry-After of ${seconds} seconds is ${sleeps.length > 0 ? 'sat out' : 'named at once'}`, async (t) => {
    const fake = await createFakeTvmaze({
      shows: [FRIEREN],
      faults: (_, count) =>
        count === 1 ? { status: 429, headers: { 'retry-after': String(seconds) }, body: {} } : undefined,
    });
    t.teardown(() => fake.close());
    const time = createTestTime();
    const sleep = async (milliseconds: number) => {
      time.sleeps.push(milliseconds);
      time.clock.advance(milliseconds);
    };
    const http = createTvmazeHttp({ clock: time.clock, sleep, store: storeFile(t)() });
    const tvmaze = createTvmaze({ baseUrl: fake.url, clock: time.clock, http });
    if (sleeps.length > 0) t.is((await tvmaze.searchSeries('frieren')).length, 1);
    else {
      const error = await failure(t, tvmaze.searchSeries('frieren'), { code: 'tvmaze_rate_limited', secrets: [] });
      t.regex(error.message, /retry after 2026-11-21T12:00:31Z/);
      t.is(error.retryAfterSeconds, 31);
    }
    t.deepEqual(time.sleeps, sleeps);
  });
}

test('two processes together start at most 20 calls in any 10 seconds, and refuse what would wait above 30', async (t) => {
  const open = storeFile(t);
  const starts: number[] = [];
  // Time is stopped: a call's start is known when it sleeps.
  const sleep = (milliseconds: number) => new Promise<void>(() => starts.push(milliseconds));
  const pacers = [open(), open()].map((store) =>
    createSharedPacer({ store, name: 'TVMAZE', clock: { now: () => NOON }, sleep, ...TVMAZE_PACE }),
  );
  let refused = 0;
  const settled = Array.from({ length: 40 }, () => pacers)
    .flat()
    .map((pacer) =>
      pacer.wait().then(
        () => starts.push(0),
        (error: unknown) => {
          t.true(error instanceof PacerFullError);
          refused += 1;
        },
      ),
    );
  while (starts.length + refused < settled.length) await delay(5);
  starts.sort((a, b) => a - b);
  t.true(starts.length > 40 && refused > 0, `${starts.length} started`);
  t.true((starts.at(-1) ?? Infinity) <= 30_000);
  for (const [index, start] of starts.entries()) t.true((starts[index + 20] ?? Infinity) - start > 10_000);
});

test('a process whose calls TVmaze sees waits for those of another', async (t) => {
  const open = storeFile(t);
  const arrivals: number[] = [];
  const fake = await createFakeTvmaze({ faults: () => (arrivals.push(Date.now()), undefined) });
  t.teardown(() => fake.close());
  const clock = { now: () => Date.now() };
  const window = { starts: 5, milliseconds: 500 };
  const began = Date.now();
  const processes = [open(), open()].map((store) =>
    createTvmaze({ baseUrl: fake.url, clock, http: createTvmazeHttp({ clock, store, window }) }),
  );
  await Promise.all(
    Array.from({ length: 6 }, () => processes)
      .flat()
      .map((tvmaze) => tvmaze.searchSeries('x')),
  );
  t.is(arrivals.length, 12);
  // Processes that don't share would finish within one window instead of two.
  t.true((arrivals[10] ?? 0) - began >= 2 * window.milliseconds);
});

test('who would wait longer than 30 seconds hears until when instead', async (t) => {
  const store = storeFile(t)();
  let now = NOON;
  const clock = { now: () => now };
  const waited: number[] = [];
  const sleep = async (milliseconds: number) => void waited.push(milliseconds);
  const window = { starts: 1, milliseconds: 20_000 };
  const fake = await createFakeTvmaze();
  t.teardown(() => fake.close());
  const tvmaze = () =>
    createTvmaze({ baseUrl: fake.url, clock, http: createTvmazeHttp({ clock, sleep, store, window }) });
  await tvmaze().searchSeries('a');
  const pacer = createSharedPacer({
    store,
    name: 'TVMAZE',
    clock,
    window,
    longestWaitMs: 30_000,
    sleep: async (milliseconds) => void (now += milliseconds),
  });
  await pacer.wait();
  t.is(now - NOON, 20_000);
  now = NOON;
  const error = await failure(t, tvmaze().searchSeries('b'), { code: 'tvmaze_rate_limited', secrets: [] });
  t.regex(error.message, /retry after 2026-11-21T12:00:40Z/);
  t.is(error.retryAfterSeconds, 40);
  t.deepEqual([waited, fake.requests.length], [[], 1]);
  now = NOON + 60_000;
  t.deepEqual(await tvmaze().searchSeries('c'), []);
});

test('TVDB is asked with a key, TVmaze without one', async (t) => {
  const source = (name: string) => ({
    series: async (tvdbId: number) => ({ tvdbId, name, image: null, averageRuntimeSeconds: null }),
    searchSeries: async () => [],
    seasons: async () => [],
    idByImdb: async () => undefined,
  });
  const keys = [true, false];
  const series = createSeriesSource([
    { provider: 'tvdb', source: source('TVDB'), hasKey: async () => keys.shift() ?? false },
    { provider: 'tvmaze', source: source('TVmaze') },
  ]);
  t.deepEqual([(await series.series(1))?.name, (await series.series(1))?.name], ['TVDB', 'TVmaze']);
});

testFaults(test, {
  provider: 'tvmaze',
  secrets: [],
  async start(t, faults, http) {
    const rig = await start(t, { faults: (_, count) => faults(count), ...(http && { http }) });
    return { ...rig, call: () => rig.tvmaze.series(424_536) };
  },
});
