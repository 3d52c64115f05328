import { endOfDay, type Days } from '../viewings/day-rules.ts';
import { rangeBefore, type DayRange } from '../viewings/period-rules.ts';
import type { Weekday } from '../viewings/settings-rules.ts';
import { createMoment, type Tally } from '../viewings/tally-rules.ts';
import type { Medium, Viewing } from '../viewings/viewing-rules.ts';
import { createRows, UNKNOWN_LANGUAGE, type Row, type Split } from './split-rules.ts';
import { streakOf, type Streak } from './streak-rules.ts';
import { addViewing, emptySum, type Sum } from './sum-rules.ts';

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;
/** Later than any day. */
const LAST_DAY = '~';

export interface StatsQuestion {
  /** Both null for all days and viewings without a date. */
  from: string | null;
  to: string | null;
  by: Split;
  medium: Medium | null;
  /** `unknown` for viewings without one. */
  language: string | null;
}

export interface Stats {
  today: string;
  total: Sum;
  rows: Row[];
  /** Null if the range has no start. */
  previous: (Sum & DayRange) | null;
  /** Of all days. */
  streak: Streak & { minimumSeconds: number };
  /** Days with more than 24 hours of focused time. */
  fullDays: { day: string; milliseconds: number }[];
}

/** A day with viewings, and what it counts for. */
interface Day {
  day: string;
  sum: Sum;
  isIn: boolean;
  isBefore: boolean;
  isReached: boolean;
  isFull: boolean;
}

/**
 * Tallies statistics at `now` (epoch milliseconds). Future viewings count in totals only, like those without a date.
 */
export function createStatsTally(
  { from, to, by, medium, language }: StatsQuestion,
  {
    now,
    days,
    weekStartsOn,
    minimumSeconds,
  }: { now: number; days: Days; weekStartsOn: Weekday; /** Of a day of the streak. */ minimumSeconds: number },
): Tally<Stats> {
  const moment = createMoment(now);
  const today = days.dayOf(moment.seconds);
  moment.changesAt(endOfDay(days, moment.seconds));
  const range = { from: from ?? '', to: to ?? LAST_DAY };
  const before = from === null ? null : rangeBefore({ from, to: to ?? today }, today);
  const rows = createRows(by, { days, weekStartsOn });

  // Updated with each viewing, since the result may be needed after every one.
  const [total, previous] = [emptySum(), emptySum()];
  const known = new Map<string, Day>();
  const fullDays: Day[] = [];
  /** Days that count for streaks, and the streaks for that number of days. */
  const reached = new Map<string, number>();
  let streaks = { days: 0, are: streakOf(reached, { today, minimumSeconds }) };
  let first: string | null = null;

  const dayAt = (day: string): Day => {
    let one = known.get(day);
    if (!one) {
      const isBefore = before !== null && isIn(before, day);
      known.set(
        day,
        (one = { day, sum: emptySum(), isIn: isIn(range, day), isBefore, isReached: false, isFull: false }),
      );
      if (first === null || day < first) first = day;
    }
    return one;
  };

  const addDated = (viewing: Viewing, at: number) => {
    const one = dayAt(days.dayOf(at));
    const { day, sum } = one;
    addViewing(sum, viewing);
    if (!one.isReached && sum.milliseconds > 0 && sum.milliseconds / 1000 >= minimumSeconds) {
      one.isReached = true;
      reached.set(day, sum.milliseconds / 1000);
    }
    if (one.isBefore) addViewing(previous, viewing);
    if (!one.isIn) return;
    addViewing(total, viewing);
    rows.add(viewing, day, at);
    if (!one.isFull && sum.milliseconds > DAY_MILLISECONDS) {
      one.isFull = true;
      fullDays.push(one);
    }
  };

  return {
    add(viewing) {
      if (medium !== null && viewing.medium !== medium) return;
      if (language !== null && (viewing.language ?? UNKNOWN_LANGUAGE) !== language) return;
      const { at } = viewing;
      if (at !== null) moment.changesAt(at);
      if (at !== null && at <= moment.seconds) {
        addDated(viewing, at);
      } else if (from === null && to === null) {
        addViewing(total, viewing);
        rows.add(viewing, null, null);
      }
    },

    moveTo: (later) => moment.moveTo(later),
    until: () => moment.until,

    result() {
      if (streaks.days !== reached.size) {
        streaks = { days: reached.size, are: streakOf(reached, { today, minimumSeconds }) };
      }
      const span = first === null ? null : spanOf({ from: from ?? first, to: to ?? today }, { from: first, to: today });
      return {
        today,
        total: { ...total },
        rows: rows.list(span),
        previous: before && { ...before, ...previous },
        streak: { ...streaks.are, minimumSeconds },
        fullDays: fullDays
          .map(({ day, sum: { milliseconds } }) => ({ day, milliseconds }))
          .sort((a, b) => (a.day < b.day ? -1 : 1)),
      };
    },
  };
}

const isIn = ({ from, to }: DayRange, day: string): boolean => day >= from && day <= to;

/** The intersection of two ranges. */
function spanOf(a: DayRange, b: DayRange): DayRange | null {
  const span = { from: a.from > b.from ? a.from : b.from, to: a.to < b.to ? a.to : b.to };
  return span.from <= span.to ? span : null;
}
