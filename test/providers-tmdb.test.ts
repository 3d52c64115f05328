import test, { type ExecutionContext } from 'ava';
import type { FakeRequest } from '../lib/demo/fake-server.ts';
import { createFakeTmdb, type FakeTmdbMovie, type FakeTmdbOptions } from '../lib/demo/fake-tmdb.ts';
import { NotConfiguredError } from '../lib/core/errors.ts';
import type { ProviderHttpOptions } from '../lib/core/http/http.ts';
import { createTmdb } from '../lib/tmdb/tmdb-client.ts';
import { createTmdbRequest } from '../lib/tmdb/request-client.ts';
import { createTestTime, everythingSent, failure, testFaults } from './provider-faults.ts';
import { testAgainstDescription } from './provider-judge.ts';

const V3_KEY = '0123456789abcdef-tmdb';
const ACCESS_TOKEN = 'eyJhbGciOiJub25lIn0.tmdb.token';
const FILM: FakeTmdbMovie = {
  id: 901,
  title: 'The Night Sea',
  originalTitle: '夜の海',
  runtime: 118,
  releaseDate: '2019-08-02',
  posterPath: '/night-sea.jpg',
  overview: 'Two sisters row out to a light.',
};
const BARE: FakeTmdbMovie = { id: 902, title: null, originalTitle: null, releaseDate: null, overview: null };

const BARE_HIT = {
  type: 'movie' as const,
  originalTitle: null,
  year: null,
  date: null,
  overview: null,
  imagePath: null,
  backdropPath: null,
  voteAverage: null,
};

const judged: FakeRequest[] = [];

async function start(
  t: ExecutionContext,
  { apiKey = V3_KEY, http, ...options }: FakeTmdbOptions & { http?: ProviderHttpOptions } = {},
) {
  const fake = await createFakeTmdb({ movies: [FILM, BARE], ...options });
  t.teardown(async () => {
    judged.push(...fake.requests);
    await fake.close().catch(() => undefined);
  });
  const time = createTestTime(http);
  const tmdb = createTmdb({
    request: createTmdbRequest({ secret: async () => ({ apiKey }), baseUrl: fake.url, ...time }),
  });
  return { fake, tmdb, ...time };
}

test.serial('a film has its titles, poster and minutes', async (t) => {
  const { tmdb } = await start(t);
  t.like(await tmdb.movie(901), {
    tmdbId: 901,
    title: 'The Night Sea',
    originalTitle: '夜の海',
    posterPath: '/night-sea.jpg',
    runtimeMinutes: 118,
  });
});

test.serial('a film of which TMDB knows nothing but the id still has a name', async (t) => {
  const { tmdb } = await start(t);
  t.like(await tmdb.movie(902), {
    tmdbId: 902,
    imdbId: null,
    title: 'TMDB film 902',
    originalTitle: null,
    tagline: null,
    releaseDate: null,
    runtimeMinutes: null,
    overview: null,
    posterPath: null,
    backdropPath: null,
    genres: ['Drama'],
    originalLanguage: null,
    voteAverage: null,
    voteCount: null,
    collection: null,
    cast: [],
    crew: [],
  });
});

test.serial('an unknown film is undefined', async (t) => {
  const { tmdb } = await start(t);
  t.is(await tmdb.movie(1), undefined);
});

test.serial('a search by the original title finds the film with its year', async (t) => {
  const { tmdb, fake } = await start(t);
  t.like((await tmdb.search('movie', '夜の')).results[0], {
    tmdbId: 901,
    title: 'The Night Sea',
    originalTitle: '夜の海',
    year: 2019,
    imagePath: '/night-sea.jpg',
    overview: 'Two sisters row out to a light.',
  });
  t.is(fake.requests[0]?.query.get('query'), '夜の');
});

test.serial('an odd hit of a search at TMDB is left out, and the others stay', async (t) => {
  const results = [
    { id: 1, title: 'Rain' },
    { id: 'two', title: 'Odd' },
    null,
    { id: 3, title: 7 },
    { id: 4, title: 'Sea' },
  ];
  const { tmdb } = await start(t, { faults: () => ({ body: { page: 1, results } }) });
  t.deepEqual((await tmdb.search('movie', 'a')).results, [
    { tmdbId: 1, title: 'Rain', ...BARE_HIT },
    { tmdbId: 4, title: 'Sea', ...BARE_HIT },
  ]);
});

test.serial(
  'a search hit without date, poster or overview has nulls, and no original title that says the same',
  async (t) => {
    const { tmdb } = await start(t, { movies: [{ id: 903, title: 'Rain', releaseDate: '' }, BARE] });
    t.deepEqual((await tmdb.search('movie', '')).results, [
      { tmdbId: 903, title: 'Rain', ...BARE_HIT },
      { tmdbId: 902, title: 'TMDB film 902', ...BARE_HIT },
    ]);
  },
);

test.serial('a v3 key goes in the query, a read access token in the header', async (t) => {
  const v3 = await start(t, { apiKey: V3_KEY });
  await v3.tmdb.movie(901);
  t.is(v3.fake.requests[0]?.query.get('api_key'), V3_KEY);
  t.is(v3.fake.requests[0]?.headers.authorization, undefined);

  const v4 = await start(t, { apiKey: ` ${ACCESS_TOKEN}\n` });
  await v4.tmdb.movie(901);
  t.is(v4.fake.requests[0]?.query.get('api_key'), null);
  t.is(v4.fake.requests[0]?.headers.authorization, `Bearer ${ACCESS_TOKEN}`);
});

for (const wrong of ['wrong-v3-key', 'eyJ-wrong-token']) {
  test.serial(`the key ${wrong} is refused and not shown`, async (t) => {
    const fake = await createFakeTmdb({ movies: [FILM], apiKey: V3_KEY });
    t.teardown(() => fake.close());
    const time = createTestTime();
    const secret = async () => ({ apiKey: wrong });
    const request = createTmdbRequest({ secret, baseUrl: fake.url, ...time });
    const tmdb = createTmdb({ request });
    const error = await failure(t, tmdb.movie(901), { code: 'tmdb_key_refused', secrets: [wrong] });
    t.is(error.message.split(' (')[0], 'TMDB rejected the API key');
    t.true(everythingSent(fake.requests).includes(wrong));
    judged.push(...fake.requests);
  });
}

test.serial('without a key TMDB is not asked and the setting is named', async (t) => {
  const { tmdb, fake } = await start(t, { apiKey: '' });
  const error = await failure(t, tmdb.search('movie', 'x'), { code: 'tmdb_not_configured', secrets: [] });
  t.true(error instanceof NotConfiguredError);
  t.is(error.message, 'TMDB_API_KEY is not set, so TMDB is unavailable.');
  t.is(fake.requests.length, 0);
});

testFaults(test, {
  provider: 'tmdb',
  secrets: [V3_KEY],
  async start(t, faults, http) {
    const rig = await start(t, { faults: (_, count) => faults(count), ...(http && { http }) });
    return { ...rig, call: () => rig.tmdb.movie(901) };
  },
});

testAgainstDescription(test, {
  by: import.meta.filename,
  file: 'tmdb-v3.mock.openapi.json',
  requests: judged,
  atLeast: 35,
});
