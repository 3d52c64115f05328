import { DateTime } from 'luxon';

export const ZONE_TODO = 'If you moved: immersion settings --time-zone ZONE';

/** A sentence where the computer's clock shows another time than the person's zone does. */
export function zoneNote(
  zone: string,
  { computerZone: own, now }: { computerZone: string; now: number },
): string | undefined {
  const [counted, here] = [zone, own].map((name) => DateTime.fromMillis(now, { zone: name }).offset);
  return counted === here ? undefined : `This computer is in ${own}.`;
}

export const computerZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;
