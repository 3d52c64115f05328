import test, { type ExecutionContext } from 'ava';
import type { FakeTmdbSeries } from '../lib/demo/fake-tmdb.ts';
import type { FollowedShowAnswer } from '../lib/shows/catalog-contract.ts';
import { tmdbShowId } from '../lib/shows/catalog-rules.ts';
import { startImports, type ImportsOptions } from './imports-rig.ts';
import { DAY_MS, episodeWatched } from './trakt-entries.ts';

const weekly = (year: number, count: number) =>
  Array.from({ length: count }, (_, week) => new Date(Date.UTC(year, 0, 1 + week)).toISOString().slice(0, 10));
const HARBOUR: FakeTmdbSeries = {
  id: 2000,
  name: 'Harbour',
  tvdbId: 81_189,
  runtime: 24,
  status: 'Returning Series',
  seasons: { 1: weekly(2019, 3), 2: weekly(2020, 2) },
};
/** Twenty seasons that each restart at 1: episode 1071 of all is the 31st of the last. */
const VOYAGE: FakeTmdbSeries = {
  id: 3000,
  name: 'Voyage',
  status: 'Returning Series',
  seasons: Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [
      index + 1,
      weekly(1999 + index, index === 19 ? 40 : index === 0 ? 50 : 55),
    ]),
  ),
};

/** The API with data from Trakt and files, and series 2000 or 3000 synced. */
async function start(t: ExecutionContext, options: ImportsOptions = {}) {
  const api = await startImports(t, { tmdb: { series: [HARBOUR, VOYAGE] }, ...options });
  const record = (folder: string, ...files: string[]) =>
    api.post('/sync', { episodes: files.map((file) => ({ folder_name: folder, file_name: file })) });
  const link = (folder_name: string, tmdb_id: number) =>
    api.call('/api/folders', { method: 'PUT', json: { folder_name, tmdb_id } });
  const show = async (id: number): Promise<FollowedShowAnswer> => {
    api.clock.advance(1000);
    const open = async () => (await api.get(`/api/shows/${id}`)) as FollowedShowAnswer;
    for (;;) {
      const answer = await open();
      if (answer.seasons.every(({ synced }) => synced)) return answer;
      await api.post('/api/sync');
      api.clock.advance(1000);
    }
  };
  return { ...api, record, link, show };
}

/** Watched episodes per season: `1: 2` is two of season 1. */
const watchedOf = ({ seasons }: FollowedShowAnswer) =>
  Object.fromEntries(
    seasons
      .filter(({ watched_episodes: count }) => count > 0)
      .map(({ season_number: season, watched_episodes: count }) => [season, count]),
  );

test('what was imported from Trakt and what was recorded from files count together, each episode once', async (t) => {
  const at = (day: number) => new Date(Date.parse('2026-11-01T20:00:00Z') + day * DAY_MS).toISOString();
  const api = await start(t, {
    trakt: {
      episodeHistory: [
        episodeWatched([2000, 1, 1], at(1)),
        episodeWatched([2000, 1, 1], at(5)),
        episodeWatched([2000, 1, 2], at(2)),
        episodeWatched([2000, 2, 1], null),
        episodeWatched([20_001, 2, 2], at(3)),
      ],
    },
    tmdb: { series: [HARBOUR, { ...HARBOUR, id: 20_001, tvdbId: 5 }] },
  });
  t.like(await api.run('trakt_preview'), { status: 'completed' });
  t.like(await api.run('trakt_import'), { status: 'completed', failed: 0 });
  for (const where of ['/tmdb/search?query=Harbour&type=tv', '/tmdb/tv/2000', '/titles/tv/2000']) {
    t.is((await api.call(where)).status, 200, where);
  }
  t.deepEqual((await api.get('/api/shows')) as object, { shows: [] }, 'previews, imports and searches mark nothing');
  t.deepEqual(watchedOf(await api.show(2000)), { 1: 2, 2: 1 });

  await api.record('Minato', 'Minato - 02', 'Minato - 03');
  await api.link('Minato', 2000);
  const both = await api.show(2000);
  t.deepEqual(watchedOf(both), { 1: 3, 2: 1 });
  t.like(both, { completion_percentage: 80, next_episode: { season_number: 2, episode_number: 2 }, hours_left: 0.4 });
  const season = (await api.get('/api/shows/2000/seasons/2')) as { episodes: { watched: boolean }[] };
  t.deepEqual(
    season.episodes.map(({ watched }) => watched),
    [true, false],
  );
  await api.record('Minato', 'Minato - 02', 'Minato - 03');
  await api.run('trakt_import');
  t.deepEqual(await api.show(2000), both);
});

test('progress tells how far one is in the shows that the catalogue knows, watched or not', async (t) => {
  const api = await start(t, {
    trakt: { episodeHistory: [episodeWatched([2000, 1, 1], '2026-11-01T20:00:00Z')] },
  });
  const completions = async () => {
    const { shows } = (await api.get('/progress')) as {
      shows: { show_id: string | null; folder_name?: string; completion_percentage?: number }[];
    };
    return Object.fromEntries(
      shows.map((show) => [show.folder_name ?? show.show_id, show.completion_percentage ?? 'unknown']),
    );
  };
  await api.record('Minato', 'Minato - 02', 'Minato - 03');
  await api.record('Nowhere', 'Nowhere - 01');
  await api.run('trakt_import');
  t.deepEqual(await completions(), { Minato: 'unknown', Nowhere: 'unknown', 72_000: 'unknown' });

  await api.link('Minato', 2000);
  t.deepEqual(await completions(), { Nowhere: 'unknown', 72_000: 'unknown' }, 'one show now, not synced yet');
  await api.show(2000);
  t.deepEqual(await completions(), { Nowhere: 'unknown', 72_000: 60 });
  t.is((await api.call('/api/shows/2000/watching', { method: 'DELETE' })).status, 200);
  t.deepEqual(await completions(), { Nowhere: 'unknown', 72_000: 60 });
});

test('a folder with a TVDB id shows its completion by that id, or by the link that somebody set', async (t) => {
  const api = await start(t, { tmdb: { series: [HARBOUR, { ...HARBOUR, id: 2001, tvdbId: null }] } });
  await api.record('Harbour', '01', '02');
  const show = { folder_name: 'Harbour', tvdb_id: 81_189, version: 2 };
  await api.store.put({ pk: 'USER#me', sk: 'SHOW#Harbour', ...show });
  const completion = async () =>
    ((await api.get('/progress')) as { shows: { completion_percentage?: number }[] }).shows[0]?.completion_percentage;
  await api.show(2000);
  t.is(await completion(), 40);
  await api.link('Harbour', 2001);
  t.is(await completion(), undefined);
  await api.show(2001);
  t.is(await completion(), 40);
});

test('which series a folder is goes along in an export', async (t) => {
  const api = await start(t, { tmdb: { series: [HARBOUR] } });
  await api.record('Nowhere', '01', '02');
  await api.link('Nowhere', 2000);
  const { items } = (await api.get('/export')) as { items: { type: string }[] };
  const link = { type: 'folder_link', folder_name: 'Nowhere', tmdb_id: 2000 };
  t.deepEqual(items.at(-1), link);

  const yuki = await api.start('yuki');
  const brought = () => yuki.call('/import', { method: 'POST', json: { items } });
  t.like((await brought()).body, { items_added: 4, items_existing: 0 });
  t.like((await brought()).body, { items_added: 0, items_existing: 4 });
  t.deepEqual((await yuki.call('/api/folders')).body, await api.get('/api/folders'));
  await api.show(2000);
  t.like((await yuki.call('/api/shows/2000')).body, { completion_percentage: 40 });
});

test('what another person imported does not count', async (t) => {
  const api = await start(t, { trakt: { episodeHistory: [episodeWatched([2000, 1, 1], '2026-11-01T20:00:00Z')] } });
  await api.run('trakt_import');
  t.deepEqual(watchedOf(await api.show(2000)), { 1: 1 });
  const { progress } = await (await api.features.shows()).followedShows.open('ben', tmdbShowId(2000));
  t.is(progress.completionPercentage, 0);
});

test('what a schedule starts syncs the seasons that are due', async (t) => {
  const api = await start(t);
  await api.get('/api/shows/2000');
  const { done, failed } = await api.tick.run(60_000);
  t.true(done.includes('episodes'));
  t.deepEqual(failed, []);
  t.like(await api.get('/api/sync/status'), { mode: 'ON_DEMAND', due: 2, synced: 2, failed: 0, skipped: 0 });
  const asked = api.tmdb.requests.length;
  await api.tick.run(60_000);
  t.is(api.tmdb.requests.length, asked);
});

for (const [file, expected] of [
  ['[Group] Voyage - 1071', { 20: 1 }],
  ['[Group] Voyage - 50 (1080p)', { 1: 1 }],
  ['[Group] Voyage - 0051v2', { 2: 1 }],
  ['[Group] Voyage - 1040-1041', { 19: 1, 20: 1 }],
  ['Voyage S20E31', { 20: 1 }],
  ['[Group] Voyage - 9999', {}],
] as [string, Record<number, number>][]) {
  const said = Object.entries(expected).map(([season, count]) => `${count} of season ${season}`);
  test(`the file “${file}” counts as ${said.join(', ') || 'none of the episodes'}`, async (t) => {
    const api = await start(t);
    await api.record('Voyage', file);
    await api.link('Voyage', 3000);
    t.deepEqual(watchedOf(await api.show(3000)), expected);
  });
}

test('where a season goes on with the numbers of the one before, a file’s number is found there', async (t) => {
  const numberedOn = (season: number, first: number, count: number) => ({
    season_number: season,
    episodes: Array.from({ length: count }, (_, index) => ({
      episode_number: first + index,
      name: null,
      air_date: '2020-01-01',
      runtime: null,
    })),
  });
  const api = await start(t, {
    tmdb: {
      series: [HARBOUR],
      faults: ({ path }) => (path.endsWith('/2000/season/2') ? { body: numberedOn(2, 101, 2) } : undefined),
    },
  });
  await api.record('Harbour', '[Group] Harbour - 102', '[Group] Harbour - 3');
  await api.link('Harbour', 2000);
  t.deepEqual(watchedOf(await api.show(2000)), { 1: 1, 2: 1 });
  const { episodes } = (await api.get('/api/shows/2000/seasons/2')) as {
    episodes: { episode_number: number; watched: boolean }[];
  };
  t.deepEqual(
    episodes.map(({ episode_number: number, watched }) => [number, watched]),
    [
      [101, false],
      [102, true],
    ],
  );
});

test('shows that a person follows are followed again after an import into an empty store', async (t) => {
  const api = await start(t);
  await api.show(2000);
  const { items } = (await api.get('/export')) as { items: { type: string }[] };
  t.deepEqual(
    items.map(({ type }) => type),
    ['followed_show'],
  );
  const fresh = await start(t);
  t.deepEqual(await fresh.get('/api/shows'), { shows: [] });
  await fresh.post('/import', { items });
  t.like(await fresh.get('/api/shows'), { shows: [{ tmdb_id: 2000, name: 'Harbour', watching: true }] });
  fresh.clock.advance(1000);
  await fresh.post('/api/sync');
  const { shows } = (await fresh.get('/api/shows')) as { shows: FollowedShowAnswer[] };
  t.true(
    shows[0]?.seasons.every(({ synced }) => synced),
    'its episodes are fetched, as of any show that is followed',
  );
});
