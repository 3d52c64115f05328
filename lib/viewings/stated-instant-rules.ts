import type { Days } from './day-rules.ts';
import { momentOf } from './moment-rules.ts';

const CLOCK_DIFFERENCE_SECONDS = 24 * 60 * 60;

/**
 * A client's time of viewing in whole epoch seconds, or an error. Accepts epoch seconds and ISO 8601; a day means noon.
 * May be up to a day after `now` (epoch milliseconds), since clocks differ.
 */
export function statedInstant(
  value: string | number,
  { days, now }: { days: Days; now: number },
): { at: number } | { fault: string } {
  const latest = now / 1000 + CLOCK_DIFFERENCE_SECONDS;
  if (typeof value === 'string' && !/^\d{4}-\d|^\d{5,12}$/.test(value)) return { fault: INVALID_INSTANT };
  const stated = typeof value === 'number' ? { at: value } : momentOf(value, { now: latest * 1000, days });
  if ('fault' in stated) return { fault: INVALID_INSTANT };
  return stated.at > latest ? { fault: 'must not lie in the future' } : stated;
}

const INVALID_INSTANT = 'must be ISO 8601 or epoch seconds, and not in the future';
