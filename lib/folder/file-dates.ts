import type { ApiClient } from '../core/terminal/api-client.ts';
import { daysOf, whenOf } from '../viewings/when-flags.ts';
import type { FoundFile } from './library.ts';

/** Values of `--dates`. */
export const DATE_SOURCES = ['today', 'modified', 'unknown'] as const;

/** How new items of a run are dated. */
export type RunDates =
  | { by: 'today' }
  | { by: 'unknown' }
  | { by: 'stated'; at: number; day: string }
  | { by: 'modified'; dayOf: DayOf };

type DayOf = (epochSeconds: number) => string;

/** Epoch seconds, null if unknown; undefined for now. */
export type StatedDate = number | null | undefined;

/** Archives and disks without timestamps use 1970 or 1980. */
const EARLIEST_SECONDS = Date.UTC(1980, 1) / 1000;

/** `timeZone` is for APIs without user settings. */
export async function runDatesOf(
  { at, on, dates }: { at?: string | undefined; on?: string | undefined; dates?: string | undefined },
  context: { api: ApiClient; now: number; timeZone?: string },
): Promise<RunDates | undefined> {
  if (dates === 'modified') return { by: dates, dayOf: (await daysOf(context)).dayOf };
  if (dates === 'today' || dates === 'unknown') return { by: dates };
  const stated = await whenOf({ at, on }, context);
  if (stated === undefined) return undefined;
  if (stated === null) return { by: 'unknown' };
  return { by: 'stated', at: stated, day: (await daysOf(context)).dayOf(stated) };
}

/** A future modification time means now; one before 1980 is unknown. */
export function dateOfFile(dates: RunDates, { modifiedAt }: FoundFile, now: number): StatedDate {
  if (dates.by !== 'modified') return dateOfLinks(dates);
  const seconds = Number(BigInt(modifiedAt) / 1_000_000_000n);
  return seconds < EARLIEST_SECONDS ? null : Math.min(seconds, Math.floor(now / 1000));
}

/** Links have no timestamp of their own. */
export function dateOfLinks(dates: RunDates | undefined): StatedDate {
  if (dates?.by === 'stated') return dates.at;
  return dates?.by === 'unknown' ? null : undefined;
}

/** A sentence about the dates of new items. */
export function datedText(dates: RunDates, files: readonly { watchedAt?: StatedDate }[]): string {
  if (dates.by === 'today') return 'Dated as watched today.';
  if (dates.by === 'unknown') return 'Recorded without a date: counted in totals only.';
  if (dates.by === 'stated') return `Dated as watched on ${dates.day}.`;
  const days = files.flatMap(({ watchedAt }) => (watchedAt == null ? [] : [dates.dayOf(watchedAt)])).sort();
  const unknown = files.filter(({ watchedAt }) => watchedAt === null).length;
  return `Dated by when each file was last changed${days.length > 0 ? `, ${days[0]} to ${days.at(-1)}` : ''}.${unknown > 0 ? ` ${unknown} without a date.` : ''}`;
}

/** For an API that ignores dates. */
export const DATES_IGNORED = 'This API doesn’t accept dates: new items count as watched now.';
