import type { ProgressAnswer } from './progress-contract.ts';
import { bar } from '../core/terminal/bar.ts';
import { renderTable, type Column } from '../core/terminal/table.ts';
import type { Screen } from '../core/terminal/terminal.ts';
import { thousands, counted, formatMinutes, formatSeconds, padToWidth, wrapToWidth } from '../core/terminal/text.ts';
import { goalText, outlook } from '../goals/goals-table.ts';
import { sourcesText, streakText } from '../stats/stats-table.ts';
import type { ProgressExtras } from './progress-calls.ts';

const BAR_COLUMNS = 30;
const DAY_COLUMNS = 12;
const QUARTER_COLUMNS = 14;
const VALUE_COLUMNS = 8;
/** Rows of each list unless all are requested. */
const ROWS_SHOWN = 20;
/** The API names a quarter by its first month. */
const QUARTERS: Record<string, string> = { Jan: 'Jan–Mar', Apr: 'Apr–Jun', Jul: 'Jul–Sep', Oct: 'Oct–Dec' };
const DAYS_A_YEAR = 365;
const DAYS_A_MONTH = 365 / 12;

/** Tables of what was watched, today, the last week, the trend, all time. */
export function progressTable(
  progress: ProgressAnswer,
  screen: Screen,
  // `all` shows long lists in full.
  { all = false, extras }: { all?: boolean; extras?: ProgressExtras | undefined } = {},
): string {
  const listOf = (columns: Column[], rows: string[][]) => list(columns, rows, { screen, all });
  const parts = [
    listOf(...shows(progress)),
    listOf(
      ...withTime('Channels', 'Videos', {
        extras,
        rows: progress.youtube_channels.map((one) => ({
          key: `channel:${one.channel_id}`,
          cells: [one.channel_name ?? one.channel_id, thousands(one.videos_watched)],
        })),
      }),
    ),
    listOf(
      ...withTime('Podcasts', 'Episodes', {
        extras,
        rows: progress.spotify_shows.map((one) => ({
          key: `podcast:${one.show_id}`,
          cells: [one.show_name ?? one.show_id, thousands(one.episodes_watched)],
        })),
      }),
    ),
    listOf(
      [{ head: 'Films', flexible: true }],
      progress.movies.map((movie) => [movie.name ?? movie.movie_id]),
    ),
    today(progress, screen),
    lastWeek(progress, screen),
    trend(progress),
    allTime(progress, screen),
    `${counted(progress.total_hours_watched, 'total hour')} watched.\n${sinceStart(progress.days_since_first_episode)}`,
    extras && extraLines(extras, screen),
    isEmpty(progress) ? 'Record what you watched: immersion sync' : undefined,
  ];
  return parts.filter((part) => part !== undefined).join('\n\n');
}

/** `Day 15 of immersion.`; after a month `1 year and 2 months since immersion started.`, with months of 365/12 days. */
export function sinceStart(days: number): string {
  const years = Math.floor(days / DAYS_A_YEAR);
  const months = Math.floor((days % DAYS_A_YEAR) / DAYS_A_MONTH);
  if (years + months === 0) return `Day ${days + 1} of immersion.`;
  return `${counted(years, 'year')} and ${counted(months, 'month')} since immersion started.`;
}

function shows({ shows }: ProgressAnswer): [columns: Column[], rows: string[][]] {
  const withHours = shows.some((show) => show.minutes_watched !== undefined);
  const withCompletion = shows.some((show) => show.completion_percentage !== undefined);
  const columns: Column[] = [
    ...named('Shows', 'Episodes'),
    ...(withHours ? [{ head: 'Time', align: 'right' as const }] : []),
    ...(withCompletion ? [{ head: 'Seen', align: 'right' as const }] : []),
  ];
  const rows = shows.map((show) => [
    show.name ?? show.folder_name ?? '(unknown show)',
    thousands(show.episodes_watched),
    ...(withHours ? [show.minutes_watched === undefined ? '' : formatMinutes(show.minutes_watched)] : []),
    ...(withCompletion ? [show.completion_percentage === undefined ? '' : `${show.completion_percentage}%`] : []),
  ]);
  return [columns, rows];
}

/** Adds a column with times, if known. */
function withTime(
  head: string,
  countHead: string,
  { extras, rows }: { extras: ProgressExtras | undefined; rows: { key: string; cells: string[] }[] },
): [columns: Column[], rows: string[][]] {
  const timeOf = (key: string) => {
    const seconds = extras?.secondsOf.get(key);
    return seconds === undefined ? '' : formatSeconds(seconds);
  };
  return [
    [...named(head, countHead), { head: 'Time', align: 'right', optional: true }],
    rows.map(({ key, cells }) => [...cells, timeOf(key)]),
  ];
}

/** Streak, goals, and languages if there are several. */
function extraLines({ stats, goals }: ProgressExtras, screen: Screen): string | undefined {
  const languages = stats.rows.map(({ label, seconds }) => `${label} ${formatSeconds(seconds)}`);
  const lines = [
    stats.total.viewings > 0 ? sourcesText(stats) : '',
    streakText(stats),
    ...goals.map((goal) => `Goal: ${goalText(goal)}: ${formatSeconds(goal.done_seconds)} so far, ${outlook(goal)}.`),
    languages.length > 1 ? `Languages: ${languages.join(', ')}.` : '',
  ].filter((line) => line !== '');
  return lines.length === 0 ? undefined : lines.map((line) => wrapToWidth(line, screen.columns)).join('\n');
}

const isEmpty = (progress: ProgressAnswer): boolean =>
  progress.total_hours_watched === 0 &&
  progress.total_episodes_watched +
    progress.total_movies_watched +
    progress.youtube_videos_watched +
    progress.spotify_episodes_watched ===
    0 &&
  progress.all_time_progress.length === 0;

const named = (head: string, countHead: string): Column[] => [
  { head, flexible: true },
  { head: countHead, align: 'right' },
];

function list(
  columns: Column[],
  rows: string[][],
  { screen, all }: { screen: Screen; all: boolean },
): string | undefined {
  if (rows.length === 0) return undefined;
  // One more row takes no more space than a line about it.
  if (all || rows.length <= ROWS_SHOWN + 1) return renderTable(columns, rows, screen);
  const rest = `… and ${thousands(rows.length - ROWS_SHOWN)} more: immersion progress --all`;
  return `${renderTable(columns, rows.slice(0, ROWS_SHOWN), screen)}\n${screen.style('dim', rest)}`;
}

function today(progress: ProgressAnswer, screen: Screen): string {
  const watched = [
    [progress.episodes_watched_today, 'episode'],
    [progress.movies_watched_today, 'film'],
    [progress.youtube_videos_watched_today, 'video'],
    [progress.spotify_episodes_watched_today, 'podcast episode'],
  ] as const;
  const said = watched.filter(([amount]) => amount > 0).map(([amount, noun]) => counted(amount, noun));
  return `${screen.style('bold', 'Today')}  ${said.join(', ') || 'nothing yet'}`;
}

function lastWeek({ daily_activity }: ProgressAnswer, screen: Screen): string {
  const most = Math.max(...daily_activity.map((day) => day.minutes_watched));
  const lines = daily_activity
    .toReversed()
    .map(({ days_ago, minutes_watched }) =>
      `${padToWidth(dayName(days_ago), DAY_COLUMNS)}${barOf(minutes_watched, most, screen)} ${formatMinutes(minutes_watched)}`.trimEnd(),
    );
  return [screen.style('bold', 'The last week'), ...lines].join('\n');
}

function trend({ weekly_trend_percentage: percentage }: ProgressAnswer): string {
  if (percentage === null) return 'The weekly trend appears after 14 days.';
  const rounded = Math.round(Math.abs(percentage));
  if (rounded === 0) return 'About the same as your average week.';
  return `${rounded}% ${percentage > 0 ? 'more' : 'less'} than your average week.`;
}

function allTime({ all_time_progress: quarters }: ProgressAnswer, screen: Screen): string | undefined {
  if (quarters.length === 0) return undefined;
  const steps = allTimeSteps(quarters);
  const most = Math.max(...steps.map(({ hours }) => hours));
  const lines = steps.map(
    ({ label, hours }) => `${padToWidth(label, QUARTER_COLUMNS)}${barOf(hours, most, screen)} ${thousands(hours)}h`,
  );
  return [screen.style('bold', 'All time'), ...lines].join('\n');
}

/** Hours at the end of each quarter, or of the latest years if there are many. */
export function allTimeSteps(quarters: ProgressAnswer['all_time_progress']): { label: string; hours: number }[] {
  if (quarters.length <= ROWS_SHOWN) {
    return quarters.map(({ label, cumulative_hours }) => {
      const [month = '', year = ''] = label.split(' ');
      return { label: `${QUARTERS[month] ?? month} ${year}`, hours: cumulative_hours };
    });
  }
  const years = new Map(quarters.map(({ label, cumulative_hours }) => [label.split(' ')[1] ?? '', cumulative_hours]));
  const steps = [...years].map(([label, hours]) => ({ label, hours })).slice(-ROWS_SHOWN);
  return steps.map((step, index) =>
    index === 0 && years.size > ROWS_SHOWN ? { ...step, label: `Until ${step.label}` } : step,
  );
}

const dayName = (daysAgo: number): string =>
  daysAgo === 0 ? 'Today' : daysAgo === 1 ? 'Yesterday' : `${daysAgo} days ago`;

const barOf = (value: number, most: number, screen: Screen): string =>
  bar(value, { most, columns: Math.min(BAR_COLUMNS, screen.columns - QUARTER_COLUMNS - VALUE_COLUMNS), screen });
