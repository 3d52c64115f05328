import { daysAfter } from './day-rules.ts';
import { WEEKDAYS, type Weekday } from './settings-rules.ts';

export const PERIODS = ['day', 'week', 'month', 'year'] as const;
export type Period = (typeof PERIODS)[number];

/** Both included. */
export interface DayRange {
  from: string;
  to: string;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / DAY_MILLISECONDS);

export const weekdayOf = (day: string): Weekday => WEEKDAYS[(new Date(day).getUTCDay() + 6) % 7] ?? 'monday';

export function startOfPeriod(day: string, period: Period, weekStartsOn: Weekday): string {
  switch (period) {
    case 'day':
      return day;
    case 'week':
      return daysAfter(day, -((WEEKDAYS.indexOf(weekdayOf(day)) - WEEKDAYS.indexOf(weekStartsOn) + 7) % 7));
    case 'month':
      return `${day.slice(0, 7)}-01`;
    case 'year':
      return `${day.slice(0, 4)}-01-01`;
  }
}

export function nextPeriod(start: string, period: Period): string {
  if (period === 'day') return daysAfter(start, 1);
  if (period === 'week') return daysAfter(start, 7);
  const year = Number(start.slice(0, 4));
  const month = period === 'year' ? 12 : Number(start.slice(5, 7));
  return new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10);
}

export function periodAround(day: string, period: Period, weekStartsOn: Weekday): DayRange {
  const from = startOfPeriod(day, period, weekStartsOn);
  return { from, to: daysAfter(nextPeriod(from, period), -1) };
}

/** `Fri, Nov 27, 2026`, `Nov 23–29, 2026`, `Nov 2026`, `2026`. */
export function periodLabel(start: string, period: Period): string {
  switch (period) {
    case 'day':
      return `${capital(weekdayOf(start).slice(0, 3))}, ${rangeLabel({ from: start, to: start })}`;
    case 'week':
      return rangeLabel({ from: start, to: daysAfter(start, 6) });
    case 'month': {
      const { year, month } = partsOf(start);
      return `${month} ${year}`;
    }
    case 'year':
      return String(partsOf(start).year);
  }
}

/** `Nov 23, 2026`, `Nov 23–29, 2026`, `Oct 26 – Nov 1, 2026`, `Dec 28, 2026 – Jan 3, 2027`. */
export function rangeLabel({ from, to }: DayRange): string {
  const last = partsOf(to);
  const end = `${last.month} ${last.date}, ${last.year}`;
  if (from === to) return end;
  const first = partsOf(from);
  if (first.year !== last.year) return `${first.month} ${first.date}, ${first.year} – ${end}`;
  if (first.month !== last.month) return `${first.month} ${first.date} – ${end}`;
  return `${first.month} ${first.date}–${last.date}, ${last.year}`;
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * The range to compare with: the previous calendar month or year for a whole one, else as many days right before. For a
 * range in progress, only as much as has passed; null if it hasn't begun.
 */
export function rangeBefore({ from, to }: DayRange, today: string): DayRange | null {
  if (from > today) return null;
  const whole = (['month', 'year'] as const).find((period) => {
    const around = periodAround(from, period, 'monday');
    return around.from === from && around.to === to;
  });
  const end = daysAfter(from, -1);
  const start = whole ? startOfPeriod(end, whole, 'monday') : daysAfter(from, -1 - daysBetween(from, to));
  if (today >= to) return { from: start, to: end };
  const passed = daysAfter(start, daysBetween(from, today));
  return { from: start, to: passed < end ? passed : end };
}

function partsOf(day: string): { year: number; month: string; date: number } {
  const month = MONTHS[Number(day.slice(5, 7)) - 1] ?? '';
  return { year: Number(day.slice(0, 4)), month, date: Number(day.slice(8)) };
}
