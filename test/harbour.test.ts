import type { Entry } from '../lib/viewings/entry-rules.ts';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { FakeTmdbSeries } from '../lib/demo/fake-tmdb.ts';
import type { ProgressAnswer } from '../lib/progress/progress-contract.ts';
import { jobReport } from '../lib/imports/job-report.ts';
import type { JobAnswer } from '../lib/imports/jobs-contract.ts';
import type { FollowedShowAnswer } from '../lib/shows/catalog-contract.ts';
import type { TitleDetailsAnswer } from '../lib/titles/titles-contract.ts';
import { toEntryItem } from '../lib/viewings/entry-items.ts';
import { toEditItem, toRemovedItem, toRuleItem } from '../lib/viewings/overlay-items.ts';
import { startImports, type Imports } from './imports-rig.ts';
import { DAY_MS, episodeWatched, NOON } from './trakt-entries.ts';
import { createTraktPerson } from './trakt-person.ts';
import { viewingsOver } from './viewings-rig.ts';
import { zip } from './zip.ts';

const HARBOUR: FakeTmdbSeries = {
  id: 900,
  name: 'Harbour',
  tvdbId: 777,
  runtime: 24,
  status: 'Ended',
  seasons: { 1: ['2019-01-01', '2019-01-08', '2019-01-15', '2019-01-22'] },
};
const SCREEN = { columns: 80, color: false, style: (_: string, text: string) => text };
const plays = (number: number, watchedAt: string | null) => {
  const entry = episodeWatched([900, 1, number], watchedAt);
  const { ids, ...show } = entry['show'] as { ids: object };
  return { ...entry, show: { ...show, title: 'Harbour', ids: { ...ids, tvdb: 777 } } };
};
const LONG_AGO = '2026-01-10T20:00:00.000Z';

type Step = 'sync' | 'import' | 'link';
const ORDERS: Step[][] = [
  ['sync', 'import', 'link'],
  ['sync', 'link', 'import'],
  ['import', 'sync', 'link'],
];
for (const order of ORDERS) {
  test(`Harbour is one show of two episodes in every command, after ${order.join(', ')}`, async (t) => {
    const me = await createTraktPerson(t, { tmdb: { series: [HARBOUR] } });
    me.fill('Harbour/S01E01.mkv', 'Harbour/S01E02.mkv');
    const archive = path.join(me.folder, 'export.zip');
    writeFileSync(archive, zip([{ name: 'watched-history-1.json', content: JSON.stringify([plays(1, LONG_AGO)]) }]));
    const steps: Record<Step, string[]> = {
      sync: ['sync'],
      import: ['trakt', 'import', archive],
      link: ['show', '--link', 'Harbour', '900'],
    };
    for (const step of order) t.is((await me.run(steps[step])).status, 0, step);
    const json = async (...args: string[]) =>
      JSON.parse((await me.run([...args, '--json'])).stdout) as Record<string, unknown>;

    const title = await json('titles', 'show', 'tv/900');
    const progress = await json('progress');
    t.like(progress, { total_episodes_watched: 2, total_hours_watched: 0 });
    t.like(progress['shows'], [{ show_id: '777', name: 'Harbour', episodes_watched: 2 }]);
    t.is((progress['shows'] as unknown[]).length, 1);
    t.is((progress['daily_activity'] as { minutes_watched: number }[]).at(-1)?.minutes_watched, 24 + 20);

    const shown = await json('show', '900');
    const next = { season_number: 1, episode_number: 3 };
    t.like(shown, { completion_percentage: 50, next_episode: next, seasons: [{ watched_episodes: 2 }] });
    for (const one of [title, await json('titles', 'show', 'tv/900')]) {
      t.like(one, { next_episode: next, status: 'in_progress' });
      const [season] = (one as unknown as TitleDetailsAnswer).seasons ?? [];
      t.deepEqual(
        season?.episodes.map(({ episode_number: number, watches }) => [number, watches.length]),
        [
          [1, 1],
          [2, 1],
        ],
      );
    }
    t.is(((await json('history'))['viewings'] as unknown[]).length, 2);
    t.like(await json('sync'), { episodes_added: 0, shows_without_id: [] });
  });
}

interface Told {
  history: ReturnType<typeof plays>[];
  files?: Record<string, string[]>;
  link?: boolean;
}

/** A server with Harbour on TMDB, files of some folders, and Trakt's history. */
async function start(t: ExecutionContext, { history, files = {}, link = true }: Told) {
  const api = await startImports(t, { trakt: { episodeHistory: history }, tmdb: { series: [HARBOUR] } });
  for (const [folder, names] of Object.entries(files)) {
    await api.post('/sync', { episodes: names.map((name) => ({ folder_name: folder, file_name: name })) });
    if (link) await api.call('/api/folders', { method: 'PUT', json: { folder_name: folder, tmdb_id: 900 } });
  }
  return api;
}
const progressOf = async (api: Imports) => (await api.get('/progress')) as ProgressAnswer;
const totals = async (api: Imports) => {
  const { shows, ...progress } = await progressOf(api);
  const minutes = shows.reduce((sum, show) => sum + (show.minutes_watched ?? 0), 0);
  return { episodes: progress.total_episodes_watched, shows: shows.length, minutes };
};
const ago = (days: number) => new Date(NOON - days * DAY_MS).toISOString();

test('two folders of one show and its import are one show, each episode once', async (t) => {
  const files = { Harbour: ['S01E01', 'S01E02'], 'Harbour BD': ['S01E02', 'S01E03'] };
  const api = await start(t, { history: [plays(1, ago(9)), plays(3, ago(7)), plays(4, ago(6))], files });
  await api.run('trakt_import');
  const progress = await progressOf(api);
  t.like(progress, { total_episodes_watched: 5 });
  t.deepEqual(
    progress.shows.map((show) => [show.show_id, show.episodes_watched]),
    [['777', 5]],
    'files count as the contract has it, and the import adds the one that none of them tells of',
  );
});

test('a folder with the TVDB id of an imported series is that series without any link', async (t) => {
  const api = await start(t, { history: [plays(1, ago(9))], files: { Harbour: ['S01E01', 'S01E02'] }, link: false });
  await api.run('trakt_import');
  t.like(await totals(api), { episodes: 3, shows: 2 });
  const show = await api.store.get({ partition: 'USER#me', sort: 'SHOW#Harbour' });
  await api.store.put({ ...show, tvdb_id: 777 });
  t.like(await totals(api), { episodes: 2, shows: 1 });
});

test('a file is the nearest import of its place, however far; a second play is a rewatch that adds time alone', async (t) => {
  const api = await start(t, { history: [plays(1, ago(300)), plays(1, ago(200))], files: { Harbour: ['S01E01'] } });
  await api.run('trakt_import');
  t.deepEqual(await totals(api), { episodes: 1, shows: 1, minutes: 48 });
  const { days_since_first_episode: days } = await progressOf(api);
  t.is(days, 300, 'the nearer play is the file, whose timestamp stands');
});

const entry = (more: Partial<Entry>): Entry => ({
  source: 'person',
  ref: 'one',
  title: 'Harbour',
  medium: 'episode',
  at: NOON / 1000 - 3600,
  seconds: 1800,
  secondsSource: 'person',
  activity: 'watching',
  attention: 'focused',
  language: null,
  collection: { kind: 'show', id: 'tmdb:900', name: null },
  places: [{ seasonNumber: 1, episodeNumber: 1 }],
  tmdbId: null,
  batchId: null,
  ...more,
});

test('what a person typed and an import of the same day are one viewing, with the length that the person said', async (t) => {
  const api = await start(t, { history: [plays(1, ago(0.5))] });
  await api.run('trakt_import');
  await api.store.put(toEntryItem('me', entry({})));
  t.deepEqual(await totals(api), { episodes: 1, shows: 1, minutes: 30 });
  await api.store.put(toEntryItem('me', entry({ ref: 'two', at: NOON / 1000 - 20 * 86_400 })));
  t.deepEqual(await totals(api), { episodes: 1, shows: 1, minutes: 60 }, 'twenty days before: a rewatch');
});

test('a person’s edits, rules and removals lie over what imports and files told', async (t) => {
  const api = await start(t, { history: [plays(1, ago(3)), plays(2, ago(2))], files: { Harbour: ['S01E03'] } });
  await api.run('trakt_import');
  t.like(await totals(api), { episodes: 3, shows: 1 });
  const viewings = await Array.fromAsync(viewingsOver(api.store, 'UTC').viewingsOf('me', { withPlaces: true }));
  const [first, second] = viewings
    .filter(({ references: [{ source }] }) => source === 'trakt')
    .map(({ references: [reference] }) => reference);
  t.truthy(first && second);
  if (!first || !second) return;
  await api.store.put(toEditItem('me', { ...first, seconds: 600, language: 'ja' }));
  await api.store.put(toRemovedItem('me', second));
  const after = await Array.fromAsync(viewingsOver(api.store, 'UTC').viewingsOf('me'));
  t.deepEqual(
    after.map(({ seconds, secondsSource, language }) => [seconds, secondsSource, language]),
    [
      [1200, 'guess', null],
      [600, 'person', 'ja'],
    ],
  );
  const rule = { id: 'r', collection: { kind: 'show' as const, id: 'Harbour' }, language: 'ko', attention: null };
  await api.store.put(toRuleItem('me', { ...rule, isExcluded: false }));
  const languages = async () =>
    (await Array.fromAsync(viewingsOver(api.store, 'UTC').viewingsOf('me'))).map(({ language }) => language);
  t.deepEqual(await languages(), ['ko', 'ja']);
  await api.store.put(toRuleItem('me', { ...rule, isExcluded: true }));
  t.deepEqual(await languages(), [], 'kept, but not counted, whether files or Trakt told of it');
});

const MANY: FakeTmdbSeries = {
  ...HARBOUR,
  seasons: {
    1: Array.from({ length: 30 }, (_, week) => new Date(Date.UTC(1979, 0, 1 + 7 * week)).toISOString().slice(0, 10)),
  },
};
const many = (count: number, instantOf: (index: number) => number) =>
  Array.from({ length: count }, (_, index) => plays(index + 1, new Date(instantOf(index)).toISOString()));

async function imported(t: ExecutionContext, history: ReturnType<typeof plays>[], options: object = {}) {
  const api = await startImports(t, { trakt: { episodeHistory: history }, tmdb: { series: [MANY] } });
  const { body } = await api.post('/runs', { kind: 'trakt_import', options });
  const run = await api.finish((body as { run_id: string }).run_id);
  return { api, run, progress: await progressOf(api) };
}
const minutesOfDays = ({ daily_activity: days }: ProgressAnswer) => days.map((day) => day.minutes_watched);

test('24 episodes ticked off in one second keep their hours, count on no day, and are told of', async (t) => {
  const yesterday = NOON - DAY_MS;
  const { api, run, progress } = await imported(
    t,
    many(24, () => yesterday),
  );
  t.like(progress, { total_episodes_watched: 24, total_hours_watched: 9, days_since_first_episode: 0 });
  t.deepEqual(minutesOfDays(progress), [0, 0, 0, 0, 0, 0, 0]);
  t.deepEqual(run.dates, { undated: 0, ticked_off: 24, moved: 24 });
  const report = (job: JobAnswer) => jobReport(job, SCREEN).split('\n');
  const lines = [
    '1 viewing without a date: counted in totals only',
    '24 viewings checked off in bulk, not watched then: counted in totals only',
    '24 viewings shown at the air date: more than four episodes on one day',
    '  → To use Trakt’s dates unchanged: immersion trakt import --dates trakt',
  ];
  const undated = { ...run, dates: { ...run.dates, undated: 1 } };
  for (const kind of ['trakt_import', 'trakt_preview'] as const) {
    t.deepEqual(
      report({ ...undated, kind }).filter((line) => lines.includes(line)),
      lines,
      kind,
    );
  }
  t.deepEqual(((await api.run('trakt_preview')) satisfies JobAnswer).dates, { undated: 0, ticked_off: 0, moved: 0 });

  const trusting = await imported(
    t,
    many(24, () => yesterday),
    { dates: 'trakt' },
  );
  t.deepEqual(trusting.run.dates, { undated: 0, ticked_off: 0, moved: 0 });
  t.deepEqual(minutesOfDays(trusting.progress), [0, 0, 0, 0, 0, 24 * 24, 0]);
});

test('what was ticked off is put right by another import that takes Trakt’s dates as they are', async (t) => {
  const { api } = await imported(
    t,
    many(6, () => NOON - DAY_MS),
  );
  const { body } = await api.post('/runs', { kind: 'trakt_import', options: { dates: 'trakt' } });
  await api.finish((body as { run_id: string }).run_id);
  t.deepEqual(minutesOfDays(await progressOf(api)), [0, 0, 0, 0, 0, 144, 0]);
});

test('five episodes one after another on a Saturday evening were watched that Saturday, whatever is shown', async (t) => {
  const saturday = Date.parse('2026-11-14T18:00:00Z');
  const { api, run, progress } = await imported(
    t,
    many(5, (index) => saturday + index * 25 * 60_000),
  );
  t.like(progress, { total_episodes_watched: 5, total_hours_watched: 2, days_since_first_episode: 6 });
  t.deepEqual(run.dates, { undated: 0, ticked_off: 0, moved: 5 });
  const { seasons } = (await api.get('/titles/tv/900')) as TitleDetailsAnswer;
  t.deepEqual(seasons?.[0]?.episodes[0]?.watches, [
    { day: '1979-01-01', watched_at: '2026-11-14T18:00:00Z', date_source: 'air' },
  ]);
  api.clock.set(Date.parse('2026-11-15T12:00:00Z'));
  t.deepEqual(minutesOfDays(await progressOf(api)), [0, 0, 0, 0, 0, 120, 0]);
});

test('a series of 1979 that was ticked off last week does not make the start 47 years ago', async (t) => {
  const { progress } = await imported(t, [...many(20, (index) => NOON - 7 * DAY_MS + index * 1000), plays(21, ago(8))]);
  t.is(progress.days_since_first_episode, 8);
  t.deepEqual(progress.all_time_progress, [{ label: 'Oct 2026', cumulative_hours: 8 }], 'from the undated time on');
});

test('a second scrobble within its own length is the same play, the next evening’s is another', async (t) => {
  const at = (minutes: number) => new Date(NOON - 3 * DAY_MS + minutes * 60_000).toISOString();
  const { progress } = await imported(t, [plays(1, at(0)), plays(1, at(10)), plays(1, at(24 * 60))]);
  t.like(progress.shows, [{ episodes_watched: 1, minutes_watched: 48 }]);
});

const STATES: [claim: string, told: { imported: number[]; files: string[] }, next: number | null][] = [
  ['only the second was seen', { imported: [2], files: [] }, 3],
  ['the first two, one by a file', { imported: [1], files: ['S01E02'] }, 3],
  ['the first and the third', { imported: [1], files: ['S01E03'] }, 4],
  ['only the last: the first that was left out', { imported: [4], files: ['S01E02'] }, 1],
  ['all of it', { imported: [1, 2], files: ['S01E03-E04'] }, null],
];
for (const [claim, { imported: numbers, files }, next] of STATES) {
  test(`show and the title name the same next episode: ${claim}`, async (t) => {
    const history = numbers.map((number) => plays(number, ago(40 + number)));
    const api = await start(t, { history, files: files.length > 0 ? { Harbour: files } : {} });
    await api.run('trakt_import');
    const expected = next === null ? null : { season_number: 1, episode_number: next };
    const title = async () => (await api.get('/titles/tv/900')) as TitleDetailsAnswer;
    t.like(await title(), { next_episode: expected, status: next === null ? 'completed' : 'in_progress' });
    await api.get('/api/shows/900');
    t.like(await title(), { next_episode: expected }, 'also while its seasons are still to be synced');
    await api.post('/api/sync');
    const shown = (await api.get('/api/shows/900')) as FollowedShowAnswer;
    t.deepEqual(
      shown.next_episode && {
        season_number: shown.next_episode.season_number,
        episode_number: shown.next_episode.episode_number,
      },
      expected,
    );
    t.like(await title(), { next_episode: expected, status: next === null ? 'completed' : 'in_progress' });
  });
}
