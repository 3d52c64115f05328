import { DateTime } from 'luxon';

/** Starts of local days and quarters, as epoch seconds, for one time zone and one moment. */
export interface Calendar {
  /** `starts[n]` is local midnight n days ago; index 0 is today. A day is 23 or 25 hours long when the clocks change. */
  dayStarts: number[];
  /** The local midnight after today's. */
  tomorrowStart: number;
  /** The number of the quarter that holds an instant: consecutive quarters have consecutive numbers. */
  quarterOf(epochSeconds: number): number;
  /** English short month and year of a quarter's first month, such as `Oct 2026`. */
  quarterLabel(quarter: number): string;
}

/** The calendar of `zone` (an IANA name) at `now` (epoch milliseconds), with the last `days` days. */
export function createCalendar({ now, zone, days }: { now: number; zone: string; days: number }): Calendar {
  const today = DateTime.fromMillis(now, { zone }).startOf('day');
  const dayStart = (daysAgo: number) => firstMidnight(today.minus({ days: daysAgo }).startOf('day'));
  const firstOfQuarter = (quarter: number) =>
    DateTime.fromObject({ year: Math.floor(quarter / 4), month: (quarter % 4) * 3 + 1 }, { zone });

  const current = today.year * 4 + today.quarter - 1;
  let first = current;
  // Quarter starts in ascending order, grown to whatever instants come: dates are dear, comparisons cheap.
  const starts = [firstOfQuarter(current).toSeconds(), firstOfQuarter(current + 1).toSeconds()];

  return {
    dayStarts: Array.from({ length: days }, (_, daysAgo) => dayStart(daysAgo)),
    tomorrowStart: dayStart(-1),
    quarterOf(epochSeconds) {
      while (epochSeconds < (starts[0] ?? 0)) starts.unshift(firstOfQuarter(--first).toSeconds());
      while (epochSeconds >= (starts.at(-1) ?? 0)) starts.push(firstOfQuarter(first + starts.length).toSeconds());
      let low = 0;
      let high = starts.length - 1;
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (epochSeconds < (starts[middle] ?? 0)) high = middle;
        else low = middle;
      }
      return first + low;
    },
    quarterLabel: (quarter) => firstOfQuarter(quarter).setLocale('en-US').toFormat('LLL yyyy'),
  };
}

/** Where the clocks go back from 1 to 0, midnight comes twice, and the day begins with the first. */
const firstMidnight = (midnight: DateTime): number =>
  Math.min(...midnight.getPossibleOffsets().map((possible) => possible.toSeconds()));
