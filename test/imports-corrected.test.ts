import test from 'ava';
import type { FakeTmdbOptions } from '../lib/demo/fake-tmdb.ts';
import { movedTitle } from '../lib/imports/move-rules.ts';
import { joinSessions, type WatchSession } from '../lib/titles/session-rules.ts';
import type { FakeTraktEntry } from './fakes/fake-trakt.ts';
import { filmsIn, type Imports, startImports } from './imports-rig.ts';
import { agoIso, DAY_MS, episodeWatched, filmsAt, ids, movieWatched, rated } from './trakt-entries.ts';

const plain = (instant: string) => instant.replace('.000Z', 'Z');
const series = [
  { id: 2000, name: 'Series 2000', runtime: 24, seasons: { 1: ['2020-01-01', '2020-01-08'] } },
  { id: 2001, name: 'Series 2001', runtime: 24, seasons: { 1: ['2020-01-01', '2020-01-08'] } },
];
const tmdb: FakeTmdbOptions = { movies: filmsAt(ids(3)), series };

interface Shown {
  sessions: { day: string; watched_at: string; plays: number; trakt_ids: string[] }[];
  seasons: { episodes: { episode_number: number; name: string | null; watches: { watched_at: string }[] }[] }[];
}
const shown = async (api: Imports, where: string): Promise<Shown> => (await api.get(`/titles/${where}`)) as Shown;
const totals = async (api: Imports) => {
  const { total_movies_watched: movies, total_episodes_watched: episodes } = (await api.get('/progress')) as Record<
    string,
    number
  >;
  return { movies, episodes };
};
/** An entry whose title now has another TMDB id. */
const withTmdbId = (entry: FakeTraktEntry, kind: 'movie' | 'show', tmdb: number): FakeTraktEntry => {
  const title = entry[kind] as { ids: object };
  return { ...entry, [kind]: { ...title, ids: { ...title.ids, tmdb } } };
};

test.serial('a date that was corrected at Trakt is taken, by the next import and by the next sync', async (t) => {
  const film = movieWatched(1000, agoIso(9 * DAY_MS));
  const other = movieWatched(1000, agoIso(3 * DAY_MS));
  const episode = episodeWatched([2000, 1, 1], agoIso(9 * DAY_MS));
  const movieHistory = [other, film];
  const episodeHistory = [episode];
  const api = await startImports(t, { trakt: { movieHistory, episodeHistory }, tmdb });
  await api.run('trakt_import');

  movieHistory[1] = { ...film, watched_at: agoIso(5 * DAY_MS) };
  episodeHistory[0] = { ...episode, watched_at: agoIso(5 * DAY_MS) };
  t.is((await api.run('trakt_import')).status, 'completed');
  t.deepEqual(
    (await shown(api, 'movie/1000')).sessions.map((session) => session.watched_at),
    [plain(agoIso(5 * DAY_MS)), plain(agoIso(3 * DAY_MS))],
  );
  const [first] = (await shown(api, 'tv/2000')).seasons[0]?.episodes ?? [];
  t.deepEqual(
    first?.watches.map((watch) => watch.watched_at),
    [plain(agoIso(5 * DAY_MS))],
  );
  t.truthy(first?.name);
  t.deepEqual(await totals(api), { movies: 1, episodes: 1 });

  // To the day of the other, to another hour, to no date, and back.
  for (const at of [agoIso(3 * DAY_MS - 7_200_000), agoIso(3 * DAY_MS - 9_000_000), null, agoIso(5 * DAY_MS)]) {
    movieHistory[1] = { ...film, watched_at: at };
    await api.run('trakt_import');
    const { sessions } = await shown(api, 'movie/1000');
    const plays = sessions.reduce((sum, session) => sum + session.plays, 0);
    t.deepEqual([plays, sessions.flatMap((session) => session.trakt_ids).length], [2, 2], String(at));
  }
  const { lists } = await api.run('trakt_import');
  t.like(lists, { movies: { new: 0, sessions: 0 }, episodes: { new: 0, episodes: 0 } });
});

const session = (day: string | null, events: [id: string, at: number | null][], more: Partial<WatchSession> = {}) => ({
  day,
  watchedAt: events[0]?.[1] ?? null,
  plays: events.length,
  source: 'trakt' as const,
  eventIds: events.map(([id]) => id),
  instants: events.map(([, at]) => at),
  isTrusted: false,
  ...more,
});
const dayOf = (seconds: number) => `2026-01-0${1 + Math.floor(seconds / 100)}`;
const CORRECTED: [what: string, known: WatchSession[], viewing: [string, number | null], WatchSession[]][] = [
  ['to another day', [session(dayOf(0), [['a', 5]])], ['a', 105], [session(dayOf(100), [['a', 105]])]],
  ['within its day', [session(dayOf(0), [['a', 5]])], ['a', 7], [session(dayOf(0), [['a', 7]])]],
  [
    'off a day with another play',
    [
      session(dayOf(0), [
        ['a', 5],
        ['b', 9],
      ]),
    ],
    ['a', 105],
    [session(dayOf(0), [['b', 9]]), session(dayOf(100), [['a', 105]])],
  ],
  [
    'off a day that was entered by hand',
    [session(dayOf(0), [['a', 5]], { source: 'manual' })],
    ['a', 105],
    [session(dayOf(0), [], { source: 'manual', watchedAt: 5, plays: 1 }), session(dayOf(100), [['a', 105]])],
  ],
  ['from no date to one', [session(null, [['a', null]])], ['a', 105], [session(dayOf(100), [['a', 105]])]],
  ['from a date to none', [session(dayOf(0), [['a', 5]])], ['a', null], [session(null, [['a', null]])]],
  [
    'not at all where only the day was kept',
    [session(dayOf(0), [['a', null]], { watchedAt: 5 })],
    ['a', 7],
    [session(dayOf(0), [['a', null]], { watchedAt: 5 })],
  ],
];
for (const [what, known, [eventId, watchedAt], expected] of CORRECTED) {
  test(`an event whose date is corrected moves ${what}, once`, (t) => {
    const joined = joinSessions(known, [{ eventId, watchedAt }], { dayOf });
    t.deepEqual(joined.sessions, expected);
    t.deepEqual(joinSessions(joined.sessions, [{ eventId, watchedAt }], { dayOf }).changed, []);
  });
}

test.serial('a title that has another id at TMDB by now is moved, not doubled', async (t) => {
  const movieHistory = [movieWatched(1000, agoIso(2 * DAY_MS)), movieWatched(1000, agoIso(9 * DAY_MS))];
  const episodeHistory = [1, 2].map((number) => episodeWatched([2000, 1, number], agoIso(number * DAY_MS)));
  const ratings = [rated('movie', 1000, 9)];
  const api = await startImports(t, { trakt: { movieHistory, episodeHistory, ratings }, tmdb });
  await api.run('trakt_import');
  await api.call('/titles/movie/1000', { method: 'PUT', json: { rating: 2 } });
  const before = { film: await shown(api, 'movie/1000'), series: await shown(api, 'tv/2000') };

  movieHistory.splice(0, 2, ...movieHistory.map((entry) => withTmdbId(entry, 'movie', 1001)));
  episodeHistory.splice(0, 2, ...episodeHistory.map((entry) => withTmdbId(entry, 'show', 2001)));
  ratings.splice(0, 1, withTmdbId(ratings[0] ?? {}, 'movie', 1001));
  const preview = await api.run('trakt_preview');
  t.is(await filmsIn(api), 2);
  t.like(await api.get('/titles/movie/1000'), { tmdb_id: 1000 });
  const run = await api.run('trakt_import');
  t.like(run, { status: 'completed', lists: preview.lists });
  t.like(run.lists, { movies: { new: 0, existing: 1, sessions: 0 }, episodes: { new: 0, existing: 1, episodes: 0 } });

  t.is(await filmsIn(api), 2);
  t.is((await api.call('/titles/movie/1000')).status, 404);
  t.is((await api.call('/titles/tv/2000')).status, 404);
  const film = await shown(api, 'movie/1001');
  t.deepEqual(film.sessions, before.film.sessions);
  t.like(film, { title: 'Film 1001', rating: 2, trakt_rating: 9 });
  t.deepEqual((await shown(api, 'tv/2001')).seasons, before.series.seasons);
  t.deepEqual(await totals(api), { movies: 1, episodes: 2 });
  const again = await api.run('trakt_import');
  t.like(again.lists, { movies: { existing: 1, sessions: 0 }, episodes: { episodes: 0 } });
});

test.serial('a title that moves to one that is there already joins it', async (t) => {
  const film = movieWatched(1000, agoIso(2 * DAY_MS));
  const movieHistory = [film];
  const api = await startImports(t, { trakt: { movieHistory }, tmdb });
  await api.run('trakt_import');
  t.is((await api.call('/titles/movie/1001', { method: 'PUT', json: { status: 'planned', rating: 4 } })).status, 200);
  t.is(await filmsIn(api), 2);
  movieHistory[0] = withTmdbId(film, 'movie', 1001);
  t.is((await api.run('trakt_import')).status, 'completed');
  t.is(await filmsIn(api), 1);
  const { sessions, ...title } = await shown(api, 'movie/1001');
  t.deepEqual(
    sessions.map((one) => one.trakt_ids),
    [[String(film['id'])]],
  );
  t.like(title, { rating: 4 });
});

test('a day that has viewings under both ids is joined by its events', (t) => {
  const reference = {
    type: 'movie' as const,
    tmdbId: 2,
    tvdbId: null,
    imdbId: null,
    traktId: 9,
    title: null,
    year: null,
  };
  const film = (tmdbId: number, events: [string, number][]) => ({
    type: 'movie_session' as const,
    tmdbId,
    ...session(dayOf(0), events),
    durationSeconds: 60,
    rev: 3,
  });
  const there = { title: undefined, sessions: [film(2, [['b', 9]])], watches: [] };
  const moved = movedTitle(there, { title: undefined, sessions: [film(1, [['a', 5]])], watches: [] }, reference);
  t.deepEqual(moved.state.sessions, there.sessions);
  t.deepEqual(moved.events, [{ kind: 'movie_watched', title: reference, eventId: 'a', watchedAt: 5 }]);
});

test.serial('a series of hundreds of episodes moves whole, though time ends meanwhile', async (t) => {
  const dates = Array.from({ length: 200 }, () => '2020-01-01');
  const long = (id: number) => ({ id, name: `Series ${id}`, runtime: 24, seasons: { 1: dates } });
  const episodeHistory = dates.map((_, index) => episodeWatched([2000, 1, index + 1], agoIso(DAY_MS * (1 + index))));
  const api = await startImports(t, { trakt: { episodeHistory }, tmdb: { series: [long(2000), long(2001)] } });
  await api.run('trakt_import');
  episodeHistory.splice(0, 200, ...episodeHistory.map((entry) => withTmdbId(entry, 'show', 2001)));
  const run = await api.run('trakt_import');
  t.like(run, { status: 'completed', lists: { episodes: { new: 0, existing: 1, episodes: 0 } } });
  t.deepEqual(await totals(api), { movies: 0, episodes: 200 });
  t.is((await api.call('/titles/tv/2000')).status, 404);
});

const SCROBBLES: { what: string; gap: number; plays: number }[] = [
  { what: 'in the same second', gap: 0, plays: 1 },
  { what: 'within its own length', gap: 40 * 60_000, plays: 1 },
  { what: 'after its end', gap: 3 * 3_600_000, plays: 2 },
];
for (const { what, gap, plays } of SCROBBLES) {
  test.serial(`a film that is scrobbled twice ${what} was played ${plays === 1 ? 'once' : 'twice'}`, async (t) => {
    const at = 2 * DAY_MS;
    const movieHistory = [movieWatched(1000, agoIso(at - gap)), movieWatched(1000, agoIso(at))];
    const api = await startImports(t, { trakt: { movieHistory }, tmdb });
    await api.run('trakt_import');
    t.deepEqual(
      (await shown(api, 'movie/1000')).sessions.map((one) => one.plays),
      [plays],
    );
    t.like(await api.get('/progress'), { total_hours_watched: plays === 1 ? 1 : 3 });
  });
}
