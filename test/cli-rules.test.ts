import { parseTvdbId } from '../lib/shows/title-question-prompts.ts';
import test from 'ava';
import * as fc from 'fast-check';
import { chunksOf } from '../lib/core/terminal/chunks.ts';
import { EXIT_CODES, exitStatusOf } from '../lib/core/terminal/exit-codes.ts';
import type { GoalAnswer } from '../lib/goals/goals-contract.ts';
import type { StatsAnswer } from '../lib/stats/stats-contract.ts';
import { allTimeSteps, progressTable, sinceStart } from '../lib/progress/progress-table.ts';
import { showsTable } from '../lib/recording/shows-table.ts';
import { renderTable } from '../lib/core/terminal/table.ts';
import { screenOf, type Screen } from '../lib/core/terminal/terminal.ts';
import {
  asLine,
  counted,
  cutToWidth,
  formatBytes,
  formatMinutes,
  padToWidth,
  widthOf,
} from '../lib/core/terminal/text.ts';
import type { ProgressAnswer } from '../lib/progress/progress-contract.ts';
import { ImmersionError, InvalidInputError, NotConfiguredError } from '../lib/core/errors.ts';
import { isJunk, isWatchedVideo, stemOf } from '../lib/folder/file-rules.ts';

const FILES: [name: string, watched: boolean, junk: boolean][] = [
  ['e1.mkv', true, false],
  ['e1.mp4', true, false],
  ['E1.MKV', true, false],
  ['第1話.Mp4', true, false],
  ['e1.ja.mkv', true, false],
  ['.e1.mkv', false, false],
  ['.mkv', false, false],
  ['e1.avi', true, false],
  ['e1.mkv.part', false, false],
  ['e1', false, false],
  ['mkv', false, false],
  ['e1.srt', false, true],
  ['e1.ja.ass', false, true],
  ['cover.JPG', false, true],
  ['tvshow.nfo', false, true],
  ['.DS_Store', false, true],
  ['._e1.mkv', false, true],
  ['Thumbs.db', false, true],
  ['notes.txt', false, false],
  ['archive.zip', false, false],
];

for (const [name, watched, junk] of FILES) {
  const parts = [watched ? 'is a watched video' : 'is no watched video', junk ? 'is junk' : 'keeps its folder'];
  test(`“${name}” ${parts.join(' and ')}`, (t) => {
    t.is(isWatchedVideo(name), watched);
    t.is(isJunk(name), junk);
  });
}

test('a file is known by its name without the last extension', (t) => {
  const stems = ['e1.mkv', 'e1.ja.mkv', 'e1', '..mkv', 'a.b.MP4'].map((name) => stemOf(name));
  t.deepEqual(stems, ['e1', 'e1.ja', 'e1', '.', 'a.b']);
});

const WIDTHS: [text: string, columns: number, cut: string][] = [
  ['short', 10, 'short'],
  ['exactly 10', 10, 'exactly 10'],
  ['one more than', 10, 'one more …'],
  ['しろくまカフェ', 14, 'しろくまカフェ'],
  ['しろくまカフェ', 13, 'しろくまカフ…'],
  ['しろくまカフェ', 12, 'しろくまカ…'],
  ['ゴーストオブユー 1017', 17, 'ゴーストオブユー…'],
  ['ゴーストオブユー 1017', 19, 'ゴーストオブユー 1…'],
  ['🐻‍❄️ bear', 4, '🐻‍❄️ …'],
  ['line\nbreak \u001B[31mred', 30, 'line break  [31mred'],
];

for (const [text, columns, cut] of WIDTHS) {
  test(`${JSON.stringify(text)} in ${columns} columns is “${cut}”`, (t) => {
    t.is(cutToWidth(text, columns), cut);
    t.true(widthOf(cut) <= columns);
  });
}

test('a text that is cut is as long as fits, whatever is mixed in it', (t) => {
  const text = fc.string({ unit: fc.constantFrom(...Array.from('aé1 ゴー々、한Ａ…🐻')), maxLength: 30 });
  const isBestCut = fc.property(text, fc.integer({ min: 1, max: 40 }), (whole, columns) => {
    const cut = cutToWidth(whole, columns);
    if (widthOf(whole) <= columns) return cut === whole;
    const oneMore = Array.from(whole).slice(0, Array.from(cut).length).join('');
    return whole.startsWith(cut.slice(0, -1)) && widthOf(cut) <= columns && widthOf(`${oneMore}…`) > columns;
  });
  t.notThrows(() => fc.assert(isBestCut));
});

test('padding, counting and units', (t) => {
  t.is(padToWidth('カフェ', 8), 'カフェ  ');
  t.is(padToWidth('long', 2), 'long');
  t.is(asLine('a\r\nb\u0007\u009Bc'), 'a b c');
  t.deepEqual(
    [0, 1, 2, 12_345].map((count) => counted(count, 'episode')),
    ['0 episodes', '1 episode', '2 episodes', '12,345 episodes'],
  );
  t.is(counted(2, 'series', 'series'), '2 series');
  t.deepEqual(
    [0, 59, 60, 96, 6000, 90_001].map((minutes) => formatMinutes(minutes)),
    ['0m', '59m', '1h', '1h 36m', '100h', '1,500h 1m'],
  );
  t.deepEqual(
    [0, 999, 1000, 99_949, 99_960, 999_499, 999_999, 1_500_000, 4_200_000_000, 3e15].map((bytes) => formatBytes(bytes)),
    ['0 B', '999 B', '1.0 kB', '99.9 kB', '100 kB', '999 kB', '1.0 MB', '1.5 MB', '4.2 GB', '3000 TB'],
  );
});

test('a TVDB id is a whole number above 0', (t) => {
  const ids = ['257571', ' 1 ', '2147483647', '0', '-1', '1.5', '2147483648', '12345678901', 'abc', '', '１２'];
  t.deepEqual(
    ids.map((text) => parseTvdbId(text)),
    [257_571, 1, 2_147_483_647, ...Array.from({ length: 8 }, () => undefined)],
  );
});

const screen = (columns: number): Screen => ({ columns, color: false, style: (_style, text) => text });

test('a table is as wide as it must be', (t) => {
  const rows = [
    ['しろくまカフェ', '50'],
    ['Dark', '1,000'],
  ];
  t.is(
    renderTable(
      [
        { head: 'Shows', flexible: true },
        { head: 'Episodes', align: 'right' },
      ],
      rows,
      screen(80),
    ),
    ['Shows           Episodes', 'しろくまカフェ        50', 'Dark               1,000'].join('\n'),
  );
});

test('columns that give way give way alike', (t) => {
  const shows = [{ folder_name: 'f'.repeat(60), tvdb_id: 257_571, tvdb_name: 'n'.repeat(50), tvdb_image: null }];
  t.is(showsTable(shows, screen(60)).split('\n')[1], `${'f'.repeat(23)}…   257571  ${'n'.repeat(24)}…`);
});

for (const columns of [40, 80, 120]) {
  test(`no line of a table or of bars is wider than ${columns} columns`, (t) => {
    const long = 'とても長い題名の番組'.repeat(12);
    const shows = [
      { folder_name: long, tvdb_id: 2_147_483_647, tvdb_name: long, tvdb_image: null },
      { folder_name: 'a\tb\nc', tvdb_id: null, tvdb_name: null, tvdb_image: null },
    ];
    const progress: ProgressAnswer = {
      ...HISTORY,
      shows: [{ show_id: null, name: null, artwork_url: null, episodes_watched: 99_999, folder_name: long }],
      movies: [{ movie_id: long, name: `${long}\u001B[2J`, artwork_url: null }],
      youtube_channels: [{ channel_id: long, channel_name: null, artwork_url: null, videos_watched: 1 }],
    };
    const lines = [showsTable(shows, screen(columns)), progressTable(progress, screen(columns))].join('\n').split('\n');
    const tooWide = lines.filter(
      (line) => widthOf(line) > columns && !line.startsWith('Today  ') && !line.endsWith('.'),
    );
    t.deepEqual(tooWide, []);
    t.deepEqual(
      lines.filter((line) => /\p{Cc}/u.test(line)),
      [],
    );
  });
}

test('colour needs a terminal and no NO_COLOR', (t) => {
  const { stderr } = process;
  const terminal = Object.assign(Object.create(stderr) as typeof stderr, { isTTY: true, columns: 100 });
  const pipe = Object.assign(Object.create(stderr) as typeof stderr, { isTTY: false });
  t.is(screenOf(terminal, {}).style('bold', 'x'), '\u001B[1mx\u001B[22m');
  t.is(screenOf(terminal, { NO_COLOR: '1' }).style('bold', 'x'), 'x');
  t.is(screenOf(terminal, { TERM: 'dumb' }).style('bold', 'x'), 'x');
  t.is(screenOf(pipe, {}).style('bold', 'x'), 'x');
  t.is(screenOf(pipe, { FORCE_COLOR: '1' }).style('bold', 'x'), '\u001B[1mx\u001B[22m');
  t.is(screenOf(pipe, { FORCE_COLOR: '1', NO_COLOR: '1' }).style('bold', 'x'), 'x');
  t.is(screenOf(terminal, {}).columns, 100);
  t.is(screenOf(terminal, { COLUMNS: '60' }).columns, 60);
  t.is(screenOf(pipe, {}).columns, 80);
});

const HISTORY: ProgressAnswer = {
  total_episodes_watched: 1234,
  total_movies_watched: 2,
  total_hours_watched: 1412,
  episodes_watched_today: 3,
  movies_watched_today: 1,
  youtube_videos_watched: 12,
  youtube_videos_watched_today: 0,
  spotify_episodes_watched: 1,
  spotify_episodes_watched_today: 1,
  days_since_first_episode: 800,
  weekly_trend_percentage: -12.4,
  daily_activity: [0, 20, 45, 96, 120, 1, 60].map((minutes, index) => ({
    days_ago: 6 - index,
    minutes_watched: minutes,
  })),
  all_time_progress: [
    { label: 'Jul 2026', cumulative_hours: 0 },
    { label: 'Oct 2026', cumulative_hours: 5 },
    { label: 'Jan 2027', cumulative_hours: 1412 },
  ],
  shows: [
    { show_id: '1', name: 'しろくまカフェ', artwork_url: null, episodes_watched: 1000, minutes_watched: 24_000 },
    { show_id: null, name: null, artwork_url: null, episodes_watched: 233, folder_name: 'Terrace House' },
    { show_id: null, name: null, artwork_url: null, episodes_watched: 1, folder_name: null },
  ],
  youtube_channels: [
    { channel_id: 'UC1', channel_name: '日本語の森', artwork_url: null, videos_watched: 11 },
    { channel_id: 'UC2', channel_name: null, artwork_url: null, videos_watched: 1 },
  ],
  spotify_shows: [{ show_id: 's', show_name: 'Nihongo con Teppei', artwork_url: null, episodes_watched: 1 }],
  movies: [
    { movie_id: 'totoro', name: 'となりのトトロ', artwork_url: null },
    { movie_id: 'film-without-name', name: null, artwork_url: null },
  ],
};

test('progress is shown as tables, bars and sentences', (t) => {
  t.is(
    progressTable(HISTORY, screen(80)),
    `Shows           Episodes  Time
しろくまカフェ     1,000  400h
Terrace House        233
(unknown show)         1

Channels    Videos
日本語の森      11
UC2              1

Podcasts            Episodes
Nihongo con Teppei         1

Films
となりのトトロ
film-without-name

Today  3 episodes, 1 film, 1 podcast episode

The last week
Today       ███████████████░░░░░░░░░░░░░░░ 1h
Yesterday   █░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 1m
2 days ago  ██████████████████████████████ 2h
3 days ago  ████████████████████████░░░░░░ 1h 36m
4 days ago  ███████████░░░░░░░░░░░░░░░░░░░ 45m
5 days ago  █████░░░░░░░░░░░░░░░░░░░░░░░░░ 20m
6 days ago  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 0m

12% less than your average week.

All time
Jul–Sep 2026  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 0h
Oct–Dec 2026  █░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 5h
Jan–Mar 2027  ██████████████████████████████ 1,412h

1,412 total hours watched.
2 years and 2 months since immersion started.`,
  );
});

test('progress without history invents nothing, and names the next step', (t) => {
  const nothing: ProgressAnswer = {
    ...HISTORY,
    total_episodes_watched: 0,
    total_movies_watched: 0,
    total_hours_watched: 0,
    youtube_videos_watched: 0,
    spotify_episodes_watched: 0,
    episodes_watched_today: 0,
    movies_watched_today: 0,
    youtube_videos_watched_today: 0,
    spotify_episodes_watched_today: 0,
    days_since_first_episode: 0,
    weekly_trend_percentage: null,
    all_time_progress: [],
    shows: [],
    youtube_channels: [],
    spotify_shows: [],
    movies: [],
  };
  const days = HISTORY.daily_activity.map(({ days_ago }) => ({ days_ago, minutes_watched: 0 }));
  const empty = `░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 0m`;
  t.is(
    progressTable({ ...nothing, daily_activity: days }, screen(80)),
    `Today  nothing yet

The last week
Today       ${empty}
Yesterday   ${empty}
2 days ago  ${empty}
3 days ago  ${empty}
4 days ago  ${empty}
5 days ago  ${empty}
6 days ago  ${empty}

The weekly trend appears after 14 days.

0 total hours watched.
Day 1 of immersion.

Record what you watched: immersion sync`,
  );
});

const quartersFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    label: `${['Jan', 'Apr', 'Jul', 'Oct'][index % 4]} ${first + Math.floor(index / 4)}`,
    cumulative_hours: index,
  }));

for (const [quarters, rows, first, last] of [
  [20, 20, ['Jan–Mar 2007', 0], ['Oct–Dec 2011', 19]],
  [21, 6, ['2007', 3], ['2012', 20]],
  [80, 20, ['2007', 3], ['2026', 79]],
  [200, 20, ['Until 2037', 123], ['2056', 199]],
] as const) {
  test(`all time of ${quarters} quarters takes ${rows} lines`, (t) => {
    const steps = allTimeSteps(quartersFrom(2007, quarters)).map(({ label, hours }) => [label, hours]);
    t.deepEqual([steps.length, steps[0], steps.at(-1)], [rows, [...first], [...last]]);
  });
}

test('with statistics, progress has the time of channels, the streak, goals and several languages', (t) => {
  const sum = { background_seconds: 0, viewings: 1 };
  const stats: StatsAnswer = {
    today: '2026-11-21',
    time_zone: 'UTC',
    week_starts_on: 'monday',
    from: null,
    to: null,
    by: 'language',
    total: { seconds: 5_400_060, ...sum },
    rows: [
      { key: 'ja', label: 'Japanese', seconds: 5_400_000, ...sum },
      { key: 'es', label: 'Spanish', seconds: 60, ...sum },
    ],
    previous: null,
    streak: {
      days: 12,
      from: '2026-11-10',
      today: true,
      longest_days: 40,
      longest_from: '2025-12-20',
      longest_to: '2026-01-28',
      minimum_seconds: 60,
    },
    sources: { measured_seconds: 5_400_060, estimated_seconds: 0 },
    notes: [],
  };
  const goal: GoalAnswer = {
    id: 'daily',
    seconds: 2700,
    period: 'day',
    medium: null,
    language: null,
    by: null,
    from: '2026-11-21',
    to: '2026-11-21',
    done_seconds: 600,
    left_seconds: 2100,
    met: false,
    needed_per_day_seconds: 2100,
    pace: { last_7_days: 0, last_30_days: 0, all_days: 0 },
    projected: null,
  };
  const secondsOf = new Map([['channel:UC1', 5400]]);
  const shown = progressTable(HISTORY, screen(80), { extras: { stats, goals: [goal], secondsOf } });
  t.true(
    shown.includes(`Channels    Videos    Time
日本語の森      11  1h 30m
UC2              1
`),
  );
  t.true(
    shown.endsWith(`2 years and 2 months since immersion started.

1,500h 1m measured.
Streak: 12 days. Longest: 40 days, Dec 20, 2025 – Jan 28, 2026.
Goal: 45m a day: 10m so far, still open.
Languages: Japanese 1,500h, Spanish 1m.`),
  );
});

test('of a long list the first rows are shown, or all of them', (t) => {
  const films = (amount: number): ProgressAnswer => ({
    ...HISTORY,
    movies: Array.from({ length: amount }, (_, index) => ({
      movie_id: String(index),
      name: `Film ${index}`,
      artwork_url: null,
    })),
  });
  const linesOf = (text: string) => text.split('\n').filter((line) => /^Film |^…/u.test(line));
  t.is(linesOf(progressTable(films(21), screen(80))).length, 21);
  const cut = linesOf(progressTable(films(1022), screen(80)));
  t.deepEqual([cut.length, cut[19], cut[20]], [21, 'Film 19', '… and 1,002 more: immersion progress --all']);
  t.is(linesOf(progressTable(films(1022), screen(80), { all: true })).length, 1022);
});

const TRENDS: [percentage: number | null, sentence: string][] = [
  [null, 'The weekly trend appears after 14 days.'],
  [23.5, '24% more than your average week.'],
  [-100, '100% less than your average week.'],
  [0.4, 'About the same as your average week.'],
  [-0.4, 'About the same as your average week.'],
];

for (const [percentage, sentence] of TRENDS) {
  test(`a trend of ${percentage} reads “${sentence}”`, (t) => {
    const lines = progressTable({ ...HISTORY, weekly_trend_percentage: percentage }, screen(80)).split('\n');
    t.true(lines.includes(sentence));
  });
}

const SINCE: [days: number, sentence: string][] = [
  [0, 'Day 1 of immersion.'],
  [30, 'Day 31 of immersion.'],
  [31, '0 years and 1 month since immersion started.'],
  [364, '0 years and 11 months since immersion started.'],
  [365, '1 year and 0 months since immersion started.'],
  [396, '1 year and 1 month since immersion started.'],
  [3650, '10 years and 0 months since immersion started.'],
];

for (const [days, sentence] of SINCE) {
  test(`${days} days are “${sentence}”`, (t) => t.is(sinceStart(days), sentence));
}

test('one of anything is singular', (t) => {
  const one = { ...HISTORY, total_hours_watched: 1, episodes_watched_today: 1, youtube_videos_watched_today: 1 };
  const text = progressTable({ ...one, movies_watched_today: 0, spotify_episodes_watched_today: 0 }, screen(80));
  t.true(text.includes('\nToday  1 episode, 1 video\n'));
  t.true(text.includes('\n1 total hour watched.\n'));
});

const ERRORS: [error: unknown, status: number][] = [
  [new ImmersionError('x', { code: 'api_unreachable' }), 6],
  [new ImmersionError('x', { code: 'unauthorized' }), 4],
  [new ImmersionError('x', { code: 'forbidden' }), 4],
  [new InvalidInputError('x', { code: 'credentials_missing' }), 4],
  [new ImmersionError('x', { code: 'declined' }), 2],
  [new InvalidInputError('x', { code: 'invalid_setting' }), 2],
  [new InvalidInputError('x', { code: 'input_needed' }), 2],
  [new NotConfiguredError('x', { code: 'tvdb_not_configured' }), 1],
  [new ImmersionError('x', { code: 'library_missing' }), 1],
  [new TypeError('a bug'), 1],
  ['thrown text', 1],
  [Object.assign(new Error('User force closed the prompt'), { name: 'ExitPromptError' }), 130],
];

for (const [error, status] of ERRORS) {
  const name = error instanceof ImmersionError ? error.code : error instanceof Error ? error.name : String(error);
  test(`${name} ends with the exit status ${status}`, (t) => t.is(exitStatusOf(error), status));
}

test('the exit statuses are those that are documented', (t) => {
  t.deepEqual(
    Object.values(EXIT_CODES).map(([status]) => status),
    [0, 1, 2, 4, 5, 6, 130],
  );
});

test('a call carries at most 1,000 items and 1 MiB', (t) => {
  const same = (item: unknown) => item;
  const lengths = (items: unknown[]) => chunksOf(items, same).map((chunk) => chunk.length);
  t.deepEqual(lengths([]), []);
  t.deepEqual(lengths(Array.from({ length: 1000 }, () => 1)), [1000]);
  t.deepEqual(lengths(Array.from({ length: 2001 }, () => 1)), [1000, 1000, 1]);
  const bulky = Array.from({ length: 10 }, () => 'あ'.repeat(100_000));
  t.deepEqual(lengths(bulky), [3, 3, 3, 1]);
  const huge = 'x'.repeat(2 * 1024 * 1024);
  t.deepEqual(lengths([1, huge, 2]), [1, 1, 1]);
  t.deepEqual(chunksOf(bulky, same).flat(), bulky);
});
