import test from 'ava';
import { startImports, type ImportsOptions, testImportsAgainstDescriptions, type Judged } from './imports-rig.ts';
import { DAY_MS } from './trakt-entries.ts';

const judged: Judged = { trakt: [], tmdb: [] };
const CATALOGUE: NonNullable<ImportsOptions['tmdb']> = {
  movies: [
    {
      id: 550,
      title: '夜の海',
      runtime: 139,
      releaseDate: '1999-10-15',
      posterPath: '/night-sea.jpg',
      collectionId: 10,
      cast: [[7, 'The captain']],
    },
    { id: 551, title: 'Day', runtime: null, releaseDate: null },
  ],
  series: [{ id: 1396, name: 'Café', tvdbId: 81_189, runtime: 24, seasons: { 1: ['2020-01-01', null] } }],
  people: [{ id: 7, name: '海野 花' }],
  collections: [{ id: 10, name: 'Seas' }],
};

const ANSWERS: [where: string, body: Record<string, unknown>][] = [
  [
    '/tmdb/search?query=夜の海',
    { page: 1, total_results: 1, results: [{ type: 'movie', tmdb_id: 550, title: '夜の海', year: 1999 }] },
  ],
  ['/tmdb/search?query=caf&type=tv&page=1&language=ja-JP', { results: [{ type: 'tv', tmdb_id: 1396 }] }],
  ['/tmdb/search?query=nothing', { results: [], total_results: 0 }],
  ['/tmdb/movies/550', { tmdb_id: 550, title: '夜の海', runtime_minutes: 139, release_date: '1999-10-15' }],
  ['/tmdb/movies/550?language=ja', { tmdb_id: 550 }],
  ['/tmdb/movies/551', { tmdb_id: 551, runtime_minutes: null, release_date: null }],
  ['/tmdb/tv/1396', { tmdb_id: 1396, tvdb_id: 81_189, seasons: [{ season_number: 1, episode_count: 2 }] }],
  [
    '/tmdb/tv/1396/seasons/1',
    {
      season_number: 1,
      episodes: [
        { episode_number: 1, air_date: '2020-01-01' },
        { episode_number: 2, air_date: null },
      ],
    },
  ],
  [
    '/tmdb/people/7',
    { person_id: 7, name: '海野 花', cast: [{ type: 'movie', tmdb_id: 550, character: 'The captain' }] },
  ],
  ['/tmdb/collections/10', { collection_id: 10, name: 'Seas', parts: [{ tmdb_id: 550 }] }],
  ['/tmdb/trending/movie', { results: [{ tmdb_id: 550 }, { tmdb_id: 551 }] }],
  ['/tmdb/trending/tv', { results: [{ tmdb_id: 1396 }] }],
];

test.serial(
  'search, films, series, seasons, people, collections and trends are asked for once and then kept',
  async (t) => {
    const api = await startImports(t, { judged, loggedOut: true, tmdb: CATALOGUE });
    for (const [where, body] of ANSWERS)
      t.like(await api.call(where), { status: 200, body: { ...body, stale: false } }, where);
    t.is(api.tmdb.requests.length, ANSWERS.length);
    for (const [where, body] of ANSWERS) t.like(await api.call(where), { status: 200, body }, where);
    t.is(api.tmdb.requests.length, ANSWERS.length);
  },
);

test.serial('what TMDB does not have, and what is no question, are told apart', async (t) => {
  const api = await startImports(t, { judged, loggedOut: true, tmdb: CATALOGUE });
  for (const where of [
    '/tmdb/movies/1',
    '/tmdb/tv/1',
    '/tmdb/tv/1396/seasons/9',
    '/tmdb/people/1',
    '/tmdb/collections/1',
  ]) {
    t.like(await api.call(where), { status: 404, body: { code: 'tmdb_not_found' } }, where);
  }
  const asked = api.tmdb.requests.length;
  for (const where of [
    '/tmdb/search',
    '/tmdb/search?query=x&type=person',
    '/tmdb/search?query=x&page=0',
    '/tmdb/search?query=x&page=501',
    '/tmdb/search?query=x&language=japanese',
    '/tmdb/movies/0',
    '/tmdb/movies/one',
    '/tmdb/movies/99999999999',
    '/tmdb/tv/1396/seasons/-1',
    '/tmdb/trending/person',
  ]) {
    t.like(await api.call(where), { status: 400, body: { code: 'invalid_request' } }, where);
  }
  t.is(api.tmdb.requests.length, asked);
});

test.serial(
  'twenty at once ask once, again within a day nobody, after it once; with TMDB down the old one is marked',
  async (t) => {
    let isDown = false;
    const api = await startImports(t, {
      judged,
      loggedOut: true,
      tmdb: { ...CATALOGUE, faults: () => (isDown ? { status: 503, body: {} } : undefined) },
    });
    const film = async () => api.call('/tmdb/movies/550');
    const answers = await Promise.all(Array.from({ length: 20 }, film));
    t.true(answers.every(({ status }) => status === 200));
    t.is(api.tmdb.requests.length, 1);
    api.clock.advance(DAY_MS - 60_000);
    await film();
    t.is(api.tmdb.requests.length, 1);
    api.clock.advance(61_000);
    t.like(await film(), { body: { stale: false } });
    t.is(api.tmdb.requests.length, 2);

    isDown = true;
    api.clock.advance(DAY_MS + 1000);
    t.like(await film(), { status: 200, body: { title: '夜の海', stale: true } });
    api.clock.advance(7 * DAY_MS);
    t.like(await film(), { status: 502, body: { code: 'tmdb_unavailable' } });
    t.like(await api.call('/tmdb/search?query=x'), { status: 502, body: { code: 'tmdb_unavailable' } });
  },
);

test.serial('a 200 with broken JSON is an error that is not kept', async (t) => {
  let isBroken = true;
  const api = await startImports(t, {
    judged,
    loggedOut: true,
    tmdb: { ...CATALOGUE, faults: () => (isBroken ? { status: 200, body: '{"id": 550, "title"' } : undefined) },
  });
  t.like(await api.call('/tmdb/movies/550'), { status: 502, body: { code: 'tmdb_bad_answer' } });
  t.is(api.tmdb.requests.length, 1);
  t.like(await api.call('/tmdb/health'), { status: 502 });
  isBroken = false;
  t.like(await api.call('/tmdb/movies/550'), { status: 200 });
  t.like(await api.call('/tmdb/health'), { status: 200, body: { status: 'ok' } });
});

test.serial('without a key the setting is named; the cache is counted and cleared all the same', async (t) => {
  const api = await startImports(t, { judged, loggedOut: true, tmdb: CATALOGUE });
  await api.call('/tmdb/movies/550');
  await api.call('/tmdb/search?query=day');
  const cache = await api.call('/tmdb/cache');
  t.like(cache.body, { entries: 2, expired: 0, types: { movie: { entries: 1 }, search: { entries: 1 } } });
  api.clock.advance(2 * 3_600_000);
  t.like((await api.call('/tmdb/cache')).body, { entries: 2, expired: 1 });
  t.like((await api.call('/tmdb/cache?expired=true', { method: 'DELETE' })).body, { removed: 1 });
  t.like((await api.call('/tmdb/cache', { method: 'DELETE' })).body, { removed: 1 });
  t.like((await api.call('/tmdb/cache')).body, { entries: 0, bytes: 0, types: {} });

  const keyless = await startImports(t, { loggedOut: true, environment: { TMDB_API_KEY: ' ' } });
  t.like(await keyless.call('/tmdb/movies/550'), { status: 503, body: { code: 'tmdb_not_configured' } });
  t.regex((await keyless.call('/tmdb/movies/550')).text, /TMDB_API_KEY/);
  t.like(await keyless.call('/tmdb/cache'), { status: 200, body: { entries: 0 } });
  t.like(await keyless.call('/tmdb/cache', { method: 'DELETE' }), { status: 200, body: { removed: 0 } });
});

testImportsAgainstDescriptions(test, { by: import.meta.filename, judged, atLeast: { tmdb: 20 } });
