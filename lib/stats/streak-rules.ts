import { daysAfter } from '../viewings/day-rules.ts';
import { daysBetween, type DayRange } from '../viewings/period-rules.ts';

interface Run extends DayRange {
  days: number;
}

/** Consecutive days with at least the minimum. */
export interface Streak {
  /** Ends today, or yesterday if today hasn't reached the minimum; 0 if neither has. */
  days: number;
  from: string | null;
  isTodayCounted: boolean;
  longestDays: number;
  longest: DayRange | null;
}

/** The current streak and the longest one, the latest of equals. */
export function streakOf(
  seconds: ReadonlyMap<string, number>,
  { today, minimumSeconds }: { today: string; minimumSeconds: number },
): Streak {
  const reached = [...seconds]
    .filter(([, amount]) => amount > 0 && amount >= minimumSeconds)
    .map(([day]) => day)
    .sort();
  const runs: Run[] = [];
  for (const day of reached) {
    const run = runs.at(-1);
    if (run && daysBetween(run.to, day) === 1) Object.assign(run, { to: day, days: run.days + 1 });
    else runs.push({ from: day, to: day, days: 1 });
  }
  const last = runs.at(-1);
  const current = last && last.to >= daysAfter(today, -1) ? last : undefined;
  const longest = runs.reduce<Run | null>((best, run) => (best && best.days > run.days ? best : run), null);
  return {
    days: current?.days ?? 0,
    from: current?.from ?? null,
    isTodayCounted: current?.to === today,
    longestDays: longest?.days ?? 0,
    longest: longest && { from: longest.from, to: longest.to },
  };
}
