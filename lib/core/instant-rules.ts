import { DateTime } from 'luxon';

/**
 * An instant that a person wrote, as epoch seconds: ISO 8601, a date or time without offset being local to `zone`, or
 * epoch seconds themselves. Undefined when it is neither.
 */
export function parseInstant(text: string, zone: string): number | undefined {
  if (/^\d{5,12}$/.test(text)) return Number(text);
  const instant = DateTime.fromISO(text, { zone });
  return instant.isValid ? instant.toSeconds() : undefined;
}

/** Epoch seconds as ISO 8601 in UTC: `2026-10-01T18:30:00Z`. */
export const isoInstant = (epochSeconds: number): string =>
  DateTime.fromSeconds(epochSeconds, { zone: 'utc' }).toISO({ suppressMilliseconds: true }) ?? '';
