import { renderTable } from '../core/terminal/table.ts';
import type { Screen } from '../core/terminal/terminal.ts';
import { formatMinutes, formatSeconds, languageName } from '../core/terminal/text.ts';
import { rangeLabel } from '../viewings/period-rules.ts';
import { MEDIUM } from '../viewings/viewing-rules.ts';
import type { GoalAnswer } from './goals-contract.ts';

const MINUTES_TOLD_BELOW_SECONDS = 100 * 3600;

/** Goals with time done, left and needed per day, and the projection at the 30-day pace; periodic goals first. */
export function goalsTable(goals: readonly GoalAnswer[], screen: Screen): string {
  const rows = [...goals]
    .sort((a, b) => Number(a.period === 'all') - Number(b.period === 'all') || a.seconds - b.seconds)
    .map((goal) => [
      goalText(goal),
      rounded(goal.done_seconds),
      goal.met ? '' : rounded(goal.left_seconds),
      goal.met || goal.needed_per_day_seconds === null ? '' : formatSeconds(goal.needed_per_day_seconds),
      formatSeconds(goal.pace.last_30_days),
      outlook(goal),
      goal.id,
    ]);
  return renderTable(
    [
      { head: 'Goal', flexible: true },
      { head: 'Done', align: 'right' },
      { head: 'Left', align: 'right', optional: true },
      { head: 'Need/day', align: 'right', optional: true },
      { head: 'Pace/day', align: 'right' },
      { head: 'Reached' },
      { head: 'Id' },
    ],
    rows,
    screen,
  );
}

/** `1,500h Japanese by Mar 1, 2028`, `2h podcasts a week` */
export const goalText = ({ seconds, period, medium, language, by }: GoalAnswer): string =>
  [
    formatSeconds(seconds),
    language && languageName(language),
    medium && MEDIUM[medium].plural.toLowerCase(),
    period !== 'all' && `a ${period}`,
    by !== null && `by ${day(by)}`,
  ]
    .filter(Boolean)
    .join(' ');

/** `done`, when it will be reached, or why not. */
export function outlook({ met, period, projected, by, needed_per_day_seconds: needed }: GoalAnswer): string {
  if (met) return 'done';
  if (period === 'day') return 'still open';
  if (by !== null && needed === null) return 'overdue';
  if (!projected) return 'not at this pace';
  return rangeLabel({ from: projected.earliest, to: projected.latest });
}

/** Omits the minutes of long times. */
const rounded = (seconds: number): string =>
  seconds < MINUTES_TOLD_BELOW_SECONDS ? formatSeconds(seconds) : formatMinutes(Math.floor(seconds / 3600) * 60);

const day = (one: string): string => rangeLabel({ from: one, to: one });
