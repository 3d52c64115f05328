import type { Days } from './day-rules.ts';
import type { Entry } from './entry-rules.ts';
import { TYPED_SOURCE } from './viewing-rules.ts';

export const DAY_SECONDS = 24 * 60 * 60;

/**
 * Indexes of entries longer than a day, or typed for a day that then has more than 24 hours. Entries without a date are
 * exempt.
 */
export function overfullDays(
  entries: readonly Entry[],
  { before, isNew, days }: { before: readonly Entry[]; isNew: (entry: Entry) => boolean; days: Days },
): number[] {
  const typed = new Map<string, number>();
  const dayTotal = ({ at, source, seconds }: Entry): number => {
    if (at === null || source !== TYPED_SOURCE) return seconds;
    const day = days.dayOf(at);
    const total = (typed.get(day) ?? 0) + seconds;
    typed.set(day, total);
    return total;
  };
  for (const entry of before) dayTotal(entry);
  return entries.flatMap((entry, index) =>
    entry.at !== null && isNew(entry) && dayTotal(entry) > DAY_SECONDS ? index : [],
  );
}
