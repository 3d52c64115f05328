import test, { type ExecutionContext } from 'ava';
import type { FakeRequest } from '../lib/demo/fake-server.ts';
import { createFakeTvdb, type FakeTvdbOptions, type FakeTvdbTitle } from '../lib/demo/fake-tvdb.ts';
import { NotConfiguredError } from '../lib/core/errors.ts';
import type { ProviderHttpOptions } from '../lib/core/http/http.ts';
import { createTvdb, type TvdbCredentials } from '../lib/recording/sources/tvdb.ts';
import { createTestTime, everythingSent, failure, testFaults } from './provider-faults.ts';
import { testAgainstDescription } from './provider-judge.ts';

const KEY = 'a1b2c3d4-tvdb-key';
const STATION: FakeTvdbTitle = {
  id: 4101,
  name: '星の駅',
  englishName: 'Star Station',
  image: 'https://img.test/4101.jpg',
  runtime: 24,
  year: '2021',
  overview: 'A stationmaster waits for a comet.',
};
const LANTERN: FakeTvdbTitle = { id: 4102, name: 'Paper Lantern', runtime: null };
const FILM: FakeTvdbTitle = { id: 77, name: '夜の海', runtime: 118, year: '2019', image: 'https://img.test/77.jpg' };

const judged: FakeRequest[] = [];

const hitOf = (id: number, name: string) => ({ tvdb_id: String(id), type: 'series', name });

async function start(
  t: ExecutionContext,
  {
    credentials = { apiKey: KEY },
    http,
    ...options
  }: FakeTvdbOptions & { credentials?: TvdbCredentials; http?: ProviderHttpOptions } = {},
) {
  const fake = await createFakeTvdb({ series: [STATION, LANTERN], movies: [FILM], apiKey: KEY, ...options });
  t.teardown(async () => {
    judged.push(...fake.requests);
    await fake.close().catch(() => undefined);
  });
  const time = createTestTime(http);
  const tvdb = createTvdb({ secret: async () => credentials, baseUrl: fake.url, ...time });
  const paths = () => fake.requests.map(({ path, answer }) => `${path} ${answer?.status}`);
  return { fake, tvdb, paths, ...time };
}

test.serial('a series has its name, image and average runtime in seconds', async (t) => {
  const { tvdb } = await start(t);
  t.deepEqual(await tvdb.series(4101), {
    tvdbId: 4101,
    name: '星の駅',
    image: 'https://img.test/4101.jpg',
    averageRuntimeSeconds: 1440,
  });
});

for (const runtime of [null, 0]) {
  test.serial(`an average runtime of ${runtime} is unknown, an empty image is none`, async (t) => {
    const { tvdb } = await start(t, { series: [{ ...LANTERN, runtime, image: '' }] });
    t.deepEqual(await tvdb.series(4102), {
      tvdbId: 4102,
      name: 'Paper Lantern',
      image: null,
      averageRuntimeSeconds: null,
    });
  });
}

test.serial('a film has its runtime in seconds, 0 when unknown', async (t) => {
  const { tvdb } = await start(t, { movies: [FILM, { id: 78, name: 'Untimed' }] });
  t.deepEqual(await tvdb.movie(77), {
    tvdbId: 77,
    name: '夜の海',
    image: 'https://img.test/77.jpg',
    runtimeSeconds: 7080,
  });
  t.deepEqual(await tvdb.movie(78), { tvdbId: 78, name: 'Untimed', image: null, runtimeSeconds: 0 });
});

test.serial('an unknown series or film is undefined', async (t) => {
  const { tvdb } = await start(t);
  t.is(await tvdb.series(1), undefined);
  t.is(await tvdb.movie(1), undefined);
});

test.serial('a search prefers the English name and keeps the original beside it', async (t) => {
  const { tvdb, fake } = await start(t);
  t.deepEqual(await tvdb.searchSeries('star & station?'), []);
  t.is(fake.requests.at(-1)?.query.get('query'), 'star & station?');
  t.deepEqual(await tvdb.searchSeries('star'), [
    {
      tvdbId: 4101,
      name: 'Star Station',
      originalName: '星の駅',
      year: 2021,
      image: 'https://img.test/4101.jpg',
      overview: 'A stationmaster waits for a comet.',
    },
  ]);
  t.deepEqual(await tvdb.searchSeries('lantern'), [
    { tvdbId: 4102, name: 'Paper Lantern', originalName: null, year: null, image: null, overview: null },
  ]);
});

test.serial('a search for films finds no series', async (t) => {
  const { tvdb, fake } = await start(t);
  t.deepEqual(await tvdb.searchMovies(''), [
    { tvdbId: 77, name: '夜の海', originalName: null, year: 2019, image: 'https://img.test/77.jpg', overview: null },
  ]);
  t.is(fake.requests.at(-1)?.query.get('type'), 'movie');
});

test.serial('an odd hit of a search at TVDB is left out, and the others stay', async (t) => {
  const odd = { ...hitOf(1, 'Odd'), name: 7 };
  const data = [hitOf(4101, 'Star'), odd, null, { ...hitOf(2, 'No number'), tvdb_id: 'x' }, hitOf(4102, 'Lantern')];
  const { tvdb } = await start(t, {
    faults: ({ path }) => (path === '/search' ? { body: { status: 'success', data } } : undefined),
  });
  const rest = { originalName: null, year: null, image: null, overview: null };
  t.deepEqual(await tvdb.searchSeries('a'), [
    { tvdbId: 4101, name: 'Star', ...rest },
    { tvdbId: 4102, name: 'Lantern', ...rest },
  ]);
});

test.serial('seasons at TVDB are counted from the episodes; an odd one is left out', async (t) => {
  const { tvdb } = await start(t, { series: [{ id: 5, name: 'Rain', seasons: { 0: 2, 1: 12, 2: 13 } }] });
  t.deepEqual(await tvdb.seasons(5), [
    { seasonNumber: 0, episodeCount: 2 },
    { seasonNumber: 1, episodeCount: 12 },
    { seasonNumber: 2, episodeCount: 13 },
  ]);
  t.deepEqual(await tvdb.seasons(6), []);
  const episodes = [{ seasonNumber: 1 }, null, { seasonNumber: '1' }, { number: 2 }];
  const odd = await start(t, {
    faults: ({ path }) =>
      /extended/.test(path) ? { body: { status: 'success', data: { id: 5, episodes } } } : undefined,
  });
  t.deepEqual(await odd.tvdb.seasons(5), [{ seasonNumber: 1, episodeCount: 1 }]);
});

test.serial('ten calls at once log in once, and later calls use the same token', async (t) => {
  const { tvdb, paths } = await start(t);
  await Promise.all(Array.from({ length: 10 }, () => tvdb.series(4101)));
  await tvdb.movie(77);
  t.is(paths().filter((path) => path.startsWith('/login')).length, 1);
});

test.serial('the login holds no pin unless one is set', async (t) => {
  const { tvdb, fake } = await start(t, { credentials: { apiKey: KEY, pin: '  ' } });
  await tvdb.series(4101);
  t.deepEqual(JSON.parse(fake.requests[0]?.body ?? ''), { apikey: KEY });

  const supported = await start(t, { pin: '4711', credentials: { apiKey: KEY, pin: '4711' } });
  await supported.tvdb.series(4101);
  t.deepEqual(JSON.parse(supported.fake.requests[0]?.body ?? ''), { apikey: KEY, pin: '4711' });
});

test.serial('the token is renewed before its month is over', async (t) => {
  const { tvdb, paths, clock } = await start(t);
  await tvdb.series(4101);
  clock.advance(24 * 86_400_000);
  await tvdb.series(4101);
  clock.advance(2 * 86_400_000);
  await tvdb.series(4101);
  t.deepEqual(paths(), ['/login 200', '/series/4101 200', '/series/4101 200', '/login 200', '/series/4101 200']);
});

test.serial('a refused token is replaced once, by one login for all who wait', async (t) => {
  const { tvdb, fake, paths } = await start(t);
  await tvdb.series(4101);
  fake.expireTokens();
  const answers = await Promise.all([tvdb.series(4101), tvdb.series(4102), tvdb.movie(77)]);
  t.deepEqual(
    answers.map((answer) => answer?.tvdbId),
    [4101, 4102, 77],
  );
  t.is(paths().filter((path) => path.startsWith('/login')).length, 2);
});

test.serial('a token that is refused again and again is a refused key', async (t) => {
  const faults = ({ path }: FakeRequest) =>
    path === '/login' ? undefined : { status: 401, body: { status: 'failure', message: 'Unauthorized', data: null } };
  const { tvdb, paths } = await start(t, { faults });
  await failure(t, tvdb.series(4101), { code: 'tvdb_key_refused', secrets: [KEY] });
  t.deepEqual(paths(), ['/login 200', '/series/4101 401', '/login 200', '/series/4101 401']);
});

test.serial('another key in the secret means another login', async (t) => {
  const credentials = { apiKey: 'wrong-key' };
  const { tvdb, fake } = await start(t, { credentials });
  const error = await failure(t, tvdb.series(4101), { code: 'tvdb_key_refused', secrets: ['wrong-key'] });
  t.true(everythingSent(fake.requests).includes('wrong-key'));
  t.deepEqual(error.suggestions, ['Check TVDB_API_KEY (and TVDB_PIN).']);
  credentials.apiKey = KEY;
  t.is((await tvdb.series(4101))?.tvdbId, 4101);
});

test.serial('a key that needs its PIN says so', async (t) => {
  const { tvdb } = await start(t, { pin: '4711' });
  const error = await failure(t, tvdb.series(4101), { code: 'tvdb_key_refused', secrets: [KEY, '4711'] });
  t.deepEqual(error.suggestions, ['Set TVDB_PIN to the PIN of your subscription.']);
});

for (const apiKey of [undefined, '', ' ']) {
  test.serial(`without a key (${JSON.stringify(apiKey)}) nothing is asked and the setting is named`, async (t) => {
    const { tvdb, fake } = await start(t, { credentials: { apiKey } });
    const error = await failure(t, tvdb.searchMovies('x'), { code: 'tvdb_not_configured', secrets: [] });
    t.true(error instanceof NotConfiguredError);
    t.is(error.message, 'TVDB_API_KEY is not set, so TVDB is unavailable.');
    t.regex(error.suggestions[0] ?? '', /thetvdb\.com/);
    t.is(fake.requests.length, 0);
  });
}

test.serial('an answer that does not call itself a success is an error', async (t) => {
  const faults = ({ path }: FakeRequest) =>
    path === '/login' ? undefined : { body: { status: 'failure', data: { id: 4101, name: 'x' } } };
  const { tvdb } = await start(t, { faults });
  const error = await failure(t, tvdb.series(4101), { code: 'tvdb_bad_answer', secrets: [KEY] });
  t.is(error.message, 'TVDB failed for series 4101: status doesn’t match its documented format.');
});

test.serial('a failed login is not sent again by itself, and the next call tries anew', async (t) => {
  const { tvdb, paths, sleeps } = await start(t, {
    faults: (_, count) => (count === 1 ? { status: 503, body: {} } : undefined),
  });
  await failure(t, tvdb.series(4101), { code: 'tvdb_unavailable', secrets: [KEY] });
  t.deepEqual(sleeps, []);
  t.is((await tvdb.series(4101))?.tvdbId, 4101);
  t.deepEqual(paths(), ['/login 503', '/login 200', '/series/4101 200']);
});

testFaults(test, {
  provider: 'tvdb',
  secrets: [KEY],
  async start(t, faults, http) {
    let count = 0;
    const rig = await start(t, {
      faults: ({ path }) => (path === '/login' ? undefined : faults((count += 1))),
      ...(http && { http }),
    });
    return { ...rig, call: () => rig.tvdb.series(4101) };
  },
});

testAgainstDescription(test, {
  by: import.meta.filename,
  file: 'tvdb-v4.mock.openapi.json',
  requests: judged,
  atLeast: 80,
});
