import { daysAfter } from '../viewings/day-rules.ts';
import { daysBetween, type DayRange } from '../viewings/period-rules.ts';

/** Focused seconds by day, up to today. */
export type DaySeconds = ReadonlyMap<string, number>;

/** Mean seconds per day of the last days including today, starting no earlier than the first day with time. */
export interface Paces {
  last7Days: number;
  last30Days: number;
  allDays: number;
}

const DAYS_OF_PACE = 30;
const EMPTY_DAYS_BEFORE_RANGE = 14;
const MAXIMUM_DAYS_AHEAD = 36_500;
/** Tolerance for rounding errors, which must not add a day. */
const ROUNDING = 1e-9;

export function pacesOf(days: DaySeconds, today: string): Paces {
  return {
    last7Days: meanUpTo(today, 7, days),
    last30Days: meanUpTo(today, DAYS_OF_PACE, days),
    allDays: meanUpTo(today, Infinity, days),
  };
}

/**
 * When `leftSeconds` will be reached: at the mean of the last 30 days; after 14 empty days, a range from the overall
 * mean and the last nonzero 30-day mean. Null without any time, or beyond a century.
 */
export function projectionOf(
  leftSeconds: number,
  days: DaySeconds,
  today: string,
): { earliest: string; latest: string } | null {
  const last = extremeDay(days, (day, found) => day > found);
  if (last === null) return null;
  const lastPace = meanUpTo(earlier(today, daysAfter(last, DAYS_OF_PACE - 1)), DAYS_OF_PACE, days);
  const isPaused = daysBetween(last, today) >= EMPTY_DAYS_BEFORE_RANGE;
  const paces = isPaused ? [meanUpTo(today, Infinity, days), lastPace] : [lastPace];
  const daysAhead = paces.map((pace) => Math.ceil(leftSeconds / pace - ROUNDING));
  if (Math.max(...daysAhead) > MAXIMUM_DAYS_AHEAD) return null;
  return { earliest: daysAfter(today, Math.min(...daysAhead)), latest: daysAfter(today, Math.max(...daysAhead)) };
}

export const firstDayOf = (days: DaySeconds): string | null => extremeDay(days, (day, found) => day < found);

export function sumWithin(days: DaySeconds, { from, to }: DayRange): number {
  let sum = 0;
  for (const [day, seconds] of days) if (day >= from && day <= to) sum += seconds;
  return sum;
}

function meanUpTo(to: string, count: number, days: DaySeconds): number {
  const first = firstDayOf(days);
  if (first === null) return 0;
  const counted = Math.min(count, daysBetween(first, to) + 1);
  return sumWithin(days, { from: daysAfter(to, 1 - counted), to }) / counted;
}

function extremeDay(days: DaySeconds, isFurther: (day: string, found: string) => boolean): string | null {
  let found: string | null = null;
  for (const [day, seconds] of days) if (seconds > 0 && (found === null || isFurther(day, found))) found = day;
  return found;
}

const earlier = (a: string, b: string): string => (a < b ? a : b);
