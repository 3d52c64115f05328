import { DateTime } from 'luxon';

/** `2026-10-01T18:30:00Z` */
export const isoInstant = (epochSeconds: number): string =>
  DateTime.fromSeconds(epochSeconds, { zone: 'utc' }).toISO({ suppressMilliseconds: true }) ?? '';

export const toEpochSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);
