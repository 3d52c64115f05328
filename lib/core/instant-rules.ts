import { DateTime } from 'luxon';

/** Epoch seconds as ISO 8601 in UTC: `2026-10-01T18:30:00Z`. */
export const isoInstant = (epochSeconds: number): string =>
  DateTime.fromSeconds(epochSeconds, { zone: 'utc' }).toISO({ suppressMilliseconds: true }) ?? '';

/** The second that an instant in epoch milliseconds is in. */
export const toEpochSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);
