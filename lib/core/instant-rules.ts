import { DateTime } from 'luxon';

/** `2026-10-01T18:30:00Z` */
export const isoInstant = (epochSeconds: number): string =>
  DateTime.fromSeconds(epochSeconds, { zone: 'utc' }).toISO({ suppressMilliseconds: true }) ?? '';

/** Null if unknown. */
export const isoInstantOrNull = (epochSeconds: number | null): string | null =>
  epochSeconds === null ? null : isoInstant(epochSeconds);

export const toEpochSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);
