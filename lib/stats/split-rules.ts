import {
  capital,
  nextPeriod,
  PERIODS,
  periodLabel,
  startOfPeriod,
  weekdayOf,
  type DayRange,
  type Period,
} from '../viewings/period-rules.ts';
import { WEEKDAYS, type Weekday } from '../viewings/settings-rules.ts';
import { MEDIUM, type Viewing, type ViewingCollection, type Work } from '../viewings/viewing-rules.ts';
import { addSum, emptySum, sumAt, type Sum } from './sum-rules.ts';

const GROUP_SPLITS = ['language', 'medium', 'show', 'channel'] as const;
export type GroupSplit = (typeof GROUP_SPLITS)[number];
export const SPLITS = [...PERIODS, ...GROUP_SPLITS, 'weekday', 'hour'] as const;
export type Split = (typeof SPLITS)[number];

/** The key of viewings without a language. */
export const UNKNOWN_LANGUAGE = 'unknown';
/** Viewings without a show or channel. */
const OTHER = 'other';
/** Viewings without a day. */
const UNDATED = 'undated';

export interface Row extends Sum {
  key: string;
  label: string;
}

/** Sums by an attribute of viewings. */
export interface Groups {
  add(viewing: Viewing): Sum;
  /** Most time first; unknown and other last. */
  rows(): Row[];
}

/** For splits other than by time. */
export function createGroups(by: GroupSplit): Groups {
  const rows = new Map<string, Row>();
  const rowAt = (key: string, label: () => string): Row => {
    let row = rows.get(key);
    if (!row) rows.set(key, (row = { key, label: label(), ...emptySum() }));
    return row;
  };
  const ofCollection = new Map<ViewingCollection, Row>();
  const collectionRow = (collection: ViewingCollection, work: Work | null): Row => {
    let row = ofCollection.get(collection);
    const name = collection.name ?? work?.name;
    if (!row) {
      row = rowAt(collectionKey(collection, work), () => name ?? collection.id);
      ofCollection.set(collection, row);
    }
    return row;
  };
  const rowOf = ({ language, medium, collection, work }: Viewing): Row => {
    if (by === 'language') return rowAt(language ?? UNKNOWN_LANGUAGE, () => languageLabel(language));
    if (by === 'medium') return rowAt(medium, () => MEDIUM[medium].plural);
    const isWanted = collection && (by === 'show') === (collection.kind === 'show');
    return isWanted ? collectionRow(collection, work) : rowAt(OTHER, () => 'Everything else');
  };
  const isLast = ({ key }: Row) => key === OTHER || key === UNKNOWN_LANGUAGE;
  return {
    add: rowOf,
    rows: () =>
      Array.from(rows.values(), (row) => ({ ...row })).sort(
        (a, b) =>
          (by === 'medium' ? 0 : Number(isLast(a)) - Number(isLast(b))) ||
          b.milliseconds - a.milliseconds ||
          b.backgroundMilliseconds - a.backgroundMilliseconds ||
          compare(a.label, b.label) ||
          compare(a.key, b.key),
      ),
  };
}

interface Times {
  days: ReadonlyMap<string, Sum>;
  hours: ReadonlyMap<number, Sum>;
  undated: Sum;
  range: DayRange;
  /** The days to make rows for, within `range`; null if there are none. */
  span: DayRange | null;
}

/** One row per period, weekday or hour, including empty ones, then one for viewings without a date. */
export function timeRows(by: Exclude<Split, GroupSplit>, weekStartsOn: Weekday): (times: Times) => Row[] {
  // Rows may be needed after each viewing, and labels are slow to make: what has no new viewings stays the same object.
  const periods = new Map<string, { row: Row; next: string }>();
  const periodAt = (start: string, period: Period, sum: Sum = emptySum()) => {
    const before = periods.get(start);
    if (before?.row.viewings === sum.viewings) return before;
    const { key, label } = before?.row ?? { key: keyOf(start, period), label: periodLabel(start, period) };
    const one = { row: { key, label, ...sum }, next: before?.next ?? nextPeriod(start, period) };
    periods.set(start, one);
    return one;
  };

  return ({ days, hours, undated, range, span }) => {
    const rest = undated.viewings > 0 ? [{ key: UNDATED, label: 'No date', ...undated }] : [];
    if (!span) return rest;
    if (by === 'hour') {
      return [
        ...Array.from({ length: 24 }, (_, hour) => ({
          key: String(hour),
          label: `${String(hour).padStart(2, '0')}:00`,
          ...(hours.get(hour) ?? emptySum()),
        })),
        ...rest,
      ];
    }
    const sums = sumsBy(by, { days, range }, weekStartsOn);
    if (by === 'weekday') {
      const first = WEEKDAYS.indexOf(weekStartsOn);
      return [
        ...[...WEEKDAYS.slice(first), ...WEEKDAYS.slice(0, first)].map((day) => ({
          key: day,
          label: capital(day),
          ...(sums.get(day) ?? emptySum()),
        })),
        ...rest,
      ];
    }
    const rows: Row[] = [];
    for (let start = startOfPeriod(span.from, by, weekStartsOn); start <= span.to;) {
      const { row, next } = periodAt(start, by, sums.get(start));
      rows.push(row);
      start = next;
    }
    return [...rows, ...rest];
  };
}

/** Sums by weekday or by the first day of each period. */
function sumsBy(
  by: Exclude<Split, GroupSplit | 'hour'>,
  { days, range }: Pick<Times, 'days' | 'range'>,
  weekStartsOn: Weekday,
): ReadonlyMap<string, Sum> {
  if (by === 'day') return days;
  const sums = new Map<string, Sum>();
  for (const [day, sum] of days) {
    if (day < range.from || day > range.to) continue;
    addSum(sumAt(sums, by === 'weekday' ? weekdayOf(day) : startOfPeriod(day, by, weekStartsOn)), sum);
  }
  return sums;
}

/** `2026-11-27`, for a week its first day; `2026-11`; `2026`. */
const keyOf = (start: string, by: Period): string =>
  by === 'year' ? start.slice(0, 4) : by === 'month' ? start.slice(0, 7) : start;

/** Folders of a series count as one show. */
function collectionKey({ kind, id, tvdbId }: ViewingCollection, work: Work | null): string {
  if (kind !== 'show') return `${kind}:${id}`;
  if (tvdbId !== null) return `tvdb:${tvdbId}`;
  return work && work.tmdbId !== null ? `tmdb:${work.tmdbId}` : `folder:${id}`;
}

function languageLabel(language: string | null): string {
  if (language === null) return 'Unknown';
  try {
    return new Intl.DisplayNames(['en'], { type: 'language' }).of(language) ?? language;
  } catch {
    return language;
  }
}

export const isGroup = (by: Split): by is GroupSplit => GROUP_SPLITS.some((one) => one === by);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
