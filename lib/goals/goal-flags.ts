import { Flags } from '@oclif/core';
import { InvalidInputError } from '../core/errors.ts';
import { parseLength } from '../core/length-rules.ts';
import type { Goal, GoalPeriod } from './goal-rules.ts';

const PERIOD_FLAGS = { daily: 'day', weekly: 'week', monthly: 'month', yearly: 'year' } as const;
type PeriodFlag = keyof typeof PERIOD_FLAGS;

const periodFlag = (name: PeriodFlag) =>
  Flags.boolean({
    description: `Start over every ${PERIOD_FLAGS[name]}`,
    exclusive: [...(Object.keys(PERIOD_FLAGS) as PeriodFlag[]).filter((other) => other !== name), 'by'],
  });

export const periodFlags = {
  daily: periodFlag('daily'),
  weekly: periodFlag('weekly'),
  monthly: periodFlag('monthly'),
  yearly: periodFlag('yearly'),
};

/** `all` without any flag. */
export function periodOf(flags: Record<PeriodFlag, boolean>): GoalPeriod {
  const flag = (Object.keys(PERIOD_FLAGS) as PeriodFlag[]).find((name) => flags[name]);
  return flag ? PERIOD_FLAGS[flag] : 'all';
}

export function goalLength(text: string): number {
  const seconds = parseLength(text);
  if (seconds) return seconds;
  throw new InvalidInputError(`“${text}” isn’t a length.`, {
    code: 'invalid_argument',
    suggestions: /^\d+$/.test(text)
      ? [`For ${text} minutes: ${text}m`, `For ${text} hours: ${text}h`]
      : ['Use a length such as 45m, 1h20m or 1500h.'],
  });
}

/** Derives an id: one goal per period, medium and language; any number of total goals. */
export function goalId({
  seconds,
  period,
  medium,
  language,
}: Pick<Goal, 'seconds' | 'period' | 'medium' | 'language'>) {
  const length = seconds % 3600 === 0 ? `${seconds / 3600}h` : `${Math.round(seconds / 60)}m`;
  return [period === 'all' ? length : PERIOD_NAMES[period], language, medium].filter(Boolean).join('-');
}

const PERIOD_NAMES = { day: 'daily', week: 'weekly', month: 'monthly', year: 'yearly' };

/** Hours of the steps of the comprehensible-input ladder. */
const LADDER_HOURS = [50, 150, 300, 600, 1000, 1500];

/** Prefix of the ids of a language's ladder. */
export const ladderPrefix = (language: string): string => `ladder-${language}-`;

/** Goals of a ladder, with lengths multiplied by `factor`. */
export function ladderGoals(
  language: string,
  steps: string | undefined,
  factor: string,
): { id: string; seconds: number }[] {
  const times = Number(factor);
  if (!(times >= 0.1 && times <= 10)) {
    throw new InvalidInputError(`The factor must be between 0.1 and 10, not “${factor}”.`, {
      code: 'invalid_argument',
    });
  }
  const hours = steps?.split(',').map((step) => Number(step.trim().replace(/h$/, ''))) ?? LADDER_HOURS;
  if (hours.length > 20 || hours.some((step) => !(step > 0 && step <= 100_000))) {
    throw new InvalidInputError('Steps must be at most 20 numbers of hours, such as 100,500,1000.', {
      code: 'invalid_argument',
    });
  }
  const lengths = [...new Set(hours.map((step) => Math.max(1, Math.round(step * times))))].sort((a, b) => a - b);
  return lengths.map((step) => ({ id: `${ladderPrefix(language)}${step}h`, seconds: step * 3600 }));
}

/** The goal's own id, or all steps of a ladder. */
export const matchingGoals = (id: string, goals: readonly { id: string }[]): string[] =>
  goals.map((goal) => goal.id).filter((one) => one === id || (/^ladder-[a-z]+$/.test(id) && one.startsWith(`${id}-`)));
