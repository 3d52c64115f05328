import { bar } from '../core/terminal/bar.ts';
import type { Screen } from '../core/terminal/terminal.ts';
import { formatSeconds } from '../core/terminal/text.ts';
import type { GoalAnswer } from '../goals/goals-contract.ts';
import { goalsTable } from '../goals/goals-table.ts';
import type { StatsAnswer } from './stats-contract.ts';
import { streakText, sumText } from './stats-table.ts';

const BAR_COLUMNS = 30;

/** Today against the daily goal, streak, goals, and the next step. */
export function todayText(
  { today, goals, next }: { today: StatsAnswer; goals: readonly GoalAnswer[]; next: string },
  screen: Screen,
): string {
  const { total } = today;
  const daily = goals.find(({ period, medium, language }) => period === 'day' && medium === null && language === null);
  const done = { most: daily?.seconds ?? 0, columns: BAR_COLUMNS, screen };
  return [
    `${screen.style('bold', 'Today')}  ${total.viewings === 0 ? 'nothing yet' : sumText(total)}`,
    ...(daily ? [`${bar(total.seconds, done)} of ${formatSeconds(daily.seconds)}`] : []),
    ...[streakText(today)].filter(Boolean),
    ...(goals.length > 0 ? ['', goalsTable(goals, screen)] : []),
    '',
    screen.style('dim', next),
  ].join('\n');
}

/** The most useful command now. */
export function nextStep(today: Pick<StatsAnswer, 'total'>, goals: readonly unknown[]): string {
  if (today.total.viewings === 0) return 'Record what you watched: immersion sync';
  if (goals.length === 0) return 'Set a daily goal: immersion goal set 30m --daily';
  return 'See your week: immersion stats week';
}
