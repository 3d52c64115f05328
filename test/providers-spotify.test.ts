import type { SpotifyEpisode } from '../lib/recording/ports.ts';
import test, { type ExecutionContext } from 'ava';
import type { FakeRequest } from '../lib/demo/fake-server.ts';
import { createFakeSpotify, type FakeSpotifyOptions } from '../lib/demo/fake-spotify.ts';
import { NotConfiguredError } from '../lib/core/errors.ts';
import type { ProviderHttpOptions } from '../lib/core/http/http.ts';
import { createSpotify, type SpotifyCredentials } from '../lib/recording/sources/spotify.ts';
import { createTestTime, everythingSent, failure, testFaults } from './provider-faults.ts';
import { testAgainstDescription } from './provider-judge.ts';

const ID = 'spotify-client-id-17';
const SECRET = 'spotify-client-secret-17';
const BASIC = Buffer.from(`${ID}:${SECRET}`).toString('base64');
const SHOW = { showId: 'show-1', name: 'ゆっくりラジオ', artworkUrl: 'https://img.test/show-1.jpg' };
const CATALOGUE: FakeSpotifyOptions = {
  shows: [
    { id: 'show-1', name: 'ゆっくりラジオ', image: 'https://img.test/show-1.jpg' },
    { id: 'show-2', name: 'Plain' },
  ],
  episodes: [
    { id: 'episode-1', name: '第一回', showId: 'show-1', durationMs: 1_500_999, releaseDate: '2024-04-01' },
    { id: 'episode-2', name: 'Undated', showId: 'show-2', durationMs: 60_000, releaseDate: '0000' },
  ],
};

const judged: FakeRequest[] = [];

async function start(
  t: ExecutionContext,
  {
    credentials = { clientId: ID, clientSecret: SECRET },
    http,
    judge = true,
    ...options
  }: FakeSpotifyOptions & { credentials?: SpotifyCredentials; http?: ProviderHttpOptions; judge?: boolean } = {},
) {
  const fake = await createFakeSpotify({ ...CATALOGUE, clientId: ID, clientSecret: SECRET, ...options });
  t.teardown(async () => {
    if (judge) judged.push(...fake.requests);
    await fake.close().catch(() => undefined);
  });
  const time = createTestTime(http);
  const spotify = createSpotify({
    secret: async () => credentials,
    accountsBaseUrl: fake.url,
    apiBaseUrl: fake.apiUrl,
    market: 'NZ',
    ...time,
  });
  const paths = () => fake.requests.map(({ path, answer }) => `${path} ${answer?.status}`);
  return { fake, spotify, paths, ...time };
}

async function collect(episodes: AsyncIterable<SpotifyEpisode>): Promise<SpotifyEpisode[]> {
  const all: SpotifyEpisode[] = [];
  for await (const episode of episodes) all.push(episode);
  return all;
}

const longShow = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `part-${index}`,
    name: `Part ${index}`,
    showId: 'show-1',
    durationMs: 60_000,
    releaseDate: '2024-04',
  }));

test.serial('an episode has its title, seconds, release date and show', async (t) => {
  const { spotify, fake } = await start(t);
  t.deepEqual(await spotify.episode('episode-1'), {
    episodeId: 'episode-1',
    title: '第一回',
    durationSeconds: 1500,
    releaseDate: '2024-04-01',
    show: SHOW,
  });
  t.is(fake.requests.at(-1)?.query.get('market'), 'NZ');
});

test.serial('an unknown release date and a show without picture are null', async (t) => {
  const { spotify } = await start(t);
  const episode = await spotify.episode('episode-2');
  t.is(episode?.releaseDate, null);
  t.is(episode?.show.artworkUrl, null);
});

test.serial('an unknown episode is undefined, and so is an id that Spotify calls malformed', async (t) => {
  const malformed = { status: 400, body: { error: { status: 400, message: 'Invalid base62 id' } } };
  const { spotify, fake } = await start(t, { faults: ({ path }) => (path.endsWith('/bad') ? malformed : undefined) });
  t.is(await spotify.episode('unknown'), undefined);
  t.is(await spotify.episode('bad'), undefined);
  t.is(await spotify.episode('../shows/show-1'), undefined);
  t.is(fake.requests.at(-1)?.path, '/v1/episodes/..%2Fshows%2Fshow-1');
});

test.serial('any other 400 is an error, not an unknown episode', async (t) => {
  const invalid = { status: 400, body: { error: { status: 400, message: 'Invalid market code' } } };
  const { spotify } = await start(t, { faults: ({ path }) => (path === '/api/token' ? undefined : invalid) });
  await failure(t, spotify.episode('episode-1'), { code: 'spotify_bad_answer', secrets: [SECRET, BASIC] });
});

test.serial('all 120 episodes of a show come in three pages', async (t) => {
  const { spotify, fake } = await start(t, { episodes: longShow(120) });
  const episodes = await collect(spotify.showEpisodes(SHOW));
  t.deepEqual(
    episodes.map(({ episodeId }) => episodeId),
    longShow(120).map(({ id }) => id),
  );
  t.deepEqual(episodes[7], {
    episodeId: 'part-7',
    title: 'Part 7',
    durationSeconds: 60,
    releaseDate: '2024-04',
    show: SHOW,
  });
  t.deepEqual(
    fake.requests.slice(1).map(({ query }) => [query.get('offset'), query.get('limit')]),
    [
      ['0', '50'],
      ['50', '50'],
      ['100', '50'],
    ],
  );
});

test.serial('who stops in the middle of a show asks for no further page', async (t) => {
  const { spotify, fake } = await start(t, { episodes: longShow(120) });
  for await (const { episodeId } of spotify.showEpisodes(SHOW)) if (episodeId === 'part-3') break;
  t.is(fake.requests.length, 2);
});

// Not checked: real responses have null items, which the description lacks.
test.serial('empty items of a page are skipped and shift nothing', async (t) => {
  const episodes = longShow(101).map((episode, index) => (index % 10 === 0 ? null : episode));
  const { spotify, fake } = await start(t, { episodes, judge: false });
  t.is((await collect(spotify.showEpisodes(SHOW))).length, 90);
  t.is(fake.requests.length, 4);
});

test.serial('an unknown show has no episodes', async (t) => {
  const { spotify } = await start(t);
  t.deepEqual(await collect(spotify.showEpisodes({ ...SHOW, showId: 'unknown' })), []);
});

test.serial('ten calls at once ask for one token, which is renewed before its hour is over', async (t) => {
  const { spotify, paths, clock } = await start(t);
  const logins = () => paths().filter((path) => path.startsWith('/api/token')).length;
  await Promise.all(Array.from({ length: 10 }, () => spotify.episode('episode-1')));
  clock.advance(3500_000);
  await spotify.episode('episode-1');
  t.is(logins(), 1);
  clock.advance(60_000);
  await spotify.episode('episode-1');
  t.is(logins(), 2);
});

test.serial('an expired token is replaced once', async (t) => {
  const { spotify, fake, paths } = await start(t);
  await spotify.episode('episode-1');
  fake.expireTokens();
  t.is((await spotify.episode('episode-1'))?.title, '第一回');
  t.deepEqual(paths().slice(2), ['/v1/episodes/episode-1 401', '/api/token 200', '/v1/episodes/episode-1 200']);
});

test.serial('a token that is refused again and again is an error after two', async (t) => {
  const refused = { status: 401, body: { error: { status: 401, message: 'Invalid access token' } } };
  const { spotify, fake } = await start(t, { faults: ({ path }) => (path === '/api/token' ? undefined : refused) });
  await failure(t, spotify.episode('episode-1'), { code: 'spotify_key_refused', secrets: [SECRET, BASIC] });
  t.is(fake.requests.length, 4);
});

test.serial('a wrong client secret is refused by name', async (t) => {
  const { spotify, fake } = await start(t, { credentials: { clientId: ID, clientSecret: 'wrong-secret' } });
  const error = await failure(t, spotify.episode('episode-1'), {
    code: 'spotify_key_refused',
    secrets: ['wrong-secret', Buffer.from(`${ID}:wrong-secret`).toString('base64')],
  });
  t.deepEqual(error.suggestions, ['Check SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET.']);
  t.is(fake.requests.length, 1);
});

test.serial('a spent quota of the developer account is told apart and not asked again', async (t) => {
  const body = { error: { status: 429, message: 'Quota exceeded', reason: 'QUOTA_EXCEEDED' } };
  const { spotify, fake, sleeps } = await start(t, {
    faults: ({ path }) => (path === '/api/token' ? undefined : { status: 429, body }),
  });
  await failure(t, spotify.episode('episode-1'), { code: 'spotify_quota_exceeded', secrets: [SECRET, BASIC] });
  t.deepEqual(sleeps, []);
  t.is(fake.requests.length, 2);
});

const forbidden: [string, string, RegExp][] = [
  ['Active premium subscription required for the owner of the app.', 'spotify_premium_required', /has no Premium/],
  ['Insufficient client scope', 'spotify_forbidden', /isn’t allowed to request/],
];
for (const [message, code, expected] of forbidden) {
  test.serial(`403 “${message}” is ${code}`, async (t) => {
    const refused = { status: 403, body: { error: { status: 403, message } } };
    const { spotify } = await start(t, { faults: ({ path }) => (path === '/api/token' ? undefined : refused) });
    const error = await failure(t, spotify.episode('episode-1'), { code, secrets: [SECRET, BASIC] });
    t.regex(error.message, expected);
  });
}

const incomplete: [SpotifyCredentials, string][] = [
  [{ clientId: ID }, 'SPOTIFY_CLIENT_SECRET is not set, so Spotify is unavailable.'],
  [{ clientSecret: SECRET }, 'SPOTIFY_CLIENT_ID is not set, so Spotify is unavailable.'],
  [
    { clientId: '', clientSecret: ' ' },
    'SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET are not set, so Spotify is unavailable.',
  ],
];
for (const [credentials, message] of incomplete) {
  test.serial(`nothing is asked: ${message}`, async (t) => {
    const { spotify, fake } = await start(t, { credentials });
    const error = await failure(t, spotify.episode('episode-1'), { code: 'spotify_not_configured', secrets: [SECRET] });
    t.true(error instanceof NotConfiguredError);
    t.is(error.message, message);
    t.is(fake.requests.length, 0);
  });
}

test.serial('the login sends the credentials as Basic and nothing of them in its form', async (t) => {
  const { spotify, fake } = await start(t);
  await spotify.episode('episode-1');
  t.is(fake.requests[0]?.headers.authorization, `Basic ${BASIC}`);
  t.is(fake.requests[0]?.body, 'grant_type=client_credentials');
  t.false(everythingSent(fake.requests.slice(1)).includes(BASIC));
});

testFaults(test, {
  provider: 'spotify',
  secrets: [BASIC],
  async start(t, faults, http) {
    let count = 0;
    const rig = await start(t, {
      faults: ({ path }) => (path === '/api/token' ? undefined : faults((count += 1))),
      ...(http && { http }),
    });
    return { ...rig, call: () => rig.spotify.episode('episode-1') };
  },
});

testAgainstDescription(test, {
  by: import.meta.filename,
  file: 'spotify.mock.openapi.json',
  requests: judged,
  prefix: '/v1',
  atLeast: 90,
});
