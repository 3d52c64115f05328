import { bar } from '../core/terminal/bar.ts';
import { csvCell } from '../core/terminal/csv-text.ts';
import { renderTable } from '../core/terminal/table.ts';
import type { Screen } from '../core/terminal/terminal.ts';
import { counted, formatSeconds, thousands } from '../core/terminal/text.ts';
import { PERIODS, periodAround, periodLabel, rangeLabel } from '../viewings/period-rules.ts';
import type { StatsAnswer } from './stats-contract.ts';

const BAR_COLUMNS = 30;
/** Width of labels and numbers next to the bars. */
const OTHER_COLUMNS = 50;
const HEADS: Record<StatsAnswer['by'], string> = {
  day: 'Day',
  week: 'Week',
  month: 'Month',
  year: 'Year',
  language: 'Language',
  medium: 'Medium',
  show: 'Show',
  channel: 'Channel',
  weekday: 'Weekday',
  hour: 'Hour',
};

/** Total, a table with bars, the previous range, streak, sources, notes. */
export function statsTable(stats: StatsAnswer, screen: Screen): string {
  const { total, rows, by } = stats;
  const title = `${screen.style('bold', titleOf(stats))}  ${sumText(total)}`;
  if (total.viewings === 0) return [title, comparison(stats), streakText(stats)].filter(Boolean).join('\n');
  const most = Math.max(...rows.map((row) => row.seconds));
  const columns = Math.max(5, Math.min(BAR_COLUMNS, screen.columns - OTHER_COLUMNS));
  const table = renderTable(
    [
      { head: HEADS[by], flexible: true },
      { head: 'Time', align: 'right' },
      { head: 'Background', align: 'right', optional: true },
      { head: 'Viewings', align: 'right' },
      { head: '' },
    ],
    rows.map((row) => [
      row.label,
      formatSeconds(row.seconds),
      row.background_seconds > 0 ? formatSeconds(row.background_seconds) : '',
      thousands(row.viewings),
      bar(row.seconds, { most, columns, screen: { ...screen, style: (_, text) => text } }),
    ]),
    screen,
  );
  return [title, '', table, '', ...closing(stats)].join('\n');
}

/** `412h 10m measured, 38h estimated.` */
export function sourcesText({ sources }: Pick<StatsAnswer, 'sources'>): string {
  const { measured_seconds: measured, estimated_seconds: estimated } = sources;
  const parts = [
    ...(measured > 0 || estimated === 0 ? [`${formatSeconds(measured)} measured`] : []),
    ...(estimated > 0 ? [`${formatSeconds(estimated)} estimated`] : []),
  ];
  return `${parts.join(', ')}.`;
}

function closing(stats: StatsAnswer): string[] {
  return [
    comparison(stats),
    streakText(stats),
    sourcesText(stats),
    ...stats.notes.map(
      ({ day, seconds }) =>
        `${rangeLabel({ from: day, to: day })} has ${formatSeconds(seconds)}: more than a day holds.`,
    ),
  ].filter((line) => line !== '');
}

function comparison({ total, previous }: StatsAnswer): string {
  if (!previous) return '';
  const { from, to } = previous;
  const before = rangeLabel({ from, to });
  const [now, then] = [total.seconds, previous.seconds].map((seconds) => Math.floor(seconds / 60) * 60) as [
    number,
    number,
  ];
  if (now === then) return `Same as before (${before}).`;
  return `${formatSeconds(Math.abs(now - then))} ${now > then ? 'more' : 'less'} than before (${before}: ${formatSeconds(then)}).`;
}

/** `Streak: 12 days. Longest: 40 days, Jan 3 – Feb 11, 2026.` */
export function streakText({ streak }: Pick<StatsAnswer, 'streak'>): string {
  const { days, today, longest_days, longest_from, longest_to } = streak;
  if (longest_days === 0) return '';
  const current =
    days === 0 ? 'No streak right now' : `Streak: ${counted(days, 'day')}${today ? '' : ', today still open'}`;
  if (days === longest_days || longest_from === null || longest_to === null) return `${current}.`;
  return `${current}. Longest: ${counted(longest_days, 'day')}, ${rangeLabel({ from: longest_from, to: longest_to })}.`;
}

/** `5h 20m, 1h in the background, 12 viewings` */
export const sumText = ({ seconds, background_seconds, viewings }: StatsAnswer['total']): string =>
  [
    formatSeconds(seconds),
    ...(background_seconds > 0 ? [`${formatSeconds(background_seconds)} in the background`] : []),
    counted(viewings, 'viewing'),
  ].join(', ');

/** `Nov 2026` for a whole month, and so on; both days for other ranges. */
function titleOf({ from, to, week_starts_on: weekStartsOn }: StatsAnswer): string {
  if (from === null || to === null) return 'All time';
  const whole = PERIODS.find((period) => {
    const around = periodAround(from, period, weekStartsOn);
    return around.from === from && around.to === to;
  });
  return whole ? periodLabel(from, whole) : rangeLabel({ from, to });
}

/** A line per row, for spreadsheets. */
export const statsCsv = ({ rows }: StatsAnswer): string =>
  [
    'key,label,seconds,background_seconds,viewings',
    ...rows.map((row) =>
      [csvCell(row.key), csvCell(row.label), row.seconds, row.background_seconds, row.viewings].join(','),
    ),
  ].join('\r\n');
