import type { Days } from '../viewings/day-rules.ts';
import { rangeBefore, type DayRange } from '../viewings/period-rules.ts';
import type { Weekday } from '../viewings/settings-rules.ts';
import type { Medium, Viewing } from '../viewings/viewing-rules.ts';
import {
  createGroups,
  isGroup,
  timeRows,
  UNKNOWN_LANGUAGE,
  type GroupSplit,
  type Row,
  type Split,
} from './split-rules.ts';
import { streakOf, type Streak } from './streak-rules.ts';
import { addSum, addViewing, emptySum, sumAt, type Sum } from './sum-rules.ts';

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;
const UNDATED = '';

/** What statistics are wanted of. */
export interface StatsQuestion {
  /** All days, and what has no date, where both are null. */
  from: string | null;
  to: string | null;
  by: Split;
  medium: Medium | null;
  /** `unknown` for what has none. */
  language: string | null;
}

export interface Stats {
  today: string;
  total: Sum;
  rows: Row[];
  /** Null where the range has no beginning. */
  previous: (Sum & DayRange) | null;
  /** Of all days. */
  streak: Streak & { minimumSeconds: number };
  /** Days of the range with more focused time than a day has. */
  fullDays: { day: string; milliseconds: number }[];
}

/** Takes viewings one by one, and tells the statistics at the end. */
export interface StatsTally {
  add(viewing: Viewing): void;
  result(): Stats;
}

/**
 * Tallies statistics at `now` (epoch milliseconds). What lies ahead is on no day yet: it counts as what has no date does, in
 * totals alone.
 */
export function createStatsTally(
  { from, to, by, medium, language }: StatsQuestion,
  {
    now,
    days,
    weekStartsOn,
    minimumSeconds,
  }: { now: number; days: Days; weekStartsOn: Weekday; /** Of a day of the streak. */ minimumSeconds: number },
): StatsTally {
  const nowSeconds = now / 1000;
  const today = days.dayOf(nowSeconds);
  const isUnlimited = from === null && to === null;
  const isWithin = (day: string): boolean =>
    day === UNDATED ? isUnlimited : (from === null || day >= from) && (to === null || day <= to);
  const sums = new Map<string, Sum>();
  const groups = isGroup(by) ? createGroups(by) : undefined;
  const hours = new Map<number, Sum>();

  return {
    add(viewing) {
      if (medium !== null && viewing.medium !== medium) return;
      if (language !== null && (viewing.language ?? UNKNOWN_LANGUAGE) !== language) return;
      const { at } = viewing;
      const isDated = at !== null && at <= nowSeconds;
      const day = isDated ? days.dayOf(at) : UNDATED;
      addViewing(sumAt(sums, day), viewing);
      if (groups && isWithin(day)) addViewing(groups.add(viewing), viewing);
      if (by === 'hour' && isDated && isWithin(day)) addViewing(sumAt(hours, days.hourOf(at)), viewing);
    },

    result() {
      const undated = sums.get(UNDATED) ?? emptySum();
      const dated = [...sums].filter(([day]) => day !== UNDATED);
      const first = dated.reduce<string | null>((least, [day]) => (least === null || day < least ? day : least), null);
      const within = new Map(dated.filter(([day]) => isWithin(day)));
      const focused = new Map(dated.map(([day, { milliseconds }]) => [day, milliseconds / 1000]));
      const before = from === null ? null : rangeBefore({ from, to: to ?? today }, today);
      const totalUndated = isUnlimited ? undated : emptySum();
      return {
        today,
        total: totalOf([...within.values(), totalUndated]),
        rows:
          groups?.rows() ??
          timeRows(by as Exclude<Split, GroupSplit>, {
            days: within,
            hours,
            undated: totalUndated,
            span: first === null ? null : spanOf({ from: from ?? first, to: to ?? today }, { from: first, to: today }),
            weekStartsOn,
          }),
        previous: before && {
          ...before,
          ...totalOf(dated.filter(([day]) => day >= before.from && day <= before.to).map(([, sum]) => sum)),
        },
        streak: { ...streakOf(focused, { today, minimumSeconds }), minimumSeconds },
        fullDays: [...within]
          .filter(([, { milliseconds }]) => milliseconds > DAY_MILLISECONDS)
          .map(([day, { milliseconds }]) => ({ day, milliseconds }))
          .sort((a, b) => (a.day < b.day ? -1 : 1)),
      };
    },
  };
}

function totalOf(sums: readonly Sum[]): Sum {
  const total = emptySum();
  for (const sum of sums) addSum(total, sum);
  return total;
}

/** What two ranges have in common. */
function spanOf(a: DayRange, b: DayRange): DayRange | null {
  const span = { from: a.from > b.from ? a.from : b.from, to: a.to < b.to ? a.to : b.to };
  return span.from <= span.to ? span : null;
}
