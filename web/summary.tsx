import type { GoalsAnswer } from '../lib/goals/goals-contract.ts';
import type { ProgressAnswer } from '../lib/progress/progress-contract.ts';
import type { StatsAnswer } from '../lib/stats/stats-contract.ts';
import { ChartTable } from './chart-table.tsx';
import { countOf, daysAfter, formatDate, formatDay, formatLength, startOfWeek } from './format.ts';
import { Meter } from './meter.tsx';

interface Props {
  days: StatsAnswer | null;
  goals: GoalsAnswer | null;
  progress: ProgressAnswer | null;
}

/** Today, this week, and the streak. */
export function Summary({ days, goals, progress }: Props) {
  if (!days) return <section class="tiles" aria-busy="true" />;
  const { today, streak } = days;
  const secondsOn = new Map(days.rows.map(({ key, seconds }) => [key, seconds]));
  const week = Array.from({ length: 7 }, (_, index) => daysAfter(startOfWeek(today, days.week_starts_on), index));
  const weekSeconds = week.reduce((sum, day) => sum + (secondsOn.get(day) ?? 0), 0);
  return (
    <section class="tiles" aria-label="At a glance">
      <Amount title="Today" seconds={secondsOn.get(today) ?? 0} goal={goalOf(goals, 'day')}>
        {progress && <p class="quiet">{watchedToday(progress)}</p>}
      </Amount>
      <Amount title="This week" seconds={weekSeconds} goal={goalOf(goals, 'week')}>
        <WeekBars week={week} today={today} secondsOn={secondsOn} goalSeconds={goalOf(goals, 'day')?.seconds ?? 0} />
      </Amount>
      <article class="card">
        <h2>Streak</h2>
        <p class="figure">{countOf(streak.days, 'day')}</p>
        <p class="quiet">{streakSentence(streak)}</p>
        {streak.longest_days > 0 && streak.longest_from && streak.longest_to && (
          <p class="quiet">
            Longest: {countOf(streak.longest_days, 'day')}, {formatDate(streak.longest_from)} –{' '}
            {formatDate(streak.longest_to)}
          </p>
        )}
      </article>
    </section>
  );
}

type Goal = GoalsAnswer['goals'][number];

/** A period's goal for all media and languages. */
const goalOf = (goals: GoalsAnswer | null, period: Goal['period']): Goal | undefined =>
  goals?.goals.find((goal) => goal.period === period && goal.language === null && goal.medium === null);

function Amount({
  title,
  seconds,
  goal,
  children,
}: {
  title: string;
  seconds: number;
  goal: Goal | undefined;
  children: preact.ComponentChildren;
}) {
  return (
    <article class="card">
      <h2>{title}</h2>
      <p class="figure">{formatLength(seconds)}</p>
      {goal && (
        <>
          <Meter label={`${title} against the goal`} value={seconds / goal.seconds} />
          <p class="quiet">
            {goal.met
              ? `Goal of ${formatLength(goal.seconds)} met`
              : `${formatLength(goal.left_seconds)} to go to ${formatLength(goal.seconds)}`}
          </p>
        </>
      )}
      {children}
    </article>
  );
}

function WeekBars({
  week,
  today,
  secondsOn,
  goalSeconds,
}: {
  week: string[];
  today: string;
  secondsOn: Map<string, number>;
  goalSeconds: number;
}) {
  const highest = Math.max(goalSeconds, 60, ...week.map((day) => secondsOn.get(day) ?? 0));
  const rows = week.filter((day) => day <= today).map((day) => [formatDay(day), formatLength(secondsOn.get(day) ?? 0)]);
  return (
    <ChartTable title="This week by day" head={['Day', 'Time']} rows={rows}>
      <svg class="week" viewBox="0 0 140 52" role="img" aria-label="This week by day">
        {week.map((day, index) => {
          const height = ((secondsOn.get(day) ?? 0) / highest) * 36;
          return (
            <g key={day} class={day === today ? 'today' : ''}>
              <title>{`${formatDay(day)}: ${formatLength(secondsOn.get(day) ?? 0)}`}</title>
              <rect class="track" x={index * 20 + 3} y={0} width={14} height={36} rx={3} />
              <rect class="bar" x={index * 20 + 3} y={36 - height} width={14} height={height} rx={3} />
              <text x={index * 20 + 10} y={48} text-anchor="middle">
                {formatDay(day).slice(0, 1)}
              </text>
            </g>
          );
        })}
        {goalSeconds > 0 && (
          <line
            class="goal"
            x1={0}
            x2={140}
            y1={36 - (goalSeconds / highest) * 36}
            y2={36 - (goalSeconds / highest) * 36}
          />
        )}
      </svg>
    </ChartTable>
  );
}

function watchedToday(progress: ProgressAnswer): string {
  const parts: [number, string][] = [
    [progress.episodes_watched_today, 'episode'],
    [progress.movies_watched_today, 'film'],
    [progress.youtube_videos_watched_today, 'video'],
    [progress.spotify_episodes_watched_today, 'podcast episode'],
  ];
  const said = parts.filter(([count]) => count > 0).map(([count, noun]) => countOf(count, noun));
  return said.length > 0 ? said.join(', ') : 'Nothing yet';
}

function streakSentence({ days, today, minimum_seconds: minimum }: StatsAnswer['streak']): string {
  const needed = minimum > 60 ? `${formatLength(minimum)} a day` : 'at least a minute a day';
  if (days === 0) return `Watch ${needed} to start one`;
  return today ? `Today counts: ${needed}` : `Today is still open: ${needed} keeps the streak`;
}
