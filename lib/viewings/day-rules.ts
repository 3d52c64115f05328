import { DateTime, Info, type Zone } from 'luxon';

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** Which time zone applies from which day, and when days end. */
export interface DaySettings {
  /** In order. The first applies to all earlier days (`from` null), the others from their day (`YYYY-MM-DD`). */
  zones: readonly { from: string | null; zone: string }[];
  /** The local hour, 0 to 6, at which the next day begins. */
  dayEndsAt: number;
}

/**
 * Converts instants (epoch seconds) to days (`YYYY-MM-DD`) and back. Days have 23 or 25 hours when the clocks change.
 */
export interface Days {
  dayOf(this: void, epochSeconds: number): string;
  /** With two midnights, the first; if the clocks skip midnight, the next instant. */
  startOf(this: void, day: string): number;
  /** ISO 8601 local time with its offset: `2026-10-01T20:30:00+02:00`. */
  localOf(this: void, epochSeconds: number): string;
  /** Epoch seconds of a local time; if it occurs twice, the first. */
  instantAt(this: void, date: string, time: ClockTime): number;
  /** The local hour, 0 to 23. */
  hourOf(this: void, epochSeconds: number): number;
}

export interface ClockTime {
  hour: number;
  minute: number;
  second: number;
}

interface Span {
  day: string;
  start: number;
  end: number;
}

export function createDays({ zones, dayEndsAt }: DaySettings): Days {
  const starts = new Map<string, number>();
  // Days since 1970. Computing dates is slow, comparing numbers is fast.
  const spans = new Map<number, Span>();
  const known = new Map<string, Zone>();
  // Neighbors in a history often share a day.
  let last: Span = { day: '', start: Infinity, end: -Infinity };

  function zoneOf(day: string): Zone {
    const name = zones.findLast(({ from }) => from === null || from <= day)?.zone ?? zones[0]?.zone ?? 'utc';
    let zone = known.get(name);
    if (!zone) known.set(name, (zone = Info.normalizeZone(name)));
    return zone;
  }

  function startOf(day: string): number {
    let start = starts.get(day);
    if (start === undefined) starts.set(day, (start = instantAt(day, { hour: dayEndsAt, minute: 0, second: 0 })));
    return start;
  }

  const instantAt = (date: string, time: ClockTime) => localInstant(date, time, zoneOf(date));

  function spanOf(number: number): Span {
    const found = spans.get(number);
    if (found) return found;
    const day = dayAt(number);
    const span = { day, start: startOf(day), end: startOf(dayAt(number + 1)) };
    spans.set(number, span);
    return span;
  }

  function spanAt(epochSeconds: number): Span {
    if (epochSeconds >= last.start && epochSeconds < last.end) return last;
    let number = Math.floor(epochSeconds / DAY_SECONDS);
    while (epochSeconds < spanOf(number).start) number -= 1;
    while (epochSeconds >= spanOf(number).end) number += 1;
    return (last = spanOf(number));
  }

  return {
    startOf,
    instantAt,
    dayOf: (epochSeconds) => spanAt(epochSeconds).day,
    localOf(epochSeconds) {
      const zone = zoneOf(spanAt(epochSeconds).day);
      return DateTime.fromSeconds(epochSeconds, { zone }).toISO({ suppressMilliseconds: true }) ?? '';
    },
    hourOf(epochSeconds) {
      const { day, start, end } = spanAt(epochSeconds);
      if (end - start !== DAY_SECONDS) return DateTime.fromSeconds(epochSeconds, { zone: zoneOf(day) }).hour;
      return (dayEndsAt + Math.floor((epochSeconds - start) / HOUR_SECONDS)) % 24;
    },
  };
}

function localInstant(date: string, time: ClockTime, zone: Zone): number {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const local = Date.UTC(year, month - 1, day, time.hour, time.minute, time.second);
  const offset = zone.offset(local - DAY_SECONDS * 1000);
  if (offset === zone.offset(local + DAY_SECONDS * 1000)) return local / 1000 - offset * 60;
  // Near a clock change.
  const possible = DateTime.fromObject({ year, month, day, ...time }, { zone }).getPossibleOffsets();
  return Math.min(...possible.map((one) => one.toSeconds()));
}

export const daysAfter = (day: string, days: number): string => dayAt(Date.parse(day) / 1000 / DAY_SECONDS + days);

/** The start of the next day. */
export const endOfDay = (days: Days, epochSeconds: number): number =>
  days.startOf(daysAfter(days.dayOf(epochSeconds), 1));

const dayAt = (number: number): string =>
  new Date(number * DAY_SECONDS * 1000).toISOString().slice(0, -'T00:00:00.000Z'.length);
