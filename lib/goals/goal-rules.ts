import { choice, day, declare, optional, pattern, seconds, text, type ValuesOf } from '../core/field-rules.ts';
import { endOfDay, type Days } from '../viewings/day-rules.ts';
import { daysBetween, PERIODS, periodAround, type DayRange } from '../viewings/period-rules.ts';
import type { Weekday } from '../viewings/settings-rules.ts';
import { createMoment, type Tally } from '../viewings/tally-rules.ts';
import { MEDIA, type Medium } from '../viewings/viewing-rules.ts';
import { firstDayOf, pacesOf, projectionOf, sumWithin, type DaySeconds, type Paces } from './pace-rules.ts';

/** `all` counts everything, with or without a date. */
export const GOAL_PERIODS = ['all', ...PERIODS] as const;
export type GoalPeriod = (typeof GOAL_PERIODS)[number];

export const GOAL_ID = /^[a-z0-9][a-z0-9-]{0,63}$/;

export const goalRecord = declare('goal', {
  id: pattern('id', GOAL_ID, 'may contain only a–z, 0–9 and -, such as daily'),
  seconds: seconds('seconds'),
  period: choice('period', GOAL_PERIODS),
  medium: optional(choice('medium', MEDIA)),
  language: optional(text('language', 35)),
  /** A deadline, for goals without a period. */
  by: optional(day('by')),
});

/** The focused time to reach, in total or in each period. */
export type Goal = ValuesOf<typeof goalRecord.fields>;

export interface GoalTime {
  days: DaySeconds;
  undatedSeconds: number;
}

export interface GoalProgress {
  goal: Goal;
  /** The days that count; null for all. */
  range: DayRange | null;
  doneSeconds: number;
  leftSeconds: number;
  isMet: boolean;
  /** Needed on each remaining day including today; null without a deadline, or after it. */
  neededSecondsPerDay: number | null;
  paces: Paces;
  /** Null if met, without activity, or if the period ends first. */
  projected: { earliest: string; latest: string } | null;
}

/** With the user's current day. */
export interface GoalsProgress {
  today: string;
  goals: GoalProgress[];
}

/** Tallies the progress of goals as of `now` (epoch milliseconds). */
export function createGoalsTally(
  goals: readonly Goal[],
  { now, days, weekStartsOn }: { now: number; days: Days; weekStartsOn: Weekday },
): Tally<GoalsProgress> {
  const moment = createMoment(now);
  const today = days.dayOf(moment.seconds);
  moment.changesAt(endOfDay(days, moment.seconds));
  // In whole milliseconds, so that the sums don't depend on the order.
  const times = goals.map((goal) => ({ goal, days: new Map<string, number>(), undated: 0 }));

  return {
    add({ at, seconds, medium, language, attention }) {
      if (times.length === 0 || attention === 'background') return;
      if (at !== null) moment.changesAt(at);
      const day = at === null || at > moment.seconds ? null : days.dayOf(at);
      const milliseconds = Math.round(seconds * 1000);
      for (const time of times) {
        if (!isFor(time.goal, medium, language)) continue;
        if (day === null) time.undated += milliseconds;
        else time.days.set(day, (time.days.get(day) ?? 0) + milliseconds);
      }
    },

    moveTo: (later) => moment.moveTo(later),
    until: () => moment.until,

    result: () => ({
      today,
      goals: times.map((time) => {
        const inSeconds = new Map([...time.days].map(([day, milliseconds]) => [day, milliseconds / 1000]));
        const counted = { days: inSeconds, undatedSeconds: time.undated / 1000 };
        return goalProgress(time.goal, counted, { today, weekStartsOn });
      }),
    }),
  };
}

export function goalProgress(
  goal: Goal,
  { days, undatedSeconds }: GoalTime,
  { today, weekStartsOn }: { today: string; weekStartsOn: Weekday },
): GoalProgress {
  const range = goal.period === 'all' ? null : periodAround(today, goal.period, weekStartsOn);
  const doneSeconds = range
    ? sumWithin(days, range)
    : undatedSeconds + sumWithin(days, { from: firstDayOf(days) ?? today, to: today });
  const leftSeconds = Math.max(0, goal.seconds - doneSeconds);
  const lastDay = range?.to ?? goal.by;
  const daysLeft = lastDay === null ? 0 : daysBetween(today, lastDay) + 1;
  const projected = leftSeconds === 0 ? null : projectionOf(leftSeconds, days, today);
  return {
    goal,
    range,
    doneSeconds,
    leftSeconds,
    isMet: leftSeconds === 0,
    neededSecondsPerDay: daysLeft > 0 ? leftSeconds / daysLeft : null,
    paces: pacesOf(days, today),
    projected: projected && range && projected.latest > range.to ? null : projected,
  };
}

/** Whether viewings in a medium and language count. */
export const isFor = (goal: Goal, medium: Medium, language: string | null): boolean =>
  (goal.medium === null || goal.medium === medium) && (goal.language === null || goal.language === language);

/** The minimum for a streak day: the smallest matching daily goal, else a minute. */
export function streakMinimum(
  goals: readonly Goal[],
  { medium, language }: { medium: Medium | null; language: string | null },
): number {
  const daily = goals.filter((goal) => goal.period === 'day' && goal.medium === medium && goal.language === language);
  return daily.length === 0 ? 60 : Math.min(...daily.map((goal) => goal.seconds));
}
