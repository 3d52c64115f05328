import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import type { FakeRequest } from '../lib/cli/demo/fake-server.ts';
import type { RunAnswer } from '../lib/contract/runs.ts';
import { DAY_MS, episodeWatched, filmsAt, movieWatched, NOON, planned, rated, startImports } from './imports-rig.ts';
import { testAgainstDescription } from './provider-judge.ts';

const judged = { trakt: [] as FakeRequest[], tmdb: [] as FakeRequest[] };
const ids = (count: number): number[] => Array.from({ length: count }, (_, index) => 1000 + index);
const agoIso = (milliseconds: number) => new Date(NOON - milliseconds).toISOString();
const filmId = ({ path }: FakeRequest) => Number(/^\/3\/movie\/(\d+)$/.exec(path)?.[1] ?? 0);
const zeros = { new: 0, sessions: 0, episodes: 0, ratings: 0 };

/** A hundred films, watched once each. */
const hundred = () => ({
  trakt: { movieHistory: ids(100).map((id) => movieWatched(id, agoIso((id - 900) * DAY_MS))) },
  movies: filmsAt(ids(100)),
});

async function startRun(t: ExecutionContext, api: Awaited<ReturnType<typeof startImports>>, kind = 'trakt_import') {
  const { status, body } = await api.post('/runs', { kind });
  t.is(status, 202);
  return (body as { run_id: string }).run_id;
}

const filmsIn = async (api: Awaited<ReturnType<typeof startImports>>): Promise<number> =>
  ((await api.get('/library?limit=500')) as { titles: unknown[] }).titles.length;

test('a second start while one runs is refused with its id, and of two at once exactly one begins', async (t) => {
  const api = await startImports(t, { judged });
  const starts = await Promise.all([1, 2, 3, 4].map(async () => api.post('/runs', { kind: 'trakt_sync' })));
  t.deepEqual(starts.map(({ status }) => status).toSorted((a, b) => a - b), [202, 409, 409, 409]);
  const id = (starts.find(({ status }) => status === 202) as { body: { run_id: string } }).body.run_id;
  for (const { status, body } of starts) {
    if (status === 409) t.like(body, { code: 'import_in_progress', run_id: id });
  }
  const other = await api.start();
  t.like(await other.call('/runs', { method: 'POST', json: { kind: 'trakt_import' } }), {
    status: 409,
    body: { code: 'import_in_progress', run_id: id },
  });
  t.is((await api.finish(id)).status, 'completed');
  t.is((await api.post('/runs', { kind: 'trakt_import' })).status, 202);
});

test('cancelled at item 40 of 100, 40 or 41 are done, and a resumed run ends at 100 without doubles', async (t) => {
  const { trakt, movies } = hundred();
  let cancelled: Promise<unknown> | undefined;
  let runId = '';
  const api = await startImports(t, {
    judged,
    trakt,
    tmdb: {
      movies,
      faults: (request) => {
        if (filmId(request) !== 1039 || cancelled) return undefined;
        cancelled = api.post(`/runs/${runId}/cancel`);
        return { delayMs: 100 };
      },
    },
  });
  runId = await startRun(t, api);
  const run = await api.finish(runId);
  t.is(run.status, 'cancelled');
  t.true([39, 40, 41].includes(run.completed), `${run.completed} were done`);
  t.is(await filmsIn(api), run.completed);
  t.like(await cancelled, { status: 202 });
  t.is(run.succeeded, run.completed);
  t.is(run.lists.movies?.sessions, run.completed);

  t.is((await api.post(`/runs/${runId}/resume`)).status, 202);
  const ended = await api.finish(runId);
  t.like(ended, { status: 'completed', total: 100, completed: 100, succeeded: 100, failed: 0 });
  t.like(ended.lists.movies, { total: 100, new: 100, existing: 0, sessions: 100 });
  t.is(await filmsIn(api), 100);
  t.like(await api.post(`/runs/${runId}/resume`), { status: 409, body: { code: 'run_state' } });
  t.like(await api.post(`/runs/${runId}/cancel`), { status: 409, body: { code: 'run_state' } });
});

test('another process cancels within two seconds, also while a request hangs', async (t) => {
  const { trakt, movies } = hundred();
  const api = await startImports(t, {
    judged,
    trakt,
    tmdb: { movies, faults: (request) => (filmId(request) === 1010 ? { delayMs: 10_000 } : undefined) },
  });
  const other = await api.start();
  const runId = await startRun(t, api);
  const advancing = api.post(`/runs/${runId}/advance`);
  while (!api.tmdb.requests.some((request) => filmId(request) === 1010)) await delay(10);
  const started = performance.now();
  t.is((await other.call(`/runs/${runId}/cancel`, { method: 'POST' })).status, 202);
  t.like((await advancing).body, { status: 'cancelled', completed: 10 });
  t.true(performance.now() - started < 2000);
});

test('a run whose worker is gone is interrupted once its lease is over, and goes on from its checkpoint', async (t) => {
  const { trakt, movies } = hundred();
  const api = await startImports(t, {
    judged,
    trakt,
    tmdb: { movies, faults: (request) => (filmId(request) === 1040 ? { delayMs: 60_000 } : undefined) },
  });
  const other = await api.start();
  const runId = await startRun(t, api);
  void api.post(`/runs/${runId}/advance`).catch(() => undefined);
  while (!api.tmdb.requests.some((request) => filmId(request) === 1040)) await delay(10);
  const status = async () => ((await other.call(`/runs/${runId}`)).body as RunAnswer).status;
  t.is(await status(), 'running');
  t.like(await other.call(`/runs/${runId}/advance`, { method: 'POST' }), { status: 409, body: { code: 'lease_held' } });
  // The first process hangs and renews nothing: its clock stands still, the other's goes on.
  await stopRenewing(api.store);
  api.clock.advance(61_000);
  t.is(await status(), 'interrupted');
  api.tmdb.requests.length = 0;
  t.is((await other.call(`/runs/${runId}/resume`, { method: 'POST' })).status, 202);
  t.is(await status(), 'running');
});

/** What a dead process does to its slot: nothing more. */
async function stopRenewing(store: Awaited<ReturnType<typeof startImports>>['store']): Promise<void> {
  Object.assign(store, { transact: async () => new Promise(() => undefined) });
}

test('item 7 of 10 fails: 9 are imported, the cursor stays, and the next sync tries it again', async (t) => {
  let isDown = true;
  const api = await startImports(t, {
    judged,
    trakt: { movieHistory: ids(10).map((id) => movieWatched(id, agoIso(3_600_000))) },
    tmdb: {
      movies: filmsAt(ids(10)),
      faults: (request) => (isDown && filmId(request) === 1006 ? { status: 500 } : undefined),
    },
  });
  const first = await api.run('trakt_sync');
  t.like(first, { status: 'completed_with_errors', total: 10, completed: 10, succeeded: 9, failed: 1, error_count: 1 });
  t.like(first.errors[0], { stage: 'movies', item: 'Film 1006', code: 'tmdb_unavailable' });
  t.is(await filmsIn(api), 9);
  const state = (await api.get('/trakt/status')) as { cursors: Record<string, unknown>; last_sync_at: unknown };
  t.is(state.cursors['movies'], null);
  t.truthy(state.cursors['episodes']);
  t.is(state.last_sync_at, null);

  isDown = false;
  const second = await api.run('trakt_sync');
  t.like(second, { status: 'completed', failed: 0 });
  t.like(second.lists.movies, { new: 1, sessions: 1 });
  t.is(await filmsIn(api), 10);
  t.truthy(((await api.get('/trakt/status')) as { last_sync_at: unknown }).last_sync_at);
});

test('the first sync starts a day back, later ones an hour before the last good one; a second one is all zeros', async (t) => {
  const api = await startImports(t, {
    judged,
    trakt: {
      movieHistory: [movieWatched(1000, agoIso(3_600_000)), movieWatched(1001, agoIso(2 * DAY_MS))],
      watchlist: [planned('movie', 1002)],
      ratings: [rated('movie', 1000, 7)],
    },
    tmdb: { movies: filmsAt(ids(3)) },
  });
  const historyStarts = () =>
    api.trakt.requests.filter(({ path }) => path === '/sync/history/movies').map(({ query }) => query.get('start_at'));
  const startOf = (run: RunAnswer) => Date.parse(run.started_at);
  const first = await api.run('trakt_sync');
  t.is(Date.parse(historyStarts()[0] ?? ''), startOf(first) - DAY_MS);
  t.like(first.lists, { movies: { new: 1, sessions: 1 }, watchlist: { new: 1 }, ratings: { ratings: 1 } });

  const second = await api.run('trakt_sync');
  t.is(historyStarts().length, 1, 'what did not move is not read');
  for (const counts of Object.values(second.lists)) t.like(counts, zeros);
  t.is(second.status, 'completed');
  t.is(second.total, 0);
});

test('moved lists are read from an hour before the last good sync', async (t) => {
  const activities: Record<string, Record<string, string>> = { movies: { watched_at: agoIso(5000) } };
  const api = await startImports(t, {
    judged,
    trakt: { movieHistory: [movieWatched(1000, agoIso(3_600_000))], activities },
    tmdb: { movies: filmsAt(ids(1)) },
  });
  const first = await api.run('trakt_sync');
  activities['movies'] = { watched_at: agoIso(1000) };
  api.clock.advance(7_200_000);
  const second = await api.run('trakt_sync');
  const starts = api.trakt.requests
    .filter(({ path }) => path === '/sync/history/movies')
    .map(({ query }) => Date.parse(query.get('start_at') ?? ''));
  t.deepEqual(starts[1], Date.parse(first.started_at) - 3_600_000);
  for (const counts of Object.values(second.lists)) t.like(counts, zeros);
});

test('a preview tells exactly what the import then does, and changes nothing', async (t) => {
  const api = await startImports(t, {
    judged,
    trakt: {
      movieHistory: [
        movieWatched(1000, agoIso(DAY_MS)),
        movieWatched(1000, agoIso(2 * DAY_MS)),
        movieWatched(1001, null),
        { ...movieWatched(1002, agoIso(DAY_MS)), movie: { title: 'No id', year: 2000, ids: { trakt: 5, tmdb: null } } },
        movieWatched(1999, agoIso(DAY_MS)),
      ],
      episodeHistory: [1, 2, 3].map((number) => episodeWatched([2000, 1, number], agoIso(number * DAY_MS))),
      ratings: [rated('movie', 1000, 4)],
      watchlist: [planned('movie', 1001), planned('movie', 1003)],
    },
    tmdb: {
      movies: filmsAt(ids(5)),
      series: [{ id: 2000, name: 'Series 2000', seasons: { 1: ['2020-01-01', '2020-01-08', '2020-01-15'] } }],
    },
  });
  const preview = await api.run('trakt_preview');
  t.deepEqual(await api.get('/library'), { titles: [], next: null });
  t.is(((await api.get('/trakt/status')) as { last_attempt_at: unknown }).last_attempt_at, null);
  const done = await api.run('trakt_import');
  t.deepEqual(preview.lists, done.lists);
  t.deepEqual(done.lists, {
    movies: {
      total: 5,
      new: 2,
      existing: 0,
      sessions: 3,
      episodes: 0,
      ratings: 0,
      skipped: { no_tmdb_id: 1, not_at_tmdb: 1 },
    },
    episodes: { total: 3, new: 1, existing: 0, sessions: 0, episodes: 3, ratings: 0, skipped: {} },
    watchlist: { total: 2, new: 1, existing: 1, sessions: 0, episodes: 0, ratings: 0, skipped: {} },
    ratings: { total: 1, new: 0, existing: 1, sessions: 0, episodes: 0, ratings: 1, skipped: {} },
  });
  t.deepEqual(done.skipped_items, preview.skipped_items);
  t.deepEqual(done.skipped_items[0], { reason: 'no_tmdb_id', title: 'No id', trakt_id: 5 });
  t.is(done.status, 'completed');
});

test('a list that cannot be read makes a preview incomplete, not failed, and keeps the cursor of a sync', async (t) => {
  const api = await startImports(t, {
    judged,
    trakt: {
      movieHistory: [movieWatched(1000, agoIso(3_600_000))],
      faults: ({ path }) => (path === '/sync/ratings' ? { status: 420, body: '<html>limit</html>' } : undefined),
    },
    tmdb: { movies: filmsAt(ids(1)) },
  });
  const preview = await api.run('trakt_preview');
  t.like(preview, { status: 'completed_with_errors', incomplete: [{ list: 'ratings', reason: 'trakt_account_limit' }] });
  t.like(preview.lists.movies, { new: 1, sessions: 1 });
  const sync = await api.run('trakt_sync');
  t.is(sync.status, 'completed_with_errors');
  const { cursors } = (await api.get('/trakt/status')) as { cursors: Record<string, unknown> };
  t.is(cursors['ratings'], null);
  t.truthy(cursors['movies']);
});

test('three watches of one film in reverse order leave the same library', async (t) => {
  const days = ['2026-01-01', '2026-02-02', '2026-03-03'];
  const history = days.map((day, index) => movieWatched(1000, `${day}T20:00:00.000Z`, { id: 900 + index }));
  const libraryOf = async (movieHistory: typeof history) => {
    const api = await startImports(t, { judged, trakt: { movieHistory }, tmdb: { movies: filmsAt(ids(1)) } });
    await api.run('trakt_import');
    return api.get('/library/movie/1000');
  };
  t.deepEqual(await libraryOf(history), await libraryOf(history.toReversed()));
});

test('four episodes on a day keep their dates, five take their air dates, and a rewatch keeps both', async (t) => {
  const airDates = ['2020-01-01', '2020-01-08', '2020-01-15', '2020-01-22', null, '2020-02-05'];
  const on = (day: string, number: number) => episodeWatched([2000, 1, number], `${day}T1${number}:00:00.000Z`);
  const api = await startImports(t, {
    judged,
    trakt: {
      episodeHistory: [
        ...[1, 2, 3, 4, 5].map((number) => on('2026-05-05', number)),
        ...[1, 2, 3, 4].map((number) => on('2026-04-04', number)),
      ],
    },
    tmdb: { series: [{ id: 2000, name: 'Series 2000', runtime: 50, seasons: { 1: airDates } }] },
  });
  await api.run('trakt_import');
  const { seasons, status, next_episode: next } = (await api.get('/library/tv/2000')) as {
    status: string;
    next_episode: unknown;
    seasons: { episodes: { watches: { day: string; watched_at: string; date_source: string }[] }[] }[];
  };
  t.deepEqual(
    seasons[0]?.episodes.map(({ watches }) => watches.map(({ day, date_source: source }) => `${day} ${source}`)),
    [
      ['2026-04-04 watched', '2020-01-01 air'],
      ['2026-04-04 watched', '2020-01-08 air'],
      ['2026-04-04 watched', '2020-01-15 air'],
      ['2026-04-04 watched', '2020-01-22 air'],
      ['2026-05-05 watched'],
    ],
  );
  t.is(seasons[0]?.episodes[0]?.watches[1]?.watched_at, '2026-05-05T11:00:00Z', 'the real instant stays');
  t.is(status, 'in_progress');
  t.deepEqual(next, { season_number: 1, episode_number: 6 });
});

test('imported viewings count in the progress, and with the file that they are the same as once', async (t) => {
  const api = await startImports(t, {
    judged,
    trakt: {
      movieHistory: [movieWatched(1000, agoIso(3_600_000)), movieWatched(1000, agoIso(3 * DAY_MS))],
      episodeHistory: [1, 2].map((number) => episodeWatched([2000, 1, number], agoIso(DAY_MS))),
    },
    tmdb: {
      movies: filmsAt(ids(1)),
      series: [{ id: 2000, name: 'Series 2000', runtime: 30, seasons: { 1: ['2020-01-01', '2020-01-08'] } }],
    },
  });
  await api.run('trakt_import');
  const before = (await api.get('/progress')) as Record<string, unknown>;
  t.like(before, { total_episodes_watched: 2, total_movies_watched: 1, movies_watched_today: 1, total_hours_watched: 4 });
  t.like(before['shows'], [{ show_id: '72000', name: 'Series 2000', episodes_watched: 2, minutes_watched: 60 }]);
  t.like(before['movies'], [{ movie_id: 'tmdb:1000', name: 'Film 1000' }]);

  const file = { folder_name: 'Series', file_name: 'Series.S01E02.1080p' };
  await api.post('/sync', { episodes: [file] });
  await api.store.put({
    ...(await api.store.get({ partition: 'USER#me', sort: 'SHOW#Series' })),
    tvdb_id: 72_000,
  });
  const after = (await api.get('/progress')) as Record<string, unknown>;
  t.like(after, { total_episodes_watched: 2, total_movies_watched: 1 });
  t.like(after['shows'], [{ show_id: '72000', episodes_watched: 2 }]);
});

test('a login with another state, or the same one twice, asks for no token', async (t) => {
  const api = await startImports(t, { judged, loggedOut: true });
  const { state, url } = (await api.post('/trakt/authorize')).body as { state: string; url: string };
  const code = api.trakt.allow(url);
  const mismatch = { status: 400, body: { code: 'trakt_state_mismatch' } };
  t.like(await api.post('/trakt/exchange', { code, state: 'another' }), mismatch);
  t.like(await api.post('/trakt/exchange', { code }), mismatch);
  t.is(api.trakt.requests.length, 0);
  t.like(await api.post('/trakt/exchange', { code, state }), { status: 200, body: { connected: true } });
  const asked = api.trakt.requests.length;
  t.like(await api.post('/trakt/exchange', { code, state }), mismatch);
  t.is(api.trakt.requests.length, asked);
  t.like(await api.get('/trakt/status'), { connected: true, username: 'hana', needs_reconnect: false });
  t.like(await api.call('/trakt/connection', { method: 'DELETE' }), { status: 200, body: { revoked: true } });
  t.like(await api.run('trakt_import'), { status: 'failed', errors: [{ code: 'trakt_not_connected' }] });
  t.notRegex(api.logLines.join('\n'), /access-|refresh-|client-secret|tmdb-key/);
});

test('a device is polled until it is confirmed, by an id of ours', async (t) => {
  const api = await startImports(t, { judged, loggedOut: true });
  const { body } = await api.post('/trakt/device');
  const device = body as { device_id: string; user_code: string };
  t.notRegex(JSON.stringify(body), /device-/);
  const poll = `/trakt/device/${device.device_id}/poll`;
  t.like(await api.post(poll), { status: 200, body: { status: 'pending', interval: 5 } });
  api.trakt.decide(device.user_code, 'approved');
  t.like(await api.post(poll), { status: 200, body: { status: 'connected' } });
  t.like(await api.post('/trakt/device/nobody/poll'), { status: 404 });
});

test('images outside of their names are refused, and one that is there is served with its tag', async (t) => {
  const api = await startImports(t, {
    loggedOut: true,
    tmdb: { images: { 'w185/night-sea.jpg': Buffer.from('an image') } },
  });
  for (const strange of [
    '/images/posters/w185/..%2f..%2fimmersion.sqlite',
    '/images/posters/w185/%2e%2e',
    '/images/posters/w185/%2Fetc%2Fpasswd',
    '/images/posters/w1/night-sea.jpg',
    '/images/posters/w185/night-sea.jpg/more',
    '/images/posters',
    '/images/..%2f/w185/night-sea.jpg',
    '/images/posters/w185/night-sea.exe',
  ]) {
    t.like(await api.call(strange), { status: 400 }, strange);
  }
  t.is(api.tmdb.requests.length, 0);
  const image = await api.call('/images/posters/w185/night-sea.jpg');
  t.like(image, { status: 200, text: 'an image' });
  const etag = image.headers.get('etag') ?? '';
  t.is((await api.call('/images/posters/w185/night-sea.jpg', { headers: { 'If-None-Match': etag } })).status, 304);
  t.is((await api.call('/images/posters/w185/missing.jpg')).status, 404);
});

testAgainstDescription(test, { file: 'trakt.mock.openapi.json', requests: judged.trakt, atLeast: 60 });
testAgainstDescription(test, { file: 'tmdb-v3.mock.openapi.json', requests: judged.tmdb, atLeast: 60 });
