import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { GoalsAnswer } from '../lib/goals/goals-contract.ts';
import type { StatsAnswer } from '../lib/stats/stats-contract.ts';
import { widthOf } from '../lib/core/terminal/text.ts';
import { createPerson, linesOf, type Person } from './cli-process.ts';
import { atTerminal } from './terminal.ts';

const DAY_SECONDS = 86_400;
const NOON = Math.floor(Date.now() / 1000 / DAY_SECONDS) * DAY_SECONDS - DAY_SECONDS / 2;

interface Told {
  /** 1 is yesterday at noon. */
  daysAgo?: number;
  minutes: number;
  [attribute: string]: unknown;
}

/** A user in UTC with these viewings. */
async function personWith(t: ExecutionContext, told: Told[]): Promise<Person> {
  const person = createPerson(t, { IMMERSION_TIME_ZONE: 'UTC' });
  const lines = told.map(({ daysAgo, minutes, ...more }, index) => ({
    type: 'entry',
    source: 'log',
    ref: `viewing-${index}`,
    title: '星降る喫茶店の長い一日',
    medium: 'other',
    ...(daysAgo === undefined ? {} : { timestamp: NOON - (daysAgo - 1) * DAY_SECONDS }),
    duration: minutes * 60,
    duration_source: 'person',
    activity: 'watching',
    attention: 'focused',
    places: [],
    ...more,
  }));
  const file = path.join(person.folder, 'history.jsonl');
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const ran = await person.run(['import', file]);
  t.is(ran.status, 0, ran.stderr);
  return person;
}

const SHOW = { collection: { kind: 'show', id: '星降る喫茶店の長い長い、とても長い名前のシリーズ第二期', name: null } };
const WEEKS: Told[] = [
  ...Array.from({ length: 60 }, (_, index) => ({
    daysAgo: index + 1,
    minutes: 10 + index * 3,
    language: 'ja',
    ...SHOW,
  })),
  { daysAgo: 1, minutes: 90, language: 'es', attention: 'background' },
  { daysAgo: 70, minutes: 45, language: 'es', medium: 'podcast', duration_source: 'guess' },
  { minutes: 320 * 60, language: 'ja', title: 'Before I started counting' },
];
const bareDay = (daysAgo: number) => new Date((NOON - (daysAgo - 1) * DAY_SECONDS) * 1000).toISOString().slice(0, 10);

test('statistics fit 80 and 120 columns, titles in Japanese too, and a pipe gets no color', async (t) => {
  const person = await personWith(t, WEEKS);
  for (const columns of [80, 120]) {
    for (const args of [
      ['stats'],
      ['stats', 'all', '--by', 'show'],
      ['stats', 'year'],
      ['heatmap'],
      ['goal', 'ladder', 'ja'],
      ['today'],
    ]) {
      const { status, stdout } = await person.run(args, { environment: { COLUMNS: String(columns) } });
      t.is(status, 0);
      t.true(linesOf(stdout).length > 2);
      t.deepEqual(
        linesOf(stdout).filter((line) => widthOf(line) > columns),
        [],
        args.join(' '),
      );
    }
  }
});

test('all time by language has totals, bars and sources; a balance counts in the total alone', async (t) => {
  const person = await personWith(t, WEEKS);
  // 60 days of 10, 13 … 187 minutes are 5,910; with 45 minutes of Spanish 5,955, with the balance of 19,200 25,155.
  const { stdout } = await person.run(['stats', 'all', '--by', 'language']);
  t.is(
    stdout,
    `All time  419h 15m, 1h 30m in the background, 63 viewings

Language      Time  Background  Viewings
Japanese  418h 30m                    61  ██████████████████████████████
Spanish        45m      1h 30m         2  █░░░░░░░░░░░░░░░░░░░░░░░░░░░░░

Streak: 60 days, today still open.
418h 30m measured, 45m estimated.
`,
  );
  const byDay = JSON.parse((await person.run(['stats', 'all', '--by', 'day', '--json'])).stdout) as StatsAnswer;
  t.like(byDay.rows.at(-1), { key: 'undated', seconds: 320 * 3600 });
  t.deepEqual(byDay.rows.at(-3), {
    key: bareDay(1),
    label: byDay.rows.at(-3)?.label,
    seconds: 600,
    background_seconds: 5400,
    viewings: 2,
  });
  const csv = linesOf((await person.run(['stats', 'all', '--by', 'medium', '--csv'])).stdout);
  t.deepEqual(csv, [
    'key,label,seconds,background_seconds,viewings\r',
    'other,Other,1506600,5400,62\r',
    'podcast,Podcasts,2700,0,1',
  ]);
});

test('the heatmap has a week in each column, five steps without color, and words for screen readers', async (t) => {
  const person = await personWith(t, [
    { daysAgo: 1, minutes: 1 },
    { daysAgo: 2, minutes: 30 },
    { daysAgo: 3, minutes: 60 },
    { daysAgo: 4, minutes: 120 },
  ]);
  const lines = linesOf((await person.run(['heatmap'], { environment: { COLUMNS: '80' } })).stdout);
  t.is(lines.length, 10);
  t.regex(lines[9] ?? '', /^ {4}· nothing {2}░ under 30m {2}▒ 30m {2}▓ 1h {2}█ 2h and more$/);
  const weekday = (daysAgo: number) => (new Date(bareDay(daysAgo)).getUTCDay() + 6) % 7;
  const signs = [1, 2, 3, 4].map((daysAgo) =>
    lines[1 + weekday(daysAgo)]?.charAt(weekday(0) >= daysAgo ? 4 + 52 : 4 + 51),
  );
  t.deepEqual(signs, ['░', '▒', '▓', '█']);
  const year = bareDay(1).slice(0, 4);
  const words = (await person.run(['heatmap', year, '--plain'])).stdout;
  t.regex(words, /^\w{3} \d+.*, \d{4}: .*day 1m/m);
  t.is((await person.run(['heatmap', 'next'])).status, 2);
});

test('goals are set, laddered, listed and removed; a bare number is refused with its two readings', async (t) => {
  const person = await personWith(t, WEEKS);
  const set = await person.run(['goal', 'set', '45m', '--daily']);
  t.is(set.status, 0, set.stderr);
  t.regex(set.stdout, /^45m a day +0m +45m +45m +\S.* {2}still open {2}daily$/m);
  t.is((await person.run(['goal', 'ladder', 'ja', '--factor', '2'])).status, 0);
  t.is((await person.run(['goal', 'ladder', 'ja', '--steps', '100,1500'])).status, 0);
  const { goals } = JSON.parse((await person.run(['goal', 'list', '--json'])).stdout) as GoalsAnswer;
  t.deepEqual(
    goals.map(({ id, met, done_seconds }) => [id, met, done_seconds]),
    [
      ['daily', false, 0],
      ['ladder-ja-100h', true, 25_110 * 60],
      ['ladder-ja-1500h', false, 25_110 * 60],
    ],
  );
  t.regex((await person.run(['goal', 'list'])).stdout, /^100h Japanese +418h .* done +ladder-ja-100h$/m);
  t.is((await person.run(['goal', 'remove', 'ladder-ja'])).stderr, 'Removed ladder-ja-100h, ladder-ja-1500h.\n');
  const again = await person.run(['goal', 'remove', 'ladder-ja']);
  t.is(again.status, 1);
  t.regex(again.stderr, /^Error: No goal has the id “ladder-ja”\.\n {2}→ List your goals: immersion goal list\n$/);
  const bare = await person.run(['goal', 'set', '90']);
  t.is(bare.status, 2);
  t.is(bare.stderr, 'Error: “90” isn’t a length.\n  → For 90 minutes: 90m\n  → For 90 hours: 90h\n');
});

test('bare immersion is the help, and leaves nothing behind, until something is recorded; then it is today', async (t) => {
  const stranger = createPerson(t);
  const help = await stranger.run([]);
  t.regex(help.stdout, /^EXIT STATUS$/m);
  t.deepEqual([help.status, help.stderr], [0, '']);
  const person = await personWith(t, [{ daysAgo: 1, minutes: 50 }]);
  await person.run(['goal', 'set', '45m', '--daily']);
  t.is(
    (await person.run([])).stdout,
    `Today  nothing yet
${'░'.repeat(30)} of 45m
Streak: 1 day, today still open.

Goal       Done  Left  Need/day  Pace/day  Reached     Id
45m a day    0m   45m       45m       25m  still open  daily

Record what you watched: immersion sync
`,
  );
});

test('at a terminal today is in color and the pipe of NO_COLOR is not', async (t) => {
  const person = await personWith(t, [{ daysAgo: 1, minutes: 50 }]);
  const terminal = atTerminal(t, person, ['heatmap'], { columns: 80 });
  await terminal.sees('2h and more');
  t.is(await terminal.ended, 0);
  const forced = await person.run(['heatmap'], { environment: { FORCE_COLOR: '1' } });
  t.true(forced.stdout.includes('\u001B['));
  const without = await person.run(['heatmap'], { environment: { FORCE_COLOR: '1', NO_COLOR: '1' } });
  t.false(without.stdout.includes('\u001B['));
});

for (const [args, message] of [
  [['stats', 'soon'], /^Error: Unknown period “soon”\. Use today, week, month, year, all,/],
  [['stats', '2026-13'], /^Error: Unknown period “2026-13”/],
  [['goal', 'set', '45m', '--daily', '--weekly'], /^Error: .*--daily/],
  [['goal', 'ladder', 'ja', '--factor', '0'], /^Error: The factor must be between/],
] as [string[], RegExp][]) {
  test(`immersion ${args.join(' ')} is refused`, async (t) => {
    const { status, stderr } = await createPerson(t).run(args);
    t.is(status, 2);
    t.regex(stderr, message);
  });
}
