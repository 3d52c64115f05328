import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { createApiClient } from '../lib/core/terminal/api-client.ts';
import { afterImport } from '../lib/imports/cursor-rules.ts';
import { uploadArchive } from '../lib/imports/archive-upload.ts';
import { TRAKT_EXPORT } from '../lib/imports/sources/trakt-export.ts';
import type { FakeTraktEntry } from './fakes/fake-trakt.ts';
import { filmsIn, type Imports, startImports, testImportsAgainstDescriptions, type Judged } from './imports-rig.ts';
import { agoIso, DAY_MS, episodeWatched, filmId, filmsAt, ids, movieWatched } from './trakt-entries.ts';
import { zip } from './zip.ts';

const judged: Judged = { trakt: [], tmdb: [] };
const WEEK_MS = 7 * DAY_MS;
const iso = (milliseconds: number) => new Date(milliseconds).toISOString();

/** Trakt's summary of a title. */
function watched(kind: 'movie' | 'show', entries: readonly FakeTraktEntry[], lastUpdatedAt: string): FakeTraktEntry {
  const title = entries[0]?.[kind];
  return {
    plays: entries.length,
    last_watched_at: entries[0]?.['watched_at'],
    last_updated_at: lastUpdatedAt,
    reset_at: null,
    [kind]: title,
  };
}

/** Activities with changes only in watched films. */
const moved = (at: string) => ({ movies: { watched_at: at }, episodes: { watched_at: at } });

const viewingsOf = async (api: Imports, tmdbId: number): Promise<string[]> =>
  ((await api.get(`/titles/movie/${tmdbId}`)) as { sessions: { watched_at: string }[] }).sessions.map(
    (session) => session.watched_at,
  );

async function importFile(api: Imports, movieHistory: readonly FakeTraktEntry[]) {
  const file = path.join(api.folder, 'export.zip');
  await writeFile(file, zip([{ name: 'watched-history-1.json', content: JSON.stringify(movieHistory) }]));
  const client = createApiClient({ url: api.url, user: 'me', password: '' });
  const signal = AbortSignal.timeout(60_000);
  return api.finish(
    await uploadArchive(file, { source: TRAKT_EXPORT, api: client, options: {}, sent: () => {}, signal }),
  );
}

/** Ten films before, one of which fails at first; six more, a day or more later; a sync after a week. */
async function weekWithOneFailure(
  t: Parameters<typeof startImports>[0],
  begin: (api: Imports, history: FakeTraktEntry[]) => Promise<{ status: string }>,
) {
  const early = ids(10).map((id, index) => movieWatched(id, agoIso((index + 2) * DAY_MS)));
  const movieHistory = [...early];
  const watchedMovies: FakeTraktEntry[] = early.map((entry) => watched('movie', [entry], String(entry['watched_at'])));
  const activities = moved(agoIso(DAY_MS));
  let isDown = true;
  const api = await startImports(t, {
    judged,
    trakt: { movieHistory, watchedMovies, activities },
    tmdb: {
      movies: filmsAt(ids(16)),
      faults: (request) => (isDown && filmId(request) === 1006 ? { status: 500 } : undefined),
    },
  });
  t.is((await begin(api, movieHistory)).status, 'completed_with_errors');
  t.is(await filmsIn(api), 9);
  isDown = false;
  const later = ids(16)
    .slice(10)
    .map((id, index) => movieWatched(id, iso(api.clock.now() + (index + 1) * 3_600_000)));
  movieHistory.unshift(...later.toReversed());
  watchedMovies.push(...later.map((entry) => watched('movie', [entry], String(entry['watched_at']))));
  Object.assign(activities, moved(iso(api.clock.now() + 6 * 3_600_000)));
  api.clock.advance(WEEK_MS);
  return { api, synced: await api.run('trakt_sync') };
}

test.serial(
  'after an import in which a film failed, a sync a week later brings what came since, and that film',
  async (t) => {
    const { api, synced } = await weekWithOneFailure(t, (begun) => begun.run('trakt_import'));
    t.is(synced.status, 'completed');
    t.is(await filmsIn(api), 16);
    const { runs } = (await api.get('/runs')) as { runs: { kind: string; started_at: string }[] };
    const imported = runs.find(({ kind }) => kind === 'trakt_import');
    t.is(synced.read_from.movies, imported?.started_at, 'it says from when it read');
    const again = await api.run('trakt_sync');
    t.is(again.total, 0);
  },
);

test.serial('after an import of an export, a sync a week later brings what came since its newest play', async (t) => {
  const { api, synced } = await weekWithOneFailure(t, importFile);
  t.is(synced.status, 'completed');
  t.is(await filmsIn(api), 16);
  t.is(synced.read_from.movies, agoIso(2 * DAY_MS).replace('.000Z', 'Z'));
});

test.serial('after an import of a list that came short, a sync brings what was missing', async (t) => {
  const movieHistory = ids(4).map((id, index) => movieWatched(id, agoIso((index + 2) * DAY_MS)));
  const watchedMovies = movieHistory.map((entry) => watched('movie', [entry], String(entry['watched_at'])));
  let isShort = true;
  const api = await startImports(t, {
    trakt: {
      movieHistory,
      watchedMovies,
      faults: ({ path: where }) =>
        isShort && where === '/sync/history/movies'
          ? {
              body: movieHistory.slice(0, 2),
              headers: { 'x-pagination-item-count': '4', 'x-pagination-page-count': '1', 'x-pagination-limit': '250' },
            }
          : undefined,
    },
    tmdb: { movies: filmsAt(ids(4)) },
  });
  t.like(await api.run('trakt_import'), { incomplete: [{ list: 'movies', reason: 'missing_items' }] });
  isShort = false;
  api.clock.advance(WEEK_MS);
  t.is((await api.run('trakt_sync')).status, 'completed');
  t.is(await filmsIn(api), 4);
});

test.serial('a sync where nothing was ever read goes a day back, and asks for nothing older', async (t) => {
  const old = movieWatched(1000, agoIso(9 * DAY_MS));
  const api = await startImports(t, {
    trakt: { movieHistory: [old], watchedMovies: [watched('movie', [old], agoIso(60_000))] },
    tmdb: { movies: filmsAt(ids(1)) },
  });
  const run = await api.run('trakt_sync');
  t.is(Date.parse(run.read_from.movies ?? ''), Date.parse(run.started_at) - DAY_MS);
  t.is(await filmsIn(api), 0);
  t.false(api.trakt.requests.some(({ path: where }) => where.startsWith('/sync/watched')));
});

const LATE: { what: string; lastUpdatedAt: string | null }[] = [
  { what: 'by when it changed', lastUpdatedAt: agoIso(-3_600_000) },
  { what: 'by its plays where Trakt does not say when it changed', lastUpdatedAt: null },
];
for (const { what, lastUpdatedAt } of LATE) {
  test.serial(`what is logged late with an old date is found by the next sync, ${what}`, async (t) => {
    const known = movieWatched(1000, agoIso(40 * DAY_MS));
    const seen = episodeWatched([2000, 1, 1], agoIso(40 * DAY_MS));
    const movieHistory = [known];
    const episodeHistory = [seen];
    const watchedMovies = [watched('movie', [known], agoIso(40 * DAY_MS))];
    const watchedShows = [watched('show', [seen], agoIso(40 * DAY_MS))];
    const activities = moved(agoIso(DAY_MS));
    const api = await startImports(t, {
      judged,
      trakt: { movieHistory, episodeHistory, watchedMovies, watchedShows, activities },
      tmdb: {
        movies: filmsAt(ids(2)),
        series: [{ id: 2000, name: 'Series 2000', seasons: { 1: ['2020-01-01', '2020-01-08'] } }],
      },
    });
    t.is((await api.run('trakt_import')).status, 'completed');
    api.clock.advance(2 * 3_600_000);
    const late = movieWatched(1001, agoIso(30 * DAY_MS));
    const twice = { ...movieWatched(1000, agoIso(20 * DAY_MS)), movie: known['movie'] };
    const second = { ...episodeWatched([2000, 1, 2], agoIso(30 * DAY_MS)), show: seen['show'] };
    movieHistory.unshift(twice, late);
    episodeHistory.unshift(second);
    const sum = (kind: 'movie' | 'show', entries: FakeTraktEntry[]) => ({
      ...watched(kind, entries, ''),
      last_updated_at: lastUpdatedAt,
    });
    watchedMovies.splice(0, 1, sum('movie', [twice, known]), sum('movie', [late]));
    watchedShows.splice(0, 1, sum('show', [second, seen]));
    Object.assign(activities, moved(agoIso(-3_600_000)));
    const synced = await api.run('trakt_sync');
    t.is(synced.status, 'completed');
    t.deepEqual(await viewingsOf(api, 1001), [agoIso(30 * DAY_MS).replace('.000Z', 'Z')]);
    t.is((await viewingsOf(api, 1000)).length, 2);
    const series = (await api.get('/titles/tv/2000')) as { seasons: { episodes: { episode_number: number }[] }[] };
    t.deepEqual(
      series.seasons.flatMap(({ episodes }) => episodes.map((episode) => episode.episode_number)),
      [1, 2],
    );
    api.trakt.requests.length = 0;
    t.is((await api.run('trakt_sync')).total, 0);
    t.deepEqual(
      api.trakt.requests.map(({ path: where }) => where),
      ['/sync/last_activities'],
    );
  });
}

test.serial(
  'many titles that changed are read by all plays at once, and time that ends meanwhile loses nothing',
  async (t) => {
    const films = ids(150);
    const movieHistory: FakeTraktEntry[] = [];
    const watchedMovies: FakeTraktEntry[] = [];
    const activities = moved(agoIso(DAY_MS));
    const api = await startImports(t, {
      trakt: { movieHistory, watchedMovies, activities, largestPage: 50 },
      tmdb: { movies: filmsAt(films) },
    });
    await api.run('trakt_import');
    movieHistory.push(...films.map((id) => movieWatched(id, agoIso(30 * DAY_MS))));
    watchedMovies.push(...movieHistory.map((entry) => watched('movie', [entry], agoIso(-1000))));
    Object.assign(activities, moved(agoIso(-1000)));
    api.clock.advance(60_000);
    const { body } = await api.post('/runs', { kind: 'trakt_sync' });
    const id = (body as { run_id: string }).run_id;
    let status = 'running';
    for (let calls = 0; status === 'running' && calls < 500; calls += 1) {
      status = ((await api.post(`/runs/${id}/advance?seconds=1`)).body as { status: string }).status;
    }
    t.is(status, 'completed');
    t.is(await filmsIn(api), 150);
    t.false(api.trakt.requests.some(({ path: where }) => /history\/movies\/\d/.test(where)));
  },
);

test('an archive that ends before the first sync began leaves no hole behind it', (t) => {
  const cursors = { movies: { at: 100, activityAt: null, from: 80 }, episodes: { at: 100, activityAt: null, from: 0 } };
  t.deepEqual(afterImport({ cursors, importedTo: { episodes: 7 } }, { movies: 50, episodes: 50 }), {
    cursors: { episodes: cursors.episodes },
    importedTo: { movies: 50, episodes: 7 },
  });
  t.deepEqual(afterImport({ cursors, importedTo: {} }, { movies: 90 }), { cursors, importedTo: { movies: 90 } });
});

testImportsAgainstDescriptions(test, { by: import.meta.filename, judged, atLeast: { trakt: 20 } });
