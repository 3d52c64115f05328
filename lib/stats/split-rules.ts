import type { Days } from '../viewings/day-rules.ts';
import {
  capital,
  nextPeriod,
  PERIODS,
  periodLabel,
  startOfPeriod,
  weekdayOf,
  type DayRange,
} from '../viewings/period-rules.ts';
import { WEEKDAYS, type Weekday } from '../viewings/settings-rules.ts';
import { MEDIUM, type Viewing, type ViewingCollection, type Work } from '../viewings/viewing-rules.ts';
import { addViewing, emptySum, type Sum } from './sum-rules.ts';

const GROUP_SPLITS = ['language', 'medium', 'show', 'channel'] as const;
export type GroupSplit = (typeof GROUP_SPLITS)[number];
export const SPLITS = [...PERIODS, ...GROUP_SPLITS, 'weekday', 'hour'] as const;
export type Split = (typeof SPLITS)[number];
type TimeSplit = Exclude<Split, GroupSplit>;

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

/** The rows of a split, to which viewings are added one by one. */
export interface Rows {
  /** `at` and its day are null for viewings without a date. */
  add(viewing: Viewing, day: string | null, at: number | null): void;
  /** `span` is the days to make rows for, null if there are none. Rows without new viewings stay the same objects. */
  list(span: DayRange | null): Row[];
}

/** What a row is made of. */
interface Part {
  key: string;
  label: string;
  sum: Sum;
  row: Row | undefined;
}

const partOf = (key: string, label: string): Part => ({ key, label, sum: emptySum(), row: undefined });

function addTo(part: Part, viewing: Viewing): void {
  addViewing(part.sum, viewing);
  part.row = undefined;
}

const rowOf = (part: Part): Row => (part.row ??= { key: part.key, label: part.label, ...part.sum });

export const createRows = (by: Split, how: { days: Days; weekStartsOn: Weekday }): Rows =>
  isGroup(by) ? createGroups(by) : createTimes(by, how);

/** Most time first; unknown and other last. */
function createGroups(by: GroupSplit): Rows {
  const parts = new Map<string, Part>();
  const partAt = (key: string, label: () => string): Part => {
    let part = parts.get(key);
    if (!part) parts.set(key, (part = partOf(key, label())));
    return part;
  };
  const ofCollection = new Map<ViewingCollection, Part>();
  const collectionPart = (collection: ViewingCollection, work: Work | null): Part => {
    let part = ofCollection.get(collection);
    if (!part) {
      const name = collection.name ?? work?.name ?? collection.id;
      part = partAt(collectionKey(collection, work), () => name);
      ofCollection.set(collection, part);
    }
    return part;
  };
  const partFor = ({ language, medium, collection, work }: Viewing): Part => {
    if (by === 'language') return partAt(language ?? UNKNOWN_LANGUAGE, () => languageLabel(language));
    if (by === 'medium') return partAt(medium, () => MEDIUM[medium].plural);
    const isWanted = collection && (by === 'show') === (collection.kind === 'show');
    return isWanted ? collectionPart(collection, work) : partAt(OTHER, () => 'Everything else');
  };
  const isLast = ({ key }: Part) => key === OTHER || key === UNKNOWN_LANGUAGE;
  return {
    add: (viewing) => addTo(partFor(viewing), viewing),
    list: () =>
      [...parts.values()]
        .sort(
          (a, b) =>
            (by === 'medium' ? 0 : Number(isLast(a)) - Number(isLast(b))) ||
            b.sum.milliseconds - a.sum.milliseconds ||
            b.sum.backgroundMilliseconds - a.sum.backgroundMilliseconds ||
            compare(a.label, b.label) ||
            compare(a.key, b.key),
        )
        .map(rowOf),
  };
}

/** One row per period, weekday or hour, including empty ones, then one for viewings without a date. */
function createTimes(by: TimeSplit, { days, weekStartsOn }: { days: Days; weekStartsOn: Weekday }): Rows {
  const parts = new Map<string, Part>();
  const partAt = (start: string): Part => {
    let part = parts.get(start);
    if (!part) parts.set(start, (part = partOf(keyOf(start, by), labelOf(start, by))));
    return part;
  };
  const ofDay = new Map<string, Part>();
  const partFor = (day: string, at: number): Part => {
    if (by === 'hour') return partAt(String(days.hourOf(at)));
    let part = ofDay.get(day);
    if (part) return part;
    part = partAt(by === 'weekday' ? weekdayOf(day) : startOfPeriod(day, by, weekStartsOn));
    ofDay.set(day, part);
    return part;
  };
  const undated = partOf(UNDATED, 'No date');

  let listed: { span: DayRange; places: Map<Part, number>; rows: Row[] } | undefined;
  /** Parts whose rows are out of date. */
  const changed = new Set<Part>();
  const rowsIn = (span: DayRange): Row[] => {
    if (listed?.span.from !== span.from || listed.span.to !== span.to) {
      const parts = startsIn(span, by, weekStartsOn).map(partAt);
      listed = { span, places: new Map(parts.map((part, index) => [part, index])), rows: parts.map(rowOf) };
    } else if (changed.size > 0) {
      const rows = [...listed.rows];
      for (const part of changed) {
        const place = listed.places.get(part);
        if (place !== undefined) rows[place] = rowOf(part);
      }
      listed.rows = rows;
    }
    changed.clear();
    return listed.rows;
  };

  return {
    add(viewing, day, at) {
      const part = day === null || at === null ? undated : partFor(day, at);
      if (part.row) changed.add(part);
      addTo(part, viewing);
    },
    list(span) {
      const rows = span ? rowsIn(span) : [];
      return undated.sum.viewings > 0 ? [...rows, rowOf(undated)] : rows;
    },
  };
}

function startsIn(span: DayRange, by: TimeSplit, weekStartsOn: Weekday): string[] {
  if (by === 'hour') return Array.from({ length: 24 }, (_, hour) => String(hour));
  if (by === 'weekday') {
    const first = WEEKDAYS.indexOf(weekStartsOn);
    return [...WEEKDAYS.slice(first), ...WEEKDAYS.slice(0, first)];
  }
  const starts: string[] = [];
  let start = startOfPeriod(span.from, by, weekStartsOn);
  for (; start <= span.to; start = nextPeriod(start, by)) starts.push(start);
  return starts;
}

function labelOf(start: string, by: TimeSplit): string {
  if (by === 'hour') return `${start.padStart(2, '0')}:00`;
  return by === 'weekday' ? capital(start) : periodLabel(start, by);
}

/** `2026-11-27`, for a week its first day; `2026-11`; `2026`. */
const keyOf = (start: string, by: TimeSplit): string =>
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

const isGroup = (by: Split): by is GroupSplit => GROUP_SPLITS.some((one) => one === by);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
