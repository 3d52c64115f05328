import test from 'ava';
import type { JobAnswer } from '../lib/imports/jobs-contract.ts';
import { filmsIn, startImports, testImportsAgainstDescriptions, type Judged } from './imports-rig.ts';
import { agoIso, DAY_MS, episodeWatched, filmId, filmsAt, ids, movieWatched, planned, rated } from './trakt-entries.ts';

const judged: Judged = { trakt: [], tmdb: [] };
const zeros = { new: 0, sessions: 0, episodes: 0, ratings: 0 };

test.serial('item 7 of 10 fails: 9 are imported, the cursor stays, and the next sync tries it again', async (t) => {
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

test.serial(
  'the first sync starts a day back, later ones an hour before the last good one; a second one is all zeros',
  async (t) => {
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
      api.trakt.requests
        .filter(({ path }) => path === '/sync/history/movies')
        .map(({ query }) => query.get('start_at'));
    const startOf = (run: JobAnswer) => Date.parse(run.started_at);
    const first = await api.run('trakt_sync');
    t.is(Date.parse(historyStarts()[0] ?? ''), startOf(first) - DAY_MS);
    t.like(first.lists, { movies: { new: 1, sessions: 1 }, watchlist: { new: 1 }, ratings: { ratings: 1 } });

    const second = await api.run('trakt_sync');
    t.is(historyStarts().length, 1, 'what did not move is not read');
    for (const counts of Object.values(second.lists)) t.like(counts, zeros);
    t.is(second.status, 'completed');
    t.is(second.total, 0);
  },
);

test.serial('moved lists are read from an hour before the last good sync', async (t) => {
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

test.serial('a preview tells exactly what the import then does, and changes nothing', async (t) => {
  const api = await startImports(t, {
    judged,
    trakt: {
      movieHistory: [
        movieWatched(1000, agoIso(DAY_MS)),
        movieWatched(1000, agoIso(2 * DAY_MS)),
        movieWatched(1001, '1970-01-01T00:00:00.000Z'),
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
  t.deepEqual(await api.get('/titles'), { titles: [], next: null });
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

test.serial(
  'a preview tells of a series that Trakt counts as watched and whose history it does not give',
  async (t) => {
    const watched = (tmdbId: number) => ({
      plays: 1,
      last_watched_at: agoIso(DAY_MS),
      last_updated_at: agoIso(DAY_MS),
      reset_at: null,
      show: {
        title: `Series ${tmdbId}`,
        year: 2001,
        ids: { trakt: tmdbId, slug: 's', tvdb: 1, imdb: null, tmdb: tmdbId },
      },
    });
    const watchedShows = [watched(2000)];
    const api = await startImports(t, {
      trakt: { episodeHistory: [episodeWatched([2000, 1, 1], agoIso(DAY_MS))], watchedShows },
      tmdb: { series: [{ id: 2000, name: 'Series 2000', seasons: { 1: ['2020-01-01'] } }] },
    });
    t.like(await api.run('trakt_preview'), { status: 'completed', incomplete: [] });
    watchedShows.push(watched(2001));
    t.like(await api.run('trakt_preview'), {
      status: 'completed_with_errors',
      incomplete: [{ list: 'episodes', reason: 'missing_series' }],
      lists: { episodes: { new: 1, episodes: 1 } },
    });
    t.is((await api.run('trakt_import')).status, 'completed');
  },
);

test.serial(
  'a list that cannot be read makes a preview incomplete, not failed, and keeps the cursor of a sync',
  async (t) => {
    const api = await startImports(t, {
      judged,
      trakt: {
        movieHistory: [movieWatched(1000, agoIso(3_600_000))],
        faults: ({ path }) => (path === '/sync/ratings' ? { status: 420, body: '<html>limit</html>' } : undefined),
      },
      tmdb: { movies: filmsAt(ids(1)) },
    });
    const preview = await api.run('trakt_preview');
    t.like(preview, {
      status: 'completed_with_errors',
      incomplete: [{ list: 'ratings', reason: 'trakt_account_limit' }],
    });
    t.like(preview.lists.movies, { new: 1, sessions: 1 });
    const sync = await api.run('trakt_sync');
    t.is(sync.status, 'completed_with_errors');
    const { cursors } = (await api.get('/trakt/status')) as { cursors: Record<string, unknown> };
    t.is(cursors['ratings'], null);
    t.truthy(cursors['movies']);
  },
);

testImportsAgainstDescriptions(test, { by: import.meta.filename, judged, atLeast: { trakt: 20, tmdb: 10 } });
