import type { Screen, Style } from '../core/terminal/terminal.ts';
import { formatSeconds } from '../core/terminal/text.ts';
import { daysAfter } from '../viewings/day-rules.ts';
import {
  capital,
  daysBetween,
  periodLabel,
  startOfPeriod,
  weekdayOf,
  type DayRange,
} from '../viewings/period-rules.ts';
import type { StatsAnswer } from './stats-contract.ts';

const WEEKS = 53;
const DAYS_A_WEEK = 7;
const LABEL_COLUMNS = 4;
/** Steps by minimum minutes; the first is for empty days. */
const STEPS: { minutes: number; sign: string; style?: Style; label: string }[] = [
  { minutes: 0, sign: '·', style: 'dim', label: 'nothing' },
  { minutes: 1 / 60, sign: '░', style: 'green', label: 'under 30m' },
  { minutes: 30, sign: '▒', style: 'green', label: '30m' },
  { minutes: 60, sign: '▓', style: 'green', label: '1h' },
  { minutes: 120, sign: '█', style: 'green', label: '2h and more' },
];

/** The days of a year, or of the last 53 weeks. */
export function heatmapRange({ today, week_starts_on }: StatsAnswer, year: string | undefined): DayRange {
  if (year !== undefined) return { from: `${year}-01-01`, to: `${year}-12-31` };
  return { from: daysAfter(startOfPeriod(today, 'week', week_starts_on), -(WEEKS - 1) * DAYS_A_WEEK), to: today };
}

/** A column per week and a line per weekday, with a legend. */
export function heatmap(stats: StatsAnswer, range: DayRange, screen: Screen): string {
  const first = startOfPeriod(range.from, 'week', stats.week_starts_on);
  const weeks = Math.floor(daysBetween(first, range.to) / DAYS_A_WEEK) + 1;
  const width = LABEL_COLUMNS + 2 * weeks <= screen.columns ? 2 : 1;
  const seconds = secondsByDay(stats);
  const cell = (day: string) => {
    if (day < range.from || day > range.to || day > stats.today) return ' '.repeat(width);
    const { sign, style } = stepOf(seconds.get(day) ?? 0);
    return (style ? screen.style(style, sign) : sign) + ' '.repeat(width - 1);
  };
  const lines = Array.from({ length: DAYS_A_WEEK }, (_, weekday) => {
    const days = Array.from({ length: weeks }, (_, week) => daysAfter(first, week * DAYS_A_WEEK + weekday));
    const label = weekday % 2 === 0 ? weekdayOf(days[0] ?? first).slice(0, 3) : '';
    return (capital(label).padEnd(LABEL_COLUMNS) + days.map(cell).join('')).trimEnd();
  });
  const legend = STEPS.map(({ sign, style, label }) => `${style ? screen.style(style, sign) : sign} ${label}`).join(
    '  ',
  );
  return [monthLine(first, { weeks, width, range }), ...lines, '', `${' '.repeat(LABEL_COLUMNS)}${legend}`].join('\n');
}

/** The same as text by week, without empty days. */
export function heatmapInWords(stats: StatsAnswer, range: DayRange): string {
  const seconds = secondsByDay(stats);
  const lines: string[] = [];
  for (
    let start = startOfPeriod(range.from, 'week', stats.week_starts_on);
    start <= range.to;
    start = daysAfter(start, DAYS_A_WEEK)
  ) {
    const days = Array.from({ length: DAYS_A_WEEK }, (_, weekday) => daysAfter(start, weekday))
      .filter((day) => day >= range.from && day <= range.to)
      .map((day) => ({ day, amount: seconds.get(day) ?? 0 }))
      .filter(({ amount }) => amount > 0);
    const total = days.reduce((sum, { amount }) => sum + amount, 0);
    const label = days.map(({ day, amount }) => `${capital(weekdayOf(day))} ${formatSeconds(amount)}`);
    if (days.length > 0) lines.push(`${periodLabel(start, 'week')}: ${formatSeconds(total)} (${label.join(', ')})`);
  }
  return lines.join('\n') || 'Nothing on these days.';
}

const secondsByDay = ({ rows }: StatsAnswer): Map<string, number> =>
  new Map(rows.map(({ key, seconds }) => [key, seconds]));

const stepOf = (seconds: number) => STEPS.findLast(({ minutes }) => seconds >= minutes * 60) ?? STEPS[0]!;

/** Month names above the week in which they start, if they fit. */
function monthLine(first: string, { weeks, width, range }: { weeks: number; width: number; range: DayRange }): string {
  let line = ' '.repeat(LABEL_COLUMNS);
  for (let week = 0; week < weeks; week += 1) {
    const last = daysAfter(first, week * DAYS_A_WEEK + 6);
    const column = LABEL_COLUMNS + week * width;
    const begins = Number(last.slice(8)) <= DAYS_A_WEEK && last.slice(0, 7) <= range.to.slice(0, 7);
    if (begins && line.length <= column) line = line.padEnd(column) + periodLabel(last, 'month').slice(0, 3) + ' ';
  }
  return line.trimEnd();
}
