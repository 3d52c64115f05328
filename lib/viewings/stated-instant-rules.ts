import type { Days } from './day-rules.ts';
import { momentOf } from './moment-rules.ts';

const CLOCK_DIFFERENCE_SECONDS = 24 * 60 * 60;

/**
 * When a client states that something was watched, in whole epoch seconds, or what is wrong with it: epoch seconds or
 * ISO 8601, noon of a day without a time. It may lie a day ahead of `now` (epoch milliseconds), since clocks differ.
 */
export function statedInstant(
  value: string | number,
  { days, now }: { days: Days; now: number },
): { at: number } | { fault: string } {
  const latest = now / 1000 + CLOCK_DIFFERENCE_SECONDS;
  if (typeof value === 'string' && !/^\d{4}-\d|^\d{5,12}$/.test(value)) return { fault: NO_INSTANT };
  const stated = typeof value === 'number' ? { at: value } : momentOf(value, { now: latest * 1000, days });
  if ('fault' in stated) return { fault: NO_INSTANT };
  return stated.at > latest ? { fault: 'must not lie in the future' } : stated;
}

const NO_INSTANT = 'must be ISO 8601 or epoch seconds, and not in the future';
