import test from 'ava';
import type { Fault, FakeRequest } from '../lib/demo/fake-server.ts';
import type { JobAnswer } from '../lib/imports/jobs-contract.ts';
import { filmsIn, type Imports, startImports } from './imports-rig.ts';
import { agoIso, DAY_MS, episodeWatched, filmId, filmsAt, ids, movieWatched, planned, rated } from './trakt-entries.ts';

const limited = (seconds: number): Fault => ({ status: 429, body: '', headers: { 'retry-after': String(seconds) } });
const series = [{ id: 2000, name: 'Series 2000', seasons: { 1: ['2020-01-01'] } }];
const count = (api: Imports, where: string) => api.trakt.requests.filter(({ path }) => path === where).length;
const FILMS = '/sync/history/movies';

/** Six films on three pages; the second is rejected while `isLimited`. */
async function start(t: Parameters<typeof startImports>[0], isLimited: (request: FakeRequest) => boolean) {
  return startImports(t, {
    trakt: {
      movieHistory: ids(6).map((id) => movieWatched(id, agoIso(DAY_MS))),
      episodeHistory: [episodeWatched([2000, 1, 1], agoIso(DAY_MS))],
      ratings: [rated('movie', 1000, 9)],
      watchlist: [planned('movie', 1006)],
      largestPage: 2,
      faults: (request) => (isLimited(request) ? limited(2852) : undefined),
    },
    tmdb: { movies: filmsAt(ids(7)), series },
  });
}
const isSecondPage = ({ path, query }: FakeRequest) => path === FILMS && query.get('page') === '2';

test.serial(
  'a wait of 2,852 s on page 2 stops the list at once, the others come, and the import goes on',
  async (t) => {
    let isDown = true;
    const api = await start(t, (request) => isDown && isSecondPage(request));
    const before = api.clock.now();
    const run = await api.run('trakt_import');
    t.true(api.clock.now() - before < 5000, 'nobody waits');
    t.like(run, { status: 'interrupted', finished_at: null, error_count: 1 });
    t.true(Math.abs(Date.parse(run.resume_at ?? '') - before - 2852_000) < 5000, String(run.resume_at));
    t.regex(
      run.errors[0]?.message ?? '',
      /^Trakt failed for the history of films: too many requests .* retry after 2026-11-21T12:47/,
    );
    t.is(count(api, FILMS), 2);
    t.like(run.lists, {
      movies: { total: 2, new: 2 },
      episodes: { new: 1 },
      watchlist: { new: 1 },
      ratings: { ratings: 1 },
    });
    t.is(await filmsIn(api), 4, 'the other lists are imported');

    // No requests before the limit ends, neither by this import nor by a new command.
    t.is((await api.post(`/runs/${run.run_id}/resume`)).status, 202);
    t.like(await api.finish(run.run_id), { status: 'interrupted', resume_at: run.resume_at });
    t.is(count(api, FILMS), 2);

    isDown = false;
    api.clock.advance(2852_000);
    api.trakt.requests.length = 0;
    t.is((await api.post(`/runs/${run.run_id}/resume`)).status, 202);
    const done = await api.finish(run.run_id);
    t.like(done, { status: 'completed', error_count: 0, errors: [], resume_at: null, completed: 8, total: 8 });
    t.like(done.lists, { movies: { total: 6, new: 6, sessions: 6 }, episodes: { total: 1, new: 1, episodes: 1 } });
    t.deepEqual(
      api.trakt.requests.map(({ path, query }) => `${path} ${query.get('page')}`),
      [2, 3, 4].map((page) => `${FILMS} ${page}`),
      'from where it stood, and nothing else again',
    );
    t.is(await filmsIn(api), 8);
    const { cursors } = (await api.get('/trakt/status')) as { cursors: Record<string, unknown> };
    t.true(Object.values(cursors).every((at) => at === done.started_at));
  },
);

test.serial('while all of Trakt is paused the next command says until when, without asking', async (t) => {
  let isDown = true;
  const api = await startImports(t, {
    trakt: { faults: ({ path }) => (isDown && path.startsWith('/sync/') ? limited(3600) : undefined) },
  });
  t.is((await api.run('trakt_sync')).status, 'interrupted');
  t.is(count(api, '/sync/last_activities'), 1);
  const asked = api.trakt.requests.length;
  const other = await api.start();
  for (const kind of ['trakt_sync', 'trakt_import', 'trakt_preview']) {
    const refused = await other.call('/runs', { method: 'POST', json: { kind } });
    t.like(refused, {
      status: 502,
      body: {
        code: 'trakt_rate_limited',
        message: `Trakt is limiting requests; retry after 2026-11-21T13:00:00Z.`,
      },
    });
    t.true(Number(refused.headers.get('retry-after')) > 3500);
  }
  t.is(api.trakt.requests.length, asked);
  isDown = false;
  api.clock.advance(3_600_000);
  t.is((await api.run('trakt_sync')).status, 'completed');
});

test.serial(
  'an interrupted import leaves its place, goes on in the background when its time is over, and can be cancelled',
  async (t) => {
    let isDown = true;
    const api = await start(t, (request) => isDown && isSecondPage(request));
    const { jobs } = await api.features.imports();
    const first = await api.run('trakt_import');
    const second = await api.run('trakt_sync', { movies: false });
    t.is(second.status, 'completed');
    t.is(await jobs.advanceOpen(20_000), 0, 'not before its time');
    isDown = false;
    api.clock.advance(2852_000);
    t.is(await jobs.advanceOpen(20_000), 1);
    t.like(await api.get(`/runs/${first.run_id}`), { status: 'completed', lists: { movies: { new: 6 } } });
    t.is(await jobs.advanceOpen(20_000), 0);

    isDown = true;
    const third = await api.run('trakt_import');
    t.is(third.status, 'interrupted');
    t.like(await api.post(`/runs/${third.run_id}/cancel`), { status: 202, body: { status: 'cancelled' } });
    isDown = false;
    api.clock.advance(2852_000);
    t.is(await jobs.advanceOpen(20_000), 0);
  },
);

test.serial('a preview that is interrupted goes on to say what the whole import then does', async (t) => {
  let isDown = true;
  const api = await start(t, (request) => isDown && isSecondPage(request));
  const preview = await api.run('trakt_preview');
  t.is(preview.status, 'interrupted');
  isDown = false;
  api.clock.advance(2852_000);
  await api.post(`/runs/${preview.run_id}/resume`);
  const whole = await api.finish(preview.run_id);
  t.is(whole.status, 'completed');
  t.is(await filmsIn(api), 0);
  t.deepEqual(whole.lists, (await api.run('trakt_import')).lists);
});

test.serial('TMDB asking for a long pause interrupts an import, and the next one says so without asking', async (t) => {
  let isDown = true;
  const api = await startImports(t, {
    trakt: { movieHistory: ids(6).map((id) => movieWatched(id, agoIso(DAY_MS))) },
    tmdb: {
      movies: filmsAt(ids(6)),
      faults: (request) => (isDown && filmId(request) === 1003 ? { ...limited(600), body: {} } : undefined),
    },
  });
  const run = await api.run('trakt_import');
  t.like(run, {
    status: 'interrupted',
    completed: 3,
    succeeded: 3,
    failed: 0,
    errors: [{ code: 'tmdb_rate_limited' }],
  });
  t.is(await filmsIn(api), 3);
  const asked = api.tmdb.requests.length;
  t.like(await api.run('trakt_import'), { status: 'interrupted', failed: 0 });
  t.is(api.tmdb.requests.length, asked);
  isDown = false;
  api.clock.advance(600_000);
  await api.post(`/runs/${run.run_id}/resume`);
  const done: JobAnswer = await api.finish(run.run_id);
  t.like(done, { status: 'completed', completed: 6, succeeded: 6, error_count: 0 });
  t.is(await filmsIn(api), 6);
});
