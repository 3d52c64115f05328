import { DateTime } from 'luxon';

/** How a person's days run: which zone counts from which day on, and until what hour a night belongs to the day before. */
export interface DaySettings {
  /** In their order; the first counts from ever (`from` null), each other from its day (`YYYY-MM-DD`) on. */
  zones: readonly { from: string | null; zone: string }[];
  /** The local hour, 0 to 6, at which a day ends and the next begins. */
  dayEndsAt: number;
}

/** From instants (epoch seconds) to days (`YYYY-MM-DD`) and back. A day has 23 or 25 hours where the clocks change. */
export interface Days {
  dayOf(epochSeconds: number): string;
  /** The first instant of a day: of two midnights the first, and where the clocks leave midnight out, what follows it. */
  startOf(day: string): number;
  /** The person's clock at an instant, as ISO 8601 with its offset: `2026-10-01T20:30:00+02:00`. */
  localOf(epochSeconds: number): string;
  /** What the person's clock shows on a date of the calendar; of an hour that comes twice the first. */
  instantAt(date: string, time: ClockTime): number;
}

export interface ClockTime {
  hour: number;
  minute: number;
  second: number;
}

/** The one way from an instant to a day. */
export function createDays({ zones, dayEndsAt }: DaySettings): Days {
  const starts = new Map<string, number>();
  const zoneOf = (day: string) => zones.findLast(({ from }) => from === null || from <= day)?.zone ?? zones[0]?.zone;
  // Neighbors in a history share their day: dates are dear, comparisons cheap.
  let last = { day: '', start: Infinity, end: -Infinity };

  function startOf(day: string): number {
    const known = starts.get(day);
    if (known !== undefined) return known;
    const start = instantAt(day, { hour: dayEndsAt, minute: 0, second: 0 });
    starts.set(day, start);
    return start;
  }

  const zoneAt = (epochSeconds: number): string =>
    zones.findLast(({ from }) => from === null || startOf(from) <= epochSeconds)?.zone ?? 'utc';

  function instantAt(date: string, time: ClockTime): number {
    const [year, month, day] = date.split('-').map(Number) as [number, number, number];
    const local = DateTime.fromObject({ year, month, day, ...time }, { zone: zoneOf(date) ?? 'utc' });
    return Math.min(...local.getPossibleOffsets().map((possible) => possible.toSeconds()));
  }

  return {
    startOf,
    instantAt,
    localOf: (epochSeconds) =>
      DateTime.fromSeconds(epochSeconds, { zone: zoneAt(epochSeconds) }).toISO({ suppressMilliseconds: true }) ?? '',
    dayOf(epochSeconds) {
      if (epochSeconds >= last.start && epochSeconds < last.end) return last.day;
      let day = DateTime.fromSeconds(epochSeconds, { zone: zoneAt(epochSeconds) }).toISODate() ?? '';
      while (epochSeconds < startOf(day)) day = daysAfter(day, -1);
      while (epochSeconds >= startOf(daysAfter(day, 1))) day = daysAfter(day, 1);
      last = { day, start: startOf(day), end: startOf(daysAfter(day, 1)) };
      return day;
    },
  };
}

/** The day so many days after another, or before it. */
export const daysAfter = (day: string, days: number): string =>
  DateTime.fromISO(day, { zone: 'utc' }).plus({ days }).toISODate() ?? '';
