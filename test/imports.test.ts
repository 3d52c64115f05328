import test from 'ava';
import type { LibraryTitleDetails } from '../lib/contract/library.ts';
import { filmsAt, movieWatched, planned, rated, startImports } from './imports-rig.ts';

test('three viewings of a film on three days, newest first, are three sessions, and no more the second time', async (t) => {
  const api = await startImports(t, {
    trakt: {
      movieHistory: [
        movieWatched(550, '2026-03-03T20:00:00.000Z'),
        movieWatched(550, '2026-02-02T20:00:00.000Z'),
        movieWatched(550, '2026-01-01T20:00:00.000Z'),
      ],
      ratings: [rated('movie', 550, 9)],
      watchlist: [planned('movie', 550), planned('movie', 551)],
    },
    tmdb: { movies: filmsAt([550, 551]) },
  });
  const first = await api.run('trakt_import');
  t.like(first, { status: 'completed', total: 2, completed: 2, succeeded: 2, failed: 0, error_count: 0 });
  t.deepEqual(first.lists, {
    movies: { total: 3, new: 1, existing: 0, sessions: 3, episodes: 0, ratings: 0, skipped: {} },
    episodes: { total: 0, new: 0, existing: 0, sessions: 0, episodes: 0, ratings: 0, skipped: {} },
    watchlist: { total: 2, new: 1, existing: 1, sessions: 0, episodes: 0, ratings: 0, skipped: {} },
    ratings: { total: 1, new: 0, existing: 1, sessions: 0, episodes: 0, ratings: 1, skipped: {} },
  });
  const film = (await api.get('/library/movie/550')) as LibraryTitleDetails;
  t.like(film, {
    title: 'Film 550',
    status: 'completed',
    rating: 5,
    rating_name: 'Outstanding',
    trakt_rating: 9,
    first_watched_at: '2026-01-01T20:00:00Z',
    last_watched_at: '2026-03-03T20:00:00Z',
  });
  t.deepEqual(
    film.sessions?.map(({ day, plays, source }) => [day, plays, source]),
    [
      ['2026-01-01', 1, 'trakt'],
      ['2026-02-02', 1, 'trakt'],
      ['2026-03-03', 1, 'trakt'],
    ],
  );
  t.like(await api.get('/library/movie/551'), { status: 'planned', sessions: [] });

  const asked = api.tmdb.requests.length;
  const again = await api.run('trakt_import');
  t.like(again.lists, {
    movies: { new: 0, existing: 1, sessions: 0 },
    watchlist: { new: 0 },
    ratings: { ratings: 0 },
  });
  t.is(api.tmdb.requests.length, asked);
  t.deepEqual(await api.get('/library/movie/550'), film);
});
