import type { Days } from './day-rules.ts';
import { parseWhen } from './when-rules.ts';
import { toEpochSeconds } from '../core/instant-rules.ts';

const LONGEST_DAY_SECONDS = 26 * 60 * 60;
const NOON = { hour: 12, minute: 0, second: 0 };

/**
 * The instant a user means, in epoch seconds, or an error. A day without a time means noon, or `now` (epoch
 * milliseconds) if earlier. `isDay` ignores the time of day.
 */
export function momentOf(
  text: string,
  { now, days, isDay = false }: { now: number; days: Days; isDay?: boolean },
): { at: number } | { fault: string } {
  const when = parseWhen(text, { now, days });
  if (!when) return { fault: `“${text}” is not a date or time.` };
  const { from, until } = when;
  if (until - from > LONGEST_DAY_SECONDS) return { fault: `“${text}” is longer than a day.` };
  const nowSeconds = toEpochSeconds(now);
  const isToday = days.dayOf(from) === days.dayOf(nowSeconds);
  const noon = days.instantAt(days.dayOf(from), NOON);
  const at = from === until && !isDay ? from : isToday ? Math.min(noon, nowSeconds) : noon;
  return at > nowSeconds ? { fault: `“${text}” is in the future.` } : { at };
}
