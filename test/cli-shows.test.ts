import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { createFakeTmdb, type FakeTmdbSeries } from '../lib/cli/demo/fake-tmdb.ts';
import { SAMPLE_SERIES } from '../lib/cli/demo/sample-library.ts';
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
];

async function person(t: ExecutionContext): Promise<Person> {
  const { environment } = await withTvdb(t);
  const tmdb = await createFakeTmdb({ series: SERIES, apiKey: 'tmdb-key' });
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
  'Season       Seen  Aired  Known',
  '1  Season 1     2      2      2',
  '2  Season 2     0      1      2',
  '66% of what has aired is seen, 0.4 hours are left.',
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
    `Error: The folder “${CAFE}” cannot be joined with the catalogue, because it has no TVDB id.`,
    `  → Give it one: immersion set-tvdb "${CAFE}"`,
    `  → Or say which series at TMDB it is: immersion show --link "${CAFE}" TMDB_ID`,
  ]);
  const link = ['show', '--link', CAFE, '45950'];
  const dry = await me.run([...link, '--dry-run']);
  t.is(dry.stderr, `Would make “${CAFE}” TMDB series 45950.\n`);
  t.is((await me.run(['show', CAFE])).status, 1);
  t.is((await me.run(link)).stderr, `“${CAFE}” is TMDB series 45950.\n`);
  t.is((await me.run(link)).status, 0);
  t.true((await me.run(['show', CAFE])).stdout.includes('33% of what has aired is seen'));
  for (const args of [
    ['show', '--link', CAFE],
    ['show', '--link', CAFE, 'x'],
    ['show', 'a', 'b'],
  ]) {
    t.is((await me.run(args)).status, 2, args.join(' '));
  }
  t.is((await me.run(['show', 'nothing of the kind'])).status, 1);
});

test('shows are watched and unwatched, and one pass fetches what is due', async (t) => {
  const me = await person(t);
  t.is((await me.run(['upcoming'])).stdout, '');
  t.is((await me.run(['watch', '45950', '--dry-run'])).stderr, 'Would mark “45950” as watched by you.\n');
  t.is((await me.run(['episodes', 'sync'])).stderr, 'Fetched 0 seasons.\n');
  t.is((await me.run(['watch', '45950'])).stderr, 'You watch series 45950 now.\n');
  t.is((await me.run(['episodes', 'sync', '--dry-run'])).stderr, 'Would fetch 2 seasons.\n');
  t.is((await me.run(['episodes', 'sync'])).stderr, 'Fetched 2 seasons.\n');
  t.is((await me.run(['episodes', 'sync'])).stderr, 'Fetched 0 seasons.\n');
  const status = linesOf((await me.run(['episodes', 'status'])).stdout);
  t.deepEqual([status[0], status[2]], ['Mode       ON_DEMAND', 'Seasons    2 due, 2 synced, 0 failed, 0 skipped']);
  t.true((await me.run(['upcoming'])).stdout.includes('S02E02'));
  const answer = json(await me.run(['unwatch', 'Cafe of Falling Stars', '--json']));
  t.deepEqual(answer, { tmdb_id: 45_950, watching: false });
  t.is((await me.run(['upcoming'])).stdout, '');
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
    t.is(error, `Error: EPISODE_SYNC_MODE is “${value}”; it can be GREEDY or ON_DEMAND, written exactly so.`);
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
  await run('watch', '45950');
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

test('a mode by a flag holds whatever the config file says', async (t) => {
  const me = await person(t);
  const server = await listening(
    t,
    me.start(['serve', '--open', '--port', '0', '--episode-sync-mode', 'GREEDY', '--json']),
  );
  const answer = await fetch(`${server.url}/api/sync/status`);
  t.like(await answer.json(), { mode: 'GREEDY' });
});
