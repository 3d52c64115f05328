import { DateTime } from 'luxon';

export const ZONE_TODO = 'If you moved: immersion settings --time-zone ZONE';

/** A note if the computer's clock differs from the user's time zone. */
export function zoneNote(
  zone: string,
  { computerZone: own, now }: { computerZone: string; now: number },
): string | undefined {
  const [counted, computer] = [zone, own].map((name) => DateTime.fromMillis(now, { zone: name }).offset);
  return counted === computer ? undefined : `This computer is in ${own}.`;
}

export const computerZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;
