import test from 'ava';
import type { TitleDetailsAnswer } from '../lib/titles/titles-contract.ts';
import { startImports } from './imports-rig.ts';
import { agoIso, DAY_MS, episodeWatched, filmsAt, ids, movieWatched, planned, rated } from './trakt-entries.ts';

test.serial(
  'three viewings of a film on three days, newest first, are three sessions, and no more the second time',
  async (t) => {
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
    const film = (await api.get('/titles/movie/550')) as TitleDetailsAnswer;
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
    t.like(await api.get('/titles/movie/551'), { status: 'planned', sessions: [] });

    const asked = api.tmdb.requests.length;
    const again = await api.run('trakt_import');
    t.like(again.lists, {
      movies: { new: 0, existing: 1, sessions: 0 },
      watchlist: { new: 0 },
      ratings: { ratings: 0 },
    });
    t.is(api.tmdb.requests.length, asked);
    t.deepEqual(await api.get('/titles/movie/550'), film);
  },
);

test.serial('three watches of one film in reverse order leave the same library', async (t) => {
  const days = ['2026-01-01', '2026-02-02', '2026-03-03'];
  const history = days.map((day, index) => movieWatched(1000, `${day}T20:00:00.000Z`, { id: 900 + index }));
  const libraryOf = async (movieHistory: typeof history) => {
    const api = await startImports(t, { trakt: { movieHistory }, tmdb: { movies: filmsAt(ids(1)) } });
    await api.run('trakt_import');
    return api.get('/titles/movie/1000');
  };
  t.deepEqual(await libraryOf(history), await libraryOf(history.toReversed()));
});

test.serial(
  'four episodes on a day keep their dates, five take their air dates, and a rewatch keeps both',
  async (t) => {
    const airDates = ['2020-01-01', '2020-01-08', '2020-01-15', '2020-01-22', null, '2020-02-05'];
    const on = (day: string, number: number) => episodeWatched([2000, 1, number], `${day}T1${number}:00:00.000Z`);
    const api = await startImports(t, {
      trakt: {
        episodeHistory: [
          ...[1, 2, 3, 4, 5].map((number) => on('2026-05-05', number)),
          ...[1, 2, 3, 4].map((number) => on('2026-04-04', number)),
        ],
      },
      tmdb: { series: [{ id: 2000, name: 'Series 2000', runtime: 50, seasons: { 1: airDates } }] },
    });
    await api.run('trakt_import');
    const {
      seasons,
      status,
      next_episode: next,
    } = (await api.get('/titles/tv/2000')) as {
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
  },
);

test.serial('imported viewings count in the progress, and with the file that they are the same as once', async (t) => {
  const api = await startImports(t, {
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
  t.like(before, {
    total_episodes_watched: 2,
    total_movies_watched: 1,
    movies_watched_today: 1,
    total_hours_watched: 4,
  });
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

test.serial('what TMDB learns later of an episode is kept with its next viewing', async (t) => {
  const airDates: (string | null)[] = [null, null, null, null, null];
  const on = (day: string, number: number) => episodeWatched([2000, 1, number], `${day}T1${number}:00:00.000Z`);
  const episodeHistory = [1, 2, 3, 4, 5].map((number) => on('2026-05-05', number));
  const api = await startImports(t, {
    trakt: { episodeHistory },
    tmdb: { series: [{ id: 2000, name: 'Series 2000', seasons: { 1: airDates } }] },
  });
  const shownDays = async () => {
    const { seasons } = (await api.get('/titles/tv/2000')) as TitleDetailsAnswer;
    return seasons?.[0]?.episodes.map(({ watches }) => watches.map(({ day }) => day).join(' '));
  };
  await api.run('trakt_import');
  t.deepEqual(
    await shownDays(),
    Array.from({ length: 5 }, () => '2026-05-05'),
  );
  airDates.splice(0, 5, '2020-01-01', '2020-01-08', '2020-01-15', '2020-01-22', '2020-01-29');
  episodeHistory.unshift(on('2026-06-06', 1));
  api.clock.advance(2 * DAY_MS);
  await api.run('trakt_import');
  t.deepEqual(await shownDays(), ['2020-01-01 2026-06-06', '2020-01-08', '2020-01-15', '2020-01-22', '2020-01-29']);
});
