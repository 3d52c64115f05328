import { parseInstant } from '../core/instant-rules.ts';

const CLOCK_DIFFERENCE_SECONDS = 24 * 60 * 60;

/**
 * When a client says that something was watched, in whole epoch seconds, or what is wrong with it. ISO 8601 without an
 * offset is local to `zone`. It may lie a day ahead of `now` (epoch milliseconds), since clocks differ.
 */
export function statedInstant(
  value: string | number,
  { zone, now }: { zone: string; now: number },
): { at: number } | { fault: string } {
  const seconds = typeof value === 'number' ? value : parseInstant(value, zone);
  if (seconds === undefined || seconds < 0) return { fault: 'must be ISO 8601 or epoch seconds' };
  if (seconds > now / 1000 + CLOCK_DIFFERENCE_SECONDS) return { fault: 'must not lie in the future' };
  return { at: Math.floor(seconds) };
}
