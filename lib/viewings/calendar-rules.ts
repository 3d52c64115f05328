import { daysAfter, type Days } from './day-rules.ts';

const FIRST_MONTHS = ['Jan', 'Apr', 'Jul', 'Oct'];

/** Starts of local days and quarters in epoch seconds. */
export interface Calendar {
  /** Start of the day n days ago; index 0 is today. Days have 23 or 25 hours when the clocks change. */
  dayStarts: number[];
  /** Consecutive quarters have consecutive numbers. */
  quarterOf(epochSeconds: number): number;
  /** The quarter's first month, such as `Oct 2026`. */
  quarterLabel(quarter: number): string;
}

/** Builds the calendar at `now` (epoch milliseconds) for the last `count` days. */
export function createCalendar({ now, days, count }: { now: number; days: Days; count: number }): Calendar {
  const today = days.dayOf(now / 1000);
  const [year = 0, month = 1] = today.split('-').map(Number);
  const dayStart = (daysAgo: number) => days.startOf(daysAfter(today, -daysAgo));
  const firstDayOf = (quarter: number) =>
    `${String(Math.floor(quarter / 4)).padStart(4, '0')}-${String((quarter % 4) * 3 + 1).padStart(2, '0')}-01`;
  const startOf = (quarter: number) => days.startOf(firstDayOf(quarter));
  const current = year * 4 + Math.floor((month - 1) / 3);
  let first = current;
  // Ascending quarter starts, extended as needed: computing dates is slow, comparing numbers is fast.
  const starts = [startOf(current), startOf(current + 1)];
  return {
    dayStarts: Array.from({ length: count }, (_, daysAgo) => dayStart(daysAgo)),
    quarterOf(epochSeconds) {
      while (epochSeconds < (starts[0] ?? 0)) starts.unshift(startOf(--first));
      while (epochSeconds >= (starts.at(-1) ?? 0)) starts.push(startOf(first + starts.length));
      let low = 0;
      let high = starts.length - 1;
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (epochSeconds < (starts[middle] ?? 0)) high = middle;
        else low = middle;
      }
      return first + low;
    },
    quarterLabel: (quarter) => `${FIRST_MONTHS[quarter % 4]} ${String(Math.floor(quarter / 4)).padStart(4, '0')}`,
  };
}
