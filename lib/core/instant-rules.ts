import { DateTime } from 'luxon';

/** Epoch seconds as ISO 8601 in UTC: `2026-10-01T18:30:00Z`. */
export const isoInstant = (epochSeconds: number): string =>
  DateTime.fromSeconds(epochSeconds, { zone: 'utc' }).toISO({ suppressMilliseconds: true }) ?? '';
