import type { ProgressAnswer } from './progress-contract.ts';
import { renderTable, type Column } from '../core/terminal/table.ts';
import type { Screen } from '../core/terminal/terminal.ts';
import { counted, formatMinutes, padToWidth } from '../core/terminal/text.ts';

const BAR_COLUMNS = 30;
const LABEL_COLUMNS = 12;
const VALUE_COLUMNS = 8;
/** Rows of each list, where not all of it is wanted. */
const ROWS_SHOWN = 20;
const DAYS_A_YEAR = 365;
const DAYS_A_MONTH = 365 / 12;

/** Progress as the terminal shows it: tables of what was watched, today, the last week, the trend, all time. */
export function progressTable(
  progress: ProgressAnswer,
  screen: Screen,
  // All of each list, not only the first of a long one.
  { all = false }: { all?: boolean } = {},
): string {
  const listOf = (columns: Column[], rows: string[][]) => list(columns, rows, { screen, all });
  const parts = [
    listOf(...shows(progress)),
    listOf(
      named('Channels', 'Videos'),
      progress.youtube_channels.map((one) => [one.channel_name ?? one.channel_id, count(one.videos_watched)]),
    ),
    listOf(
      named('Podcasts', 'Episodes'),
      progress.spotify_shows.map((one) => [one.show_name ?? one.show_id, count(one.episodes_watched)]),
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
  ];
  return parts.filter((part) => part !== undefined).join('\n\n');
}

/** `Day 15 of immersion.`; from a month on `1 year and 2 months since immersion started.`, with months of 365/12 days. */
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
    count(show.episodes_watched),
    ...(withHours ? [show.minutes_watched === undefined ? '' : formatMinutes(show.minutes_watched)] : []),
    ...(withCompletion ? [show.completion_percentage === undefined ? '' : `${show.completion_percentage}%`] : []),
  ]);
  return [columns, rows];
}

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
  // One row more is no longer than the line that says so.
  if (all || rows.length <= ROWS_SHOWN + 1) return renderTable(columns, rows, screen);
  const rest = `… and ${count(rows.length - ROWS_SHOWN)} more: immersion progress --all`;
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
      `${padToWidth(dayName(days_ago), LABEL_COLUMNS)}${bar(minutes_watched, most, screen)} ${formatMinutes(minutes_watched)}`.trimEnd(),
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
  const most = Math.max(...quarters.map((quarter) => quarter.cumulative_hours));
  const lines = quarters.map(
    ({ label, cumulative_hours }) =>
      `${padToWidth(label, LABEL_COLUMNS)}${bar(cumulative_hours, most, screen)} ${count(cumulative_hours)}h`,
  );
  return [screen.style('bold', 'All time'), ...lines].join('\n');
}

const dayName = (daysAgo: number): string =>
  daysAgo === 0 ? 'Today' : daysAgo === 1 ? 'Yesterday' : `${daysAgo} days ago`;

function bar(value: number, most: number, screen: Screen): string {
  const full = Math.min(BAR_COLUMNS, screen.columns - LABEL_COLUMNS - VALUE_COLUMNS);
  const length = most === 0 ? 0 : Math.max(value > 0 ? 1 : 0, Math.round((value / most) * full));
  return screen.style('cyan', '█'.repeat(length)) + screen.style('dim', '░'.repeat(full - length));
}

const count = (value: number): string => value.toLocaleString('en-US');
