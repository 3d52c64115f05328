import { seasonAndEpisode } from '../lib/core/terminal/text.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { lastUpdatedAt, microsecondsOf, parseSeasonAndEpisode } from '../lib/positions/position-rules.ts';
import { positionsSchema } from '../lib/positions/position-items.ts';
import { createSqliteStore } from '../lib/core/store/sqlite.ts';
import { testPositions } from './position-stores.ts';
import { basic, PASSWORD, runApi, shareApi, type Request } from './running-api.ts';

testPositions(async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'immersion-positions-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const store = createSqliteStore({ file: path.join(folder, 'p.sqlite'), schema: positionsSchema('tv_show_tracker') });
  t.teardown(() => store.close());
  return store;
});

for (const [text, expected] of [
  ['S02E05', 'S02E05'],
  ['s2e5', 'S02E05'],
  ['2x05', 'S02E05'],
  ['2X5', 'S02E05'],
  [' S10E123 ', 'S10E123'],
  ['s0e0', 'S00E00'],
  ['1000x10000', 'S1000E10000'],
  ['2', undefined],
  ['s2x5', undefined],
  ['S02', undefined],
  ['2 5', undefined],
  ['-1x5', undefined],
  ['1.5x2', undefined],
  ['', undefined],
] as [string, string | undefined][]) {
  test(`“${text}” is ${expected ?? 'no season and episode'}`, (t) => {
    const place = parseSeasonAndEpisode(text);
    t.is(place && seasonAndEpisode(place), expected);
  });
}

for (const [text, microseconds] of [
  ['1970-01-01T00:00:00.000001', 1],
  ['2025-01-15T10:30:00.123456', 1_736_937_000_123_456],
  ['2025-01-15T10:30:00', 1_736_937_000_000_000],
  ['2025-01-15T10:30:00.1', 1_736_937_000_100_000],
  ['2025-01-15T10:30:00.123456789Z', 1_736_937_000_123_456],
  ['2025-01-15T10:30:00+00:00', 1_736_937_000_000_000],
  ['2025-13-15T10:30:00', undefined],
  ['yesterday', undefined],
  ['', undefined],
] as [string, number | undefined][]) {
  test(`“${text}” is ${microseconds ?? 'no'} microseconds since the epoch`, (t) => {
    t.is(microsecondsOf(text), microseconds);
    if (microseconds !== undefined) t.is(microsecondsOf(lastUpdatedAt(microseconds)), microseconds);
  });
}

const ADMIN = basic('root', 'r');
const secret = {
  users: [
    { user: 'alice', password: PASSWORD },
    { user: 'root', password: 'r', admin: true },
  ],
};
const shared = shareApi({ secret });

interface Fault {
  path: string;
  message: string;
}
const NAME = 'must have at most 256 characters';
const SEASON = 'must be a whole number from 0 to 1000';
const EPISODE = 'must be a whole number from 0 to 10000';
const good = { username: 'alice', tv_show: 'Dark', season: 1, episode: 2 };
const update = (changes: Record<string, unknown>): Request => ({ method: 'POST', json: { ...good, ...changes } });
const raw = (text: string, headers: Record<string, string> = {}): Request => ({ method: 'POST', text, headers });
const faulty = (place: 'body' | 'query', ...faults: [path: string, message: string][]) => ({
  message: `The request ${place} is invalid.`,
  code: 'invalid_request',
  details: faults.map(([path, message]): Fault => ({ path, message })),
});
const malformed = { message: 'The body is not valid JSON.', code: 'malformed_json' };
const forbidden = (other: string) => ({
  message: `You are “alice” and can’t act for “${other}”.`,
  code: 'forbidden',
  suggestions: ['Use your own name, or ask an admin.'],
});
const wrongMethod = {
  message: 'This endpoint doesn’t support that method. See the Allow header.',
  code: 'method_not_allowed',
};
const noJson = {
  message: 'The body must be JSON, with Content-Type: application/json.',
  code: 'unsupported_media_type',
};
const POST = '/api/update_episode';
const EPISODE_PATH = '/api/show_episode';
const USER = '/api/show_user';
const ALL = '/api/show_all';

const REFUSALS: [claim: string, path: string, request: Request, status: number, body: unknown][] = [
  [
    'an update of nothing',
    POST,
    raw('{}'),
    400,
    faulty(
      'body',
      ['username', 'is missing'],
      ['tv_show', 'is missing'],
      ['season', 'is missing'],
      ['episode', 'is missing'],
    ),
  ],
  [
    'an update without a body',
    POST,
    raw(''),
    400,
    faulty(
      'body',
      ['username', 'is missing'],
      ['tv_show', 'is missing'],
      ['season', 'is missing'],
      ['episode', 'is missing'],
    ),
  ],
  ['an update without a user', POST, update({ username: undefined }), 400, faulty('body', ['username', 'is missing'])],
  ['an update without a show', POST, update({ tv_show: undefined }), 400, faulty('body', ['tv_show', 'is missing'])],
  ['an update without a season', POST, update({ season: undefined }), 400, faulty('body', ['season', 'is missing'])],
  [
    'an update without an episode',
    POST,
    update({ episode: undefined }),
    400,
    faulty('body', ['episode', 'is missing']),
  ],
  ['a blank user', POST, update({ username: ' \t' }), 400, faulty('body', ['username', 'must not be blank'])],
  ['an empty show', POST, update({ tv_show: '' }), 400, faulty('body', ['tv_show', 'must not be blank'])],
  ['a show of 257 characters', POST, update({ tv_show: '星'.repeat(257) }), 400, faulty('body', ['tv_show', NAME])],
  ['a user of 257 characters', POST, update({ username: 'x'.repeat(257) }), 400, faulty('body', ['username', NAME])],
  ['a show that is a number', POST, update({ tv_show: 5 }), 400, faulty('body', ['tv_show', 'must be text'])],
  ['a show that is null', POST, update({ tv_show: null }), 400, faulty('body', ['tv_show', 'must be text'])],
  ['a show that is a list', POST, update({ tv_show: ['Dark'] }), 400, faulty('body', ['tv_show', 'must be text'])],
  [
    'half a surrogate pair',
    POST,
    raw(String.raw`{"username":"alice","tv_show":"\ud83c","season":1,"episode":2}`),
    400,
    faulty('body', ['tv_show', 'contains half of a surrogate pair']),
  ],
  ['a season that is a text', POST, update({ season: '1' }), 400, faulty('body', ['season', SEASON])],
  ['a season below 0', POST, update({ season: -1 }), 400, faulty('body', ['season', SEASON])],
  ['a season that is no whole number', POST, update({ season: 1.5 }), 400, faulty('body', ['season', SEASON])],
  ['season 1001', POST, update({ season: 1001 }), 400, faulty('body', ['season', SEASON])],
  [
    'season 1e9',
    POST,
    raw('{"username":"alice","tv_show":"Dark","season":1e9,"episode":2}'),
    400,
    faulty('body', ['season', SEASON]),
  ],
  [
    'season 1e999',
    POST,
    raw('{"username":"alice","tv_show":"Dark","season":1e999,"episode":2}'),
    400,
    faulty('body', ['season', SEASON]),
  ],
  ['a season that is null', POST, update({ season: null }), 400, faulty('body', ['season', SEASON])],
  ['a season that is a list', POST, update({ season: [1] }), 400, faulty('body', ['season', SEASON])],
  ['a season that is true', POST, update({ season: true }), 400, faulty('body', ['season', SEASON])],
  ['an episode that is a text', POST, update({ episode: '2' }), 400, faulty('body', ['episode', EPISODE])],
  ['an episode below 0', POST, update({ episode: -1 }), 400, faulty('body', ['episode', EPISODE])],
  ['episode 10001', POST, update({ episode: 10_001 }), 400, faulty('body', ['episode', EPISODE])],
  ['an episode that is an object', POST, update({ episode: {} }), 400, faulty('body', ['episode', EPISODE])],
  [
    'everything wrong at once',
    POST,
    update({ username: '', tv_show: 5, season: '1', episode: -2 }),
    400,
    faulty(
      'body',
      ['username', 'must not be blank'],
      ['tv_show', 'must be text'],
      ['season', SEASON],
      ['episode', EPISODE],
    ),
  ],
  ['a list for a body', POST, raw('[]'), 400, faulty('body', ['', 'Invalid input: expected object, received array'])],
  ['JSON that breaks off', POST, raw('{"username":'), 400, malformed],
  ['a text for a body', POST, raw('"Dark"'), 400, malformed],
  ['another user’s update', POST, update({ username: 'bob' }), 403, forbidden('bob')],
  ['an unknown user’s update', POST, update({ username: 'nobody' }), 403, forbidden('nobody')],
  ['a user in other letters', POST, update({ username: 'Alice' }), 403, forbidden('Alice')],
  [
    'a form',
    POST,
    raw('username=alice&tv_show=Dark', { 'Content-Type': 'application/x-www-form-urlencoded' }),
    415,
    noJson,
  ],
  ['plain text', POST, raw(JSON.stringify(good), { 'Content-Type': 'text/plain' }), 415, noJson],
  [
    'a body over 4 MiB',
    POST,
    raw(JSON.stringify({ ...good, more: 'x'.repeat(4 * 1024 * 1024) })),
    413,
    { message: 'The body is larger than 4 MiB. Send fewer items at a time.', code: 'body_too_large' },
  ],
  ['an update by GET', POST, {}, 405, wrongMethod],
  ['an update by PUT', POST, { method: 'PUT', json: good }, 405, wrongMethod],
  ['reading by POST', EPISODE_PATH, { method: 'POST', json: good }, 405, wrongMethod],
  ['removing everything', ALL, { method: 'DELETE', authorization: ADMIN }, 405, wrongMethod],
  [
    'an episode of nobody in nothing',
    EPISODE_PATH,
    {},
    400,
    faulty('query', ['username', 'is missing'], ['tv_show', 'is missing']),
  ],
  ['an episode of nobody', `${EPISODE_PATH}?tv_show=Dark`, {}, 400, faulty('query', ['username', 'is missing'])],
  ['an episode in nothing', `${EPISODE_PATH}?username=alice`, {}, 400, faulty('query', ['tv_show', 'is missing'])],
  [
    'an episode in a blank show',
    `${EPISODE_PATH}?username=alice&tv_show=%20`,
    {},
    400,
    faulty('query', ['tv_show', 'must not be blank']),
  ],
  [
    'an episode in two shows',
    `${EPISODE_PATH}?username=alice&tv_show=a&tv_show=b`,
    {},
    400,
    faulty('query', ['tv_show', 'must be text']),
  ],
  [
    'an episode of a show never set',
    `${EPISODE_PATH}?username=alice&tv_show=Never`,
    {},
    404,
    {
      message: 'No position for “alice” in “Never”.',
      code: 'position_not_found',
    },
  ],
  [
    'an unknown user’s episode, to an admin',
    `${EPISODE_PATH}?username=nobody&tv_show=Dark`,
    { authorization: ADMIN },
    404,
    {
      message: 'No position for “nobody” in “Dark”.',
      code: 'position_not_found',
    },
  ],
  ['another user’s episode', `${EPISODE_PATH}?username=root&tv_show=Dark`, {}, 403, forbidden('root')],
  ['the shows of nobody', USER, {}, 400, faulty('query', ['username', 'is missing'])],
  ['the shows of a blank name', `${USER}?username=%09`, {}, 400, faulty('query', ['username', 'must not be blank'])],
  ['another user’s shows', `${USER}?username=root`, {}, 403, forbidden('root')],
  [
    'everything, to who is no admin',
    ALL,
    {},
    403,
    { message: 'Only an admin can see everyone’s entries.', code: 'forbidden' },
  ],
  [
    'a page of none',
    `${ALL}?limit=0`,
    { authorization: ADMIN },
    400,
    faulty('query', ['limit', 'Too small: expected number to be >=1']),
  ],
  [
    'a page of 1,001',
    `${ALL}?limit=1001`,
    { authorization: ADMIN },
    400,
    faulty('query', ['limit', 'Too big: expected number to be <=1000']),
  ],
  [
    'a page mark that nobody gave',
    `${ALL}?next=abc`,
    { authorization: ADMIN },
    400,
    faulty('query', ['next', 'must come from an earlier page']),
  ],
  [
    'an update by who is not known',
    POST,
    { ...update({}), authorization: null },
    401,
    {
      message: 'Wrong or missing user name or password.',
      code: 'unauthorized',
      suggestions: ['Check IMMERSION_TRACKER_USER and IMMERSION_TRACKER_PASSWORD.'],
    },
  ],
];
for (const [claim, where, request, status, body] of REFUSALS) {
  test(`refuses ${claim}`, async (t) => {
    const answer = await shared.call(where, request);
    t.deepEqual([answer.status, answer.body], [status, body]);
  });
}

test('nothing that was refused is stored', async (t) => {
  const api = await runApi(t, { secret });
  for (const [, where, request] of REFUSALS) await api.call(where, request);
  const { body } = await api.call(ALL, { authorization: ADMIN });
  t.deepEqual(body, { entries: [], total_entries: 0 });
});

test('the bounds are included, blanks around names do not count, and names are kept as they are', async (t) => {
  const api = await runApi(t, { secret });
  for (const [tvShow, kept] of [
    ['  Dark\n', 'Dark'],
    ['𠮷'.repeat(256), '𠮷'.repeat(256)],
    ['a/b?c&d=e #f%20', 'a/b?c&d=e #f%20'],
    ['null', 'null'],
  ]) {
    for (const [season, episode] of [
      [0, 0],
      [1000, 10_000],
    ]) {
      const answer = await api.call(POST, update({ username: ' alice ', tv_show: tvShow, season, episode }));
      t.deepEqual(answer.body, {
        message: 'Episode updated successfully',
        username: 'alice',
        tv_show: kept,
        season,
        episode,
      });
    }
    const query = new URLSearchParams({ username: 'alice', tv_show: kept ?? '' }).toString();
    const { body } = await api.call(`${EPISODE_PATH}?${query}`);
    t.like(body, { tv_show: kept, season: 1000, episode: 10_000 });
  }
});

test('the contract’s examples, field for field and in their order, with passwords', async (t) => {
  const api = await runApi(t, {
    secret: { users: [{ user: 'test_user', password: 'p' }, ...secret.users] },
  });
  const authorization = basic('test_user', 'p');
  const set = async (instant: string, tvShow: string, season: number, episode: number) => {
    api.clock.milliseconds = Date.parse(instant);
    const json = { username: 'test_user', tv_show: tvShow, season, episode };
    return (await api.call(POST, { method: 'POST', json, authorization })).text;
  };
  await set('2025-01-14T15:20:00.789Z', 'Breaking Bad', 1, 3);
  t.is(
    await set('2025-01-15T10:30:00.123Z', 'The Office', 2, 5),
    '{"message":"Episode updated successfully","username":"test_user","tv_show":"The Office","season":2,"episode":5}',
  );
  t.is(
    (await api.call('/api/show_episode?username=test_user&tv_show=The%20Office', { authorization })).text,
    '{"username":"test_user","tv_show":"The Office","season":2,"episode":5,"last_updated":"2025-01-15T10:30:00.123000"}',
  );
  t.is(
    (await api.call('/api/show_user?username=test_user', { authorization })).text,
    '{"username":"test_user","shows":[{"tv_show":"The Office","season":2,"episode":5,"last_updated":"2025-01-15T10:30:00.123000"},{"tv_show":"Breaking Bad","season":1,"episode":3,"last_updated":"2025-01-14T15:20:00.789000"}],"total_shows":2}',
  );
  t.is(
    (await api.call('/api/show_user?username=root', { authorization: ADMIN })).text,
    '{"username":"root","shows":[],"total_shows":0}',
  );
  t.is(
    (await api.call('/api/show_all', { authorization: ADMIN })).text,
    '{"entries":[{"username":"test_user","tv_show":"Breaking Bad","season":1,"episode":3,"last_updated":"2025-01-14T15:20:00.789000"},{"username":"test_user","tv_show":"The Office","season":2,"episode":5,"last_updated":"2025-01-15T10:30:00.123000"}],"total_entries":2}',
  );
});

test('an admin sets and reads anybody’s, and reads page by page', async (t) => {
  const api = await runApi(t, { secret });
  for (const username of ['alice', 'bob', 'nobody known']) {
    t.is((await api.call(POST, { ...update({ username }), authorization: ADMIN })).status, 200);
  }
  t.like((await api.call(`${EPISODE_PATH}?username=alice&tv_show=Dark`)).body, good);
  const first = (await api.call(`${ALL}?limit=2`, { authorization: ADMIN })).body as { next: string };
  t.like(first, { total_entries: 2 });
  const second = (await api.call(`${ALL}?limit=2&next=${first.next}`, { authorization: ADMIN })).body;
  t.like(second, { total_entries: 1, next: null });
});

test('fifty updates at once through the API leave the latest, whole', async (t) => {
  const api = await runApi(t, { secret });
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => api.call(POST, update({ season: index, episode: index * 10 }))),
  );
  t.true(answers.every(({ status }) => status === 200));
  const {
    season,
    episode,
    last_updated: lastUpdated,
  } = (await api.call(`${EPISODE_PATH}?username=alice&tv_show=Dark`)).body as {
    season: number;
    episode: number;
    last_updated: string;
  };
  t.deepEqual([episode, lastUpdated], [season * 10, lastUpdatedAt(api.clock.milliseconds * 1000 + 49)]);
});
