import type { TraktListPage } from '../lib/imports/ports.ts';
import test, { type ExecutionContext } from 'ava';
import type { FakeRequest, Fault } from '../lib/demo/fake-server.ts';
import type { ProviderHttpOptions } from '../lib/core/http/http.ts';
import type { FakeTraktEntry, FakeTraktOptions } from './fakes/fake-trakt.ts';
import { everythingSent, failure, NOON } from './provider-faults.ts';
import { testAgainstDescription } from './provider-judge.ts';
import { CLIENT_SECRET, startTrakt } from './trakt-rig.ts';

const SECRETS = [CLIENT_SECRET, 'access-', 'refresh-'];
const END = NOON / 1000;
const judged: FakeRequest[] = [];

const movie = (id: number) => ({
  title: `Film ${id}`,
  year: 2020,
  ids: { trakt: id, slug: `film-${id}`, imdb: null, tmdb: 1000 + id },
});
const SHOW = { title: 'Harbour', year: 2021, ids: { trakt: 2, slug: 'harbour', imdb: null, tmdb: 77, tvdb: 8800 } };
const watchedMovies = (count: number): FakeTraktEntry[] =>
  Array.from({ length: count }, (_, index) => ({
    id: 100_000 - index,
    watched_at: new Date(NOON - (index + 1) * 60_000).toISOString(),
    action: 'watch',
    type: 'movie',
    movie: movie(index + 1),
  }));
const EPISODE = {
  id: 5,
  watched_at: '2026-11-20T20:00:00.000Z',
  action: 'scrobble',
  type: 'episode',
  show: SHOW,
  episode: { season: 1, number: 3, title: 'Fog', ids: { trakt: 30, tvdb: 880_003 } },
};

async function start(
  t: ExecutionContext,
  {
    fault,
    ...options
  }: FakeTraktOptions & { fault?: (count: number) => Fault | undefined; http?: ProviderHttpOptions } = {},
) {
  let count = 0;
  const faults = ({ path }: FakeRequest) => (path.startsWith('/sync/') ? fault?.((count += 1)) : undefined);
  const rig = await startTrakt(t, { judged, faults, ...options });
  const withToken = await rig.login();
  // The login requested the account's name, which must not delay the test's first request.
  rig.clock.advance(1000);
  const startedAt = rig.clock.now();
  rig.sleeps.length = 0;
  const asked = () => rig.fake.requests.filter(({ path }) => path.startsWith('/sync/'));
  return { ...rig, withToken, asked, startedAt };
}

async function all<T>(pages: AsyncIterable<TraktListPage<T>>): Promise<TraktListPage<T>[]> {
  const list: TraktListPage<T>[] = [];
  for await (const page of pages) list.push(page);
  return list;
}

test.serial('620 viewings come in three requests, each once', async (t) => {
  const { trakt, withToken, asked } = await start(t, { movieHistory: watchedMovies(620) });
  const pages = await all(trakt.history({ type: 'movies', endAt: END, withToken }));
  t.deepEqual(
    asked().map(({ query }) => [query.get('page'), query.get('limit'), query.get('end_at'), query.get('start_at')]),
    [1, 2, 3].map((page) => [String(page), '250', '2026-11-21T12:00:00.000Z', null]),
  );
  t.is(new Set(pages.flatMap(({ events }) => events.map(({ eventId }) => eventId))).size, 620);
  t.deepEqual(
    pages.map(({ page, events, distinct, isLast, incomplete }) => [page, events.length, distinct, isLast, incomplete]),
    [
      [1, 250, 250, false, null],
      [2, 250, 500, false, null],
      [3, 120, 620, true, null],
    ],
  );
});

test.serial('pages that Trakt clamps further are read on with its limit', async (t) => {
  const { trakt, withToken, asked } = await start(t, { movieHistory: watchedMovies(250), largestPage: 100 });
  const pages = await all(trakt.history({ type: 'movies', endAt: END, withToken }));
  t.deepEqual(
    asked().map(({ query }) => query.get('limit')),
    ['250', '100', '100'],
  );
  t.is(pages.at(-1)?.distinct, 250);
  t.is(pages.at(-1)?.incomplete, null);
});

const LAGGING: { what: string; plays: number; announced: { pages: string; items?: string }; requests: number }[] = [
  { what: 'two pages are announced and four hold 900', plays: 900, announced: { pages: '2' }, requests: 4 },
  { what: 'a full last page is followed by an empty one', plays: 500, announced: { pages: '2' }, requests: 3 },
  { what: 'both counts lag behind', plays: 600, announced: { pages: '1', items: '250' }, requests: 3 },
  { what: 'no page at all is announced', plays: 300, announced: { pages: '0' }, requests: 2 },
];
for (const { what, plays, announced, requests } of LAGGING) {
  test.serial(`all plays are read where ${what}`, async (t) => {
    const { trakt, withToken, asked } = await start(t, {
      movieHistory: watchedMovies(plays),
      fault: () => ({
        headers: {
          'x-pagination-page-count': announced.pages,
          ...(announced.items && { 'x-pagination-item-count': announced.items }),
        },
      }),
    });
    const pages = await all(trakt.history({ type: 'movies', endAt: END, withToken }));
    t.deepEqual(
      [pages.at(-1)?.distinct, pages.at(-1)?.isLast, pages.at(-1)?.incomplete, asked().length],
      [plays, true, null, requests],
    );
  });
}

test.serial('without headers pages are read until one is empty', async (t) => {
  const { trakt, withToken, asked } = await start(t, { movieHistory: watchedMovies(300), withoutPagination: true });
  const pages = await all(trakt.history({ type: 'movies', endAt: END, withToken }));
  t.is(asked().length, 3);
  t.deepEqual([pages.at(-1)?.distinct, pages.at(-1)?.isLast, pages.at(-1)?.incomplete], [300, true, null]);
});

test.serial('an empty page before the last one announced is noticed, also where no entries are counted', async (t) => {
  const entries = watchedMovies(250);
  const { trakt, withToken, asked } = await start(t, {
    fault: (count) => ({
      body: count === 1 ? entries : [],
      headers: { 'content-type': 'application/json', 'x-pagination-page-count': '3' },
    }),
  });
  const pages = await all(trakt.history({ type: 'movies', endAt: END, withToken }));
  t.is(asked().length, 2);
  t.like(pages.at(-1), { distinct: 250, isLast: true, incomplete: 'missing_items' });
});

test.serial('a page that says the same as the last one ends the list with a warning', async (t) => {
  const { trakt, withToken, asked } = await start(t, {
    fault: () => ({ body: watchedMovies(2), headers: { 'content-type': 'application/json' } }),
  });
  const pages = await all(trakt.history({ type: 'movies', endAt: END, withToken }));
  t.is(asked().length, 2);
  t.deepEqual(
    pages.map(({ events, incomplete }) => [events.length, incomplete]),
    [
      [2, null],
      [0, 'repeated_page'],
    ],
  );
});

test.serial(
  'a viewing that moves to the next page while they are read counts once, and one that is missed is noticed',
  async (t) => {
    const movieHistory = watchedMovies(4);
    const pagesOf: Record<number, FakeTraktEntry[]> = { 1: movieHistory.slice(0, 2), 2: movieHistory.slice(1, 3) };
    const headers = {
      'content-type': 'application/json',
      'x-pagination-limit': '250',
      'x-pagination-page-count': '2',
      'x-pagination-item-count': '4',
    };
    const { trakt, withToken } = await start(t, { fault: (count) => ({ body: pagesOf[count], headers }) });
    const pages = await all(trakt.history({ type: 'movies', endAt: END, withToken }));
    t.deepEqual(
      pages.map(({ events, distinct, incomplete }) => [events.length, distinct, incomplete]),
      [
        [2, 2, null],
        [1, 3, 'missing_items'],
      ],
    );
  },
);

test.serial('a list without end is cut off after 2000 pages and says so', async (t) => {
  let id = 0;
  const { trakt, withToken, asked } = await start(t, {
    fault: () => ({ body: [{ ...EPISODE, id: (id += 1) }], headers: { 'content-type': 'application/json' } }),
  });
  const from = { page: 1998, limit: 250, distinct: 1997 };
  const pages = await all(trakt.history({ type: 'shows', endAt: END, withToken, from }));
  t.is(asked().length, 3);
  t.is(pages.at(-1)?.incomplete, 'too_many_pages');
});

test.serial('a list can be read on from a page', async (t) => {
  const { trakt, withToken, asked } = await start(t, { movieHistory: watchedMovies(620) });
  const pages = await all(
    trakt.history({ type: 'movies', endAt: END, withToken, from: { page: 3, limit: 250, distinct: 500 } }),
  );
  t.is(asked().length, 1);
  t.deepEqual(
    pages.map(({ page, events, distinct, incomplete }) => [page, events.length, distinct, incomplete]),
    [[3, 120, 620, null]],
  );
});

test.serial('a window from a date asks only for it', async (t) => {
  const { trakt, withToken } = await start(t, { movieHistory: watchedMovies(620) });
  const pages = await all(trakt.history({ type: 'movies', startAt: END - 600, endAt: END - 300, withToken }));
  t.deepEqual(
    pages.flatMap(({ events }) => events.map(({ title }) => title.title)),
    ['Film 5', 'Film 6', 'Film 7', 'Film 8', 'Film 9', 'Film 10'],
  );
});

test.serial('an entry that cannot be read is skipped with its reason and the rest goes on', async (t) => {
  const withoutSeason = { ...EPISODE, id: 6, episode: { season: null, number: 1, ids: { trakt: 31 } } };
  const { trakt, withToken } = await start(t, {
    fault: () => ({
      body: [withoutSeason, EPISODE, 'nonsense'],
      headers: { 'content-type': 'application/json', 'x-pagination-page-count': '1' },
    }),
  });
  const [page] = await all(trakt.history({ type: 'shows', endAt: END, withToken }));
  t.is(page?.events[0]?.kind, 'episode_watched');
  t.deepEqual(page?.skipped, [
    { reason: 'no_season', title: 'Harbour', traktId: 2 },
    { reason: 'malformed', title: null, traktId: null },
  ]);
});

test.serial('ratings, watchlist, watched series and activities are read', async (t) => {
  const rated = (entry: FakeTraktEntry) => ({ rated_at: '2026-11-20T20:00:00.000Z', ...entry });
  const listed = (entry: FakeTraktEntry) => ({ rank: 1, listed_at: '2026-11-20T20:00:00.000Z', notes: null, ...entry });
  const { trakt, withToken } = await start(t, {
    ratings: [rated({ rating: 9, type: 'movie', movie: movie(1) }), rated({ rating: 3, type: 'show', show: SHOW })],
    watchlist: [
      listed({ id: 1, type: 'movie', movie: movie(1) }),
      listed({ id: 2, type: 'season', show: SHOW, season: { number: 1 } }),
    ],
    watchedShows: [
      {
        plays: 4,
        last_watched_at: '2026-11-20T20:00:00.000Z',
        last_updated_at: '2026-11-20T20:00:00.000Z',
        reset_at: null,
        show: SHOW,
      },
    ],
    activities: { movies: { watched_at: '2026-11-20T00:00:00.000Z' }, shows: { rated_at: '2026-11-19T00:00:00.000Z' } },
  });
  const [ratings] = await all(trakt.ratings({ withToken }));
  t.deepEqual(
    ratings?.events.map(({ title, rating, stated }) => [title.type, rating, stated]),
    [
      ['movie', 5, 9],
      ['tv', 2, 3],
    ],
  );
  const [watchlist] = await all(trakt.watchlist({ withToken }));
  t.deepEqual(
    watchlist?.events.map(({ title }) => title.tmdbId),
    [1001],
  );
  t.is(watchlist?.skipped[0]?.reason, 'unsupported_type');
  const [shows] = await all(trakt.watchedShows({ withToken }));
  t.deepEqual(shows?.events, [
    { tmdbId: 77, title: 'Harbour', plays: 4, lastWatchedAt: Date.parse('2026-11-20T20:00:00Z') / 1000 },
  ]);
  const oldest = Date.parse('2020-01-01T00:00:00Z') / 1000;
  t.deepEqual(await trakt.lastActivities({ withToken }), {
    movies: Date.parse('2026-11-20T00:00:00Z') / 1000,
    episodes: oldest,
    watchlist: oldest,
    ratings: Date.parse('2026-11-19T00:00:00Z') / 1000,
  });
});

test.serial('each request says who asks, with key, version and token', async (t) => {
  const { trakt, withToken, asked } = await start(t);
  await trakt.lastActivities({ withToken });
  const headers = asked()[0]?.headers;
  t.like(headers, {
    'trakt-api-version': '2',
    'trakt-api-key': 'client-id-of-the-test',
    'content-type': 'application/json',
  });
  t.regex(headers?.['user-agent'] ?? '', /^immersion/);
  t.regex(headers?.authorization ?? '', /^Bearer access-/);
});

test.serial('a 429 is waited for as long as it says, else two seconds', async (t) => {
  const told = await start(t, {
    fault: (count) => (count === 1 ? { status: 429, headers: { 'retry-after': '25' }, body: '' } : undefined),
  });
  await told.trakt.lastActivities(told);
  t.deepEqual(told.sleeps, [25_000]);
  const silent = await start(t, { fault: (count) => (count === 1 ? { status: 429, body: '' } : undefined) });
  await silent.trakt.lastActivities(silent);
  t.deepEqual(silent.sleeps, [2000]);
});

for (const [header, seconds] of [
  ['2852', 2852],
  ['Sat, 21 Nov 2026 13:00:01 GMT', 3600],
  // Beyond the range of dates: counts as a year.
  ['99999999999999', 366 * 86_400],
] as const) {
  test.serial(`a Retry-After of ${header} is not waited for, and holds nothing else up`, async (t) => {
    const { trakt, withToken, asked, sleeps } = await start(t, {
      fault: (count) => (count === 1 ? { status: 429, headers: { 'retry-after': header }, body: '' } : undefined),
    });
    const failed = trakt.lastActivities({ withToken });
    const error = await failure(t, failed, { code: 'trakt_rate_limited', secrets: SECRETS });
    t.true(Math.abs((error.retryAfterSeconds ?? 0) - seconds) <= 1, String(error.retryAfterSeconds));
    t.regex(error.message, /retry after 20\d\d-/);
    await trakt.lastActivities({ withToken });
    t.is(asked().length, 2);
    t.true(sleeps.every((milliseconds) => milliseconds <= 50));
  });
}

test.serial('three 429 in a row fail after three requests, with the wait in the message', async (t) => {
  const { trakt, withToken, asked } = await start(t, {
    fault: () => ({ status: 429, headers: { 'retry-after': '30' }, body: '' }),
  });
  const error = await failure(t, trakt.lastActivities({ withToken }), { code: 'trakt_rate_limited', secrets: SECRETS });
  t.is(asked().length, 3);
  t.is(error.retryAfterSeconds, 30);
  t.regex(
    error.message,
    /too many requests \(GET http:\S+\/sync\/last_activities, 3 attempts\); retry after 2026-11-21T12:01:31Z/,
  );
});

const REFUSALS: [status: number, code: string, reason: RegExp][] = [
  [403, 'trakt_forbidden', /rejected the API key/],
  [404, 'trakt_not_found', /not found/],
  [412, 'trakt_precondition_failed', /a header is missing/],
  [420, 'trakt_account_limit', /reached a limit/],
  [423, 'trakt_account_locked', /locked/],
  [426, 'trakt_vip_only', /paying Trakt members/],
];
for (const [status, code, reason] of REFUSALS) {
  for (const body of ['<html><script>steal()</script></html>', '', { error: 'raw words of Trakt' }]) {
    test.serial(`${status} with ${JSON.stringify(body)} is asked once and has a message of its own`, async (t) => {
      const { trakt, withToken, asked } = await start(t, { fault: () => ({ status, body }) });
      const error = await failure(t, trakt.lastActivities({ withToken }), {
        code,
        secrets: [...SECRETS, 'html', 'steal', 'raw words'],
      });
      t.regex(error.message, reason);
      t.is(asked().length, 1);
      t.true(everythingSent(asked()).includes('access-'));
    });
  }
}

test.serial('outages and cut connections are tried three times', async (t) => {
  for (const fault of [{ status: 520, body: '<html>' }, { cut: true }]) {
    const { trakt, withToken, asked } = await start(t, { fault: () => fault });
    await failure(t, trakt.lastActivities({ withToken }), { code: 'trakt_unavailable', secrets: SECRETS });
    t.is(asked().length, 3);
  }
});

test.serial('requests start 50 ms apart, and no more than 500 in five minutes', async (t) => {
  const { trakt, withToken, clock, startedAt } = await start(t, { movieHistory: watchedMovies(3) });
  for (let count = 0; count < 3; count += 1) await trakt.lastActivities({ withToken });
  t.is(clock.now() - startedAt, 2 * 50);
  for (let count = 3; count < 501; count += 1) await trakt.lastActivities({ withToken });
  t.true(clock.now() - startedAt >= 300_000);
});

test.serial('a lower limit that Trakt tells is kept', async (t) => {
  const limit = JSON.stringify({
    name: 'AUTHED_API_GET_LIMIT',
    period: 300,
    limit: 2,
    remaining: 1,
    until: '2026-11-21T12:05:00Z',
  });
  const { trakt, withToken, clock, startedAt } = await start(t, {
    fault: () => ({ body: {}, headers: { 'content-type': 'application/json', 'x-ratelimit': limit } }),
  });
  for (let count = 0; count < 4; count += 1) await trakt.lastActivities({ withToken });
  t.true(clock.now() - startedAt >= 300_000);
});

test.serial('a call that is called off ends at once, in the request and in the wait', async (t) => {
  const stop = new AbortController();
  const slow = await start(t, { fault: () => (stop.abort(), { delayMs: 60_000 }) });
  await failure(t, slow.trakt.lastActivities({ withToken: slow.withToken, signal: stop.signal }), {
    code: 'trakt_aborted',
    secrets: SECRETS,
  });

  const waiting = new AbortController();
  const limited = await start(t, {
    fault: () => ({ status: 429, headers: { 'retry-after': '20' }, body: '' }),
    http: {
      sleep: (_, signal) =>
        new Promise((__, reject) => {
          signal?.addEventListener('abort', () => reject(new Error('called off')));
          waiting.abort();
        }),
    },
  });
  await failure(t, limited.trakt.lastActivities({ withToken: limited.withToken, signal: waiting.signal }), {
    code: 'trakt_aborted',
    secrets: SECRETS,
  });
});

testAgainstDescription(test, {
  by: import.meta.filename,
  file: 'trakt.mock.openapi.json',
  requests: judged,
  atLeast: 100,
});
