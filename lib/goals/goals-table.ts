import { renderTable } from '../core/terminal/table.ts';
import type { Screen } from '../core/terminal/terminal.ts';
import { formatDay, formatSeconds, languageName } from '../core/terminal/text.ts';
import type { GoalAnswer } from './goals-contract.ts';

const MEDIUM_NAMES = { episode: 'episodes', film: 'films', video: 'videos', podcast: 'podcasts', other: 'other' };

/** All goals with what is done, left, needed a day, and when they are reached at the pace of 30 days. */
export function goalsTable(goals: readonly GoalAnswer[], screen: Screen): string {
  const rows = [...goals]
    .sort((a, b) => (a.period === 'all' ? 1 : 0) - (b.period === 'all' ? 1 : 0) || a.seconds - b.seconds)
    .map((goal) => [
      goalText(goal),
      formatSeconds(goal.done_seconds),
      goal.met ? '' : formatSeconds(goal.left_seconds),
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
      { head: 'Reached', flexible: true },
      { head: 'Id', flexible: true },
    ],
    rows,
    screen,
  );
}

/** `1,500h of Japanese by Mar 1, 2028`, `2h of podcasts a week`. */
export function goalText({ seconds, period, medium, language, by }: GoalAnswer): string {
  const what = [language && languageName(language), medium && MEDIUM_NAMES[medium]].filter(Boolean).join(' ');
  return [
    formatSeconds(seconds),
    what && `of ${what}`,
    period === 'all' ? '' : `a ${period}`,
    by && `by ${formatDay(by)}`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** `done`, when it is reached at this pace, or why not. */
export function outlook({ met, projected, by, needed_per_day_seconds: needed }: GoalAnswer): string {
  if (met) return 'done';
  if (by !== null && needed === null) return 'overdue';
  if (!projected) return 'not at this pace';
  const { earliest, latest } = projected;
  return earliest === latest ? formatDay(earliest) : `${formatDay(earliest)} – ${formatDay(latest)}`;
}
