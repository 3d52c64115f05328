import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { createFakeTmdb, type FakeTmdbSeries } from '../lib/demo/fake-tmdb.ts';
import type { Faults } from '../lib/demo/fake-server.ts';
import { SAMPLE_SERIES } from '../lib/demo/sample-library.ts';
import { createPerson, linesOf, listening, startServer, withTvdb, type Person, type Ran } from './cli-process.ts';

const CAFE = 'Hoshifuru Kissaten';
const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const NEXT_WEEK = day(7);
const SERIES: FakeTmdbSeries[] = [
  {
    id: 45_950,
    name: 'Cafe of Falling Stars',
    originalName: '星降る喫茶店',
    tvdbId: SAMPLE_SERIES[0]?.id ?? 0,
    runtime: 24,
    status: 'Returning Series',
    seasons: { 1: ['2019-04-05', '2019-04-12'], 2: [day(-7), NEXT_WEEK] },
    episodeNames: { '2x1': '二号店', '2x2': '雨' },
  },
  { id: 86, name: 'Harbour', status: 'Ended', seasons: { 1: ['2001-01-01'] } },
  { id: 87, name: 'Harbour', originalName: '港', status: 'Ended', seasons: { 1: ['2011-01-01'] } },
  { id: 88, name: 'Announced', status: 'In Production', seasons: { 1: [] } },
];

async function person(t: ExecutionContext, faults?: Faults): Promise<Person> {
  const { environment } = await withTvdb(t);
  const tmdb = await createFakeTmdb({ series: SERIES, apiKey: 'tmdb-key', ...(faults ? { faults } : {}) });
  t.teardown(() => tmdb.close());
  return createPerson(t, {
    ...environment,
    TMDB_API_KEY: 'tmdb-key',
    IMMERSION_TRACKER_TMDB_BASE_URL: tmdb.url,
    IMMERSION_TMDB_INTERVAL_MS: '25',
  });
}

const json = ({ stdout }: Ran): Record<string, unknown> => JSON.parse(stdout) as Record<string, unknown>;

const SHOWN = [
  'Cafe of Falling Stars (星降る喫茶店) · Returning Series',
  'Season       Seen  Aired  Total',
  '1  Season 1     2      2      2',
  '2  Season 2     0      1      2',
  '66% of aired episodes seen, 0.4 hours to go.',
  `Next: S02E01 二号店, aired ${day(-7)}.`,
];

test('a folder with a TVDB id shows how far one is in it, and progress has a column for that from then on', async (t) => {
  const me = await person(t);
  me.fill(`${CAFE}/01.mkv`, `${CAFE}/02.mkv`);
  await me.run(['sync']);
  await me.run(['set-tvdb', CAFE, String(SAMPLE_SERIES[0]?.id)]);
  const before = linesOf((await me.run(['progress'])).stdout).slice(0, 2);
  t.deepEqual(before, ['Shows         Episodes  Time', '星降る喫茶店         2   48m']);

  const shown = await me.run(['show', CAFE]);
  t.is(shown.stderr, '');
  t.deepEqual(linesOf(shown.stdout), SHOWN);
  t.deepEqual(linesOf((await me.run(['show', 'cafe of falling stars'])).stdout), SHOWN);
  t.deepEqual(linesOf((await me.run(['show', '45950'])).stdout), SHOWN);
  t.deepEqual(linesOf((await me.run(['progress'])).stdout).slice(0, 2), [
    'Shows         Episodes  Time  Seen',
    '星降る喫茶店         2   48m   66%',
  ]);
  const asJson = json(await me.run(['progress', '--json']))['shows'] as Record<string, unknown>[];
  t.like(asJson[0], { show_id: String(SAMPLE_SERIES[0]?.id), episodes_watched: 2, completion_percentage: 66 });
  t.is((await me.run(['unfollow', CAFE])).status, 0);
  t.is(linesOf((await me.run(['progress'])).stdout)[1], '星降る喫茶店         2   48m   66%');
  await me.run(['follow', CAFE]);
  t.deepEqual(linesOf((await me.run(['upcoming'])).stdout), [
    'Airs        Show                   Episode  Title',
    `${NEXT_WEEK}  Cafe of Falling Stars  S02E02   雨`,
  ]);
  t.like(json(await me.run(['show', CAFE, '--json'])), { tmdb_id: 45_950, completion_percentage: 66, watching: true });
});

test('a folder that cannot be joined says why, and a link settles it', async (t) => {
  const me = await person(t);
  me.fill(`${CAFE}/01.mkv`);
  await me.run(['sync']);
  const refused = await me.run(['show', CAFE]);
  t.is(refused.status, 1);
  t.deepEqual(linesOf(refused.stderr), [
    `Error: The folder “${CAFE}” can’t be linked to a series: it has no TVDB id.`,
    `  → Match it: immersion set-tvdb "${CAFE}"`,
    `  → Or link it to a TMDB series: immersion show link "${CAFE}"`,
  ]);
  const link = ['show', 'link', CAFE, '45950'];
  const dry = await me.run([...link, '--dry-run']);
  t.is(dry.stderr, `Would link “${CAFE}” to TMDB series 45950.\n`);
  t.is((await me.run(['show', CAFE])).status, 1);
  t.is((await me.run(link)).stderr, `“${CAFE}” is now linked to TMDB series 45950.\n`);
  t.is((await me.run(link)).status, 0);
  t.true((await me.run(['show', CAFE])).stdout.includes('33% of aired episodes seen'));
  for (const args of [
    ['show', 'link'],
    ['show', '--link', CAFE, 'x'],
    ['show', 'a', 'b'],
  ]) {
    t.is((await me.run(args)).status, 2, args.join(' '));
  }
  t.is((await me.run(['show', 'nothing of the kind'])).status, 1);
});

test('shows are followed and unfollowed, and one pass fetches what is due', async (t) => {
  const me = await person(t);
  t.is((await me.run(['upcoming'])).stdout, '');
  t.is((await me.run(['follow', '45950', '--dry-run'])).stderr, 'Would follow series 45950.\n');
  t.is((await me.run(['episodes', 'sync'])).stderr, 'Fetched 0 seasons.\n');
  t.is((await me.run(['follow', '45950'])).stderr, 'Now following series 45950.\n');
  t.is((await me.run(['episodes', 'sync', '--dry-run'])).stderr, 'Would fetch 2 seasons.\n');
  t.is((await me.run(['episodes', 'sync'])).stderr, 'Fetched 2 seasons.\n');
  t.is((await me.run(['episodes', 'sync'])).stderr, 'Fetched 0 seasons.\n');
  const status = linesOf((await me.run(['episodes', 'status'])).stdout);
  t.deepEqual([status[0], status[2]], ['Mode       ON_DEMAND', 'Seasons    2 due, 2 synced, 0 failed, 0 skipped']);
  t.true((await me.run(['upcoming'])).stdout.includes('S02E02'));
  const answer = json(await me.run(['unfollow', 'Cafe of Falling Stars', '--json']));
  t.deepEqual(answer, { tmdb_id: 45_950, watching: false });
  t.is((await me.run(['upcoming'])).stdout, '');
});

test('a show is found by its name at TMDB; where it is not clear which one is meant, ids are listed', async (t) => {
  const me = await person(t);
  t.is((await me.run(['follow', '星降る喫茶店'])).stderr, 'Now following “星降る喫茶店” (TMDB series 45950).\n');
  for (const command of ['show', 'follow']) {
    const several = await me.run([command, 'harbour']);
    t.is(several.status, 1);
    t.is(several.stdout, '');
    t.deepEqual(linesOf(several.stderr), [
      'Error: Several TMDB series match “harbour”. Use the id of one:',
      '  → 86  Harbour (2001)',
      '  → 87  Harbour (2011)',
    ]);
  }
  t.deepEqual(linesOf((await me.run(['show', 'of Falling'])).stderr), [
    'Error: No TMDB series is called exactly “of Falling”. Use the id if it’s this one:',
    '  → 45950  Cafe of Falling Stars (2019)',
  ]);
  const asJson = json(await me.run(['show', 'harbour', '--json']));
  t.like(asJson, { error: { code: 'show_not_clear', suggestions: ['86  Harbour (2001)', '87  Harbour (2011)'] } });
  t.regex(
    (await me.run(['show', 'no such show'])).stderr,
    /^Error: No show folder, followed show or TMDB series matches “no such show”/,
  );
  t.true((await me.run(['show', 'Harbour (2011)'])).stdout.startsWith('Harbour (港) · Ended'));
  t.true((await me.run(['show', '港'])).stdout.startsWith('Harbour (港) · Ended'));
  const list = json(await me.run(['upcoming', '--json']))['episodes'] as { tmdb_id: number }[];
  t.deepEqual(
    list.map(({ tmdb_id: id }) => id),
    [45_950],
  );
  const gone = await me.run(['unfollow', 'announced']);
  t.is(gone.status, 1, 'only shows that are watched are looked for');
  t.is(linesOf(gone.stderr)[0], 'Error: “announced” is neither a show folder nor a show that you follow.');
  t.is((await me.run(['unfollow', '港'])).stderr, 'Stopped following “港” (TMDB series 87).\n');
});

test('a folder that is called like a number is meant by it, and no series at TMDB', async (t) => {
  const me = await person(t);
  me.fill('86/01.mkv');
  await me.run(['sync']);
  t.regex((await me.run(['show', '86'])).stderr, /^Error: The folder “86” can’t be linked/);
  await me.run(['show', '--link', '86', '45950']);
  t.true((await me.run(['show', '86'])).stdout.startsWith('Cafe of Falling Stars'));
  t.true((await me.run(['show', '87'])).stdout.startsWith('Harbour'));
});

test('without a key it is said what is missing, and what is known is shown all the same', async (t) => {
  const me = await person(t);
  await me.run(['follow', '45950']);
  const environment = { TMDB_API_KEY: '' };
  const missing = [
    'TMDB_API_KEY is not set, so TMDB is unavailable.',
    '  → Get a key or a read access token at https://www.themoviedb.org/settings/api and set TMDB_API_KEY.',
  ];
  for (const args of [
    ['show', '87'],
    ['show', 'harbour'],
    ['follow', '87'],
  ]) {
    const ran = await me.run(args, { environment });
    t.is(ran.status, 1);
    t.deepEqual(linesOf(ran.stderr), [`Error: ${missing[0]}`, missing[1]]);
  }
  const pass = await me.run(['episodes', 'sync'], { environment });
  t.is(pass.status, 5);
  t.deepEqual(linesOf(pass.stderr), ['Fetched 0 seasons, 2 left for later.', missing[0]]);
  const shown = await me.run(['show', '45950'], { environment });
  t.is(shown.status, 0);
  t.is(linesOf(shown.stdout)[0], SHOWN[0]);
  t.is(shown.stderr, `The episodes of season 1, 2 aren’t known yet. ${missing[0]}\n`);
  t.is((await me.run(['unfollow', '45950'], { environment })).status, 0);
  t.is((await me.run(['upcoming'], { environment })).status, 0);
});

test('while TMDB is down what is known is shown, and what cannot be fetched is left for later', async (t) => {
  let isDown = false;
  const me = await person(t, () => (isDown ? { status: 503, body: {} } : undefined));
  await me.run(['follow', '45950']);
  isDown = true;
  const pass = await me.run(['episodes', 'sync']);
  t.is(pass.status, 5);
  t.is(pass.stderr, 'Fetched 0 seasons, 2 failed.\n');
  t.is((await me.run(['episodes', 'sync'])).stderr, 'Fetched 0 seasons.\n', 'they are not due for a minute');
  t.is((await me.run(['show', '45950'])).status, 0);
  const refused = await me.run(['show', '87']);
  t.is(refused.status, 1);
  t.regex(refused.stderr, /^Error: TMDB failed for series 87: status 503/);
});

test('an announced season is said to be unknown, and a show of which all is seen to have no date', async (t) => {
  const me = await person(t);
  const announced = await me.run(['show', '88']);
  t.deepEqual(linesOf(announced.stdout), [
    'Announced · In Production',
    'Season       Seen  Aired  Total',
    '1  Season 1     0      0      –',
  ]);
  t.is(announced.stderr, 'The episodes of season 1 aren’t known yet.\n');
  me.fill('Harbour/S01E01.mkv');
  await me.run(['sync']);
  await me.run(['show', '--link', 'Harbour', '86']);
  t.deepEqual(linesOf((await me.run(['show', 'harbour'])).stdout), [
    'Harbour · Ended',
    'Season       Seen  Aired  Total',
    '1  Season 1     1      1      1',
    '100% of aired episodes seen.',
    'No upcoming episode has a date yet.',
  ]);
});

test('on a narrow terminal long names are cut, and nothing else', async (t) => {
  const me = await person(t);
  await me.run(['show', '45950']);
  const narrow = { environment: { COLUMNS: '44' } };
  const lines = linesOf((await me.run(['show', '45950'], narrow)).stdout);
  t.is(lines[0], 'Cafe of Falling Stars (… · Returning Series');
  t.is(lines.at(-1), `Next: S01E01 Episode 1, aired 2019-04-05.`);
  t.deepEqual(linesOf((await me.run(['upcoming'], narrow)).stdout), [
    'Airs        Show              Episode  Title',
    `${NEXT_WEEK}  Cafe of Falling…  S02E02   雨`,
  ]);
});

for (const [what, args, environment, file] of [
  ['a flag', ['--episode-sync-mode', 'greedy'], {}, undefined],
  ['the environment', [], { EPISODE_SYNC_MODE: 'GREEDY ' }, undefined],
  ['the config file', [], {}, 'ALL'],
] as const) {
  test(`a server does not start with a mode by ${what} that there is not`, async (t) => {
    const me = createPerson(t);
    const folder = path.join(me.home, '.config', 'immersion');
    mkdirSync(folder, { recursive: true });
    if (file) writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ EPISODE_SYNC_MODE: file }));
    const ran = await me.run(['serve', '--port', '0', ...args], { environment });
    t.is(ran.status, 2);
    const [error, meant, example] = linesOf(ran.stderr);
    const value = file ?? environment.EPISODE_SYNC_MODE ?? 'greedy';
    t.is(error, `Error: EPISODE_SYNC_MODE is “${value}”; it must be GREEDY or ON_DEMAND, spelled exactly like that.`);
    t.true(meant?.startsWith('  → Did you mean GREEDY? (It is set '), meant);
    t.is(example, '  → For example: EPISODE_SYNC_MODE=ON_DEMAND');
  });
}

test('a server fetches the episodes of a show by itself, in the mode that its config file says by then', async (t) => {
  const me = await person(t);
  const server = await startServer(t, me);
  const run = async (...args: string[]) => json(await me.run([...args, '--json'], { environment: server.environment }));
  const until = async (isSo: (status: Record<string, unknown>) => boolean) => {
    for (;;) {
      const status = await run('episodes', 'status');
      if (isSo(status)) return status;
      await delay(100);
    }
  };
  await run('follow', '45950');
  t.like(await until(({ synced }) => synced === 2), { mode: 'ON_DEMAND', failed: 0 });
  t.like(await run('show', '45950'), { completion_percentage: 0 });
  const folder = path.join(me.home, '.config', 'immersion');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ EPISODE_SYNC_MODE: 'GREEDY' }));
  t.like(await until(({ mode }) => mode === 'GREEDY'), { synced: 2 });
  server.child.kill('SIGTERM');
  await new Promise((resolve) => server.child.once('exit', resolve));
  t.is(server.child.exitCode, 0);
});

test('a server that is stopped while it fetches a season finishes that first', async (t) => {
  const asked = Promise.withResolvers<void>();
  const me = await person(t, ({ path: where }) => {
    if (!where.endsWith('/season/1')) return undefined;
    asked.resolve();
    return { delayMs: 1000 };
  });
  const server = await startServer(t, me);
  await me.run(['follow', '86'], { environment: server.environment });
  await asked.promise;
  server.child.kill('SIGTERM');
  await new Promise((resolve) => server.child.once('exit', resolve));
  t.is(server.child.exitCode, 0);
  t.is(linesOf((await me.run(['episodes', 'status'])).stdout)[2], 'Seasons    1 due, 1 synced, 0 failed, 0 skipped');
  t.is((await me.run(['episodes', 'sync'])).stderr, 'Fetched 0 seasons.\n');
});

test('a mode by a flag holds whatever the config file says', async (t) => {
  const me = await person(t);
  const server = await listening(
    t,
    me.start(['serve', '--open', '--port', '0', '--episode-sync-mode', 'GREEDY', '--json']),
  );
  const answer = await fetch(`${server.url}/api/sync/status`);
  t.like(await answer.json(), { mode: 'GREEDY' });
});

test('the old names of commands still work, and no help lists them', async (t) => {
  const me = await person(t);
  t.is((await me.run(['watch', '45950', '--dry-run'])).stderr, 'Would follow series 45950.\n');
  t.is((await me.run(['unwatch', '45950', '--dry-run'])).stderr, 'Would stop following series 45950.\n');
  const linked = await me.run(['show', '--link', CAFE, '1', '--dry-run']);
  t.regex(linked.stderr, new RegExp(`^Error: No recorded show folder is named “${CAFE}”\\.\n`));
  t.deepEqual(json(await me.run(['library', 'list', '--json'])), { titles: [] });
  const pages = [await me.run(['--help']), await me.run(['show', '--help'])].map(({ stdout }) => stdout).join('\n');
  t.true(pages.includes('unfollow'));
  t.notRegex(pages, /^ {2}(?:watch|unwatch|library)\b|--link/m);
});
