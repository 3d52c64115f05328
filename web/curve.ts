import type { StatsAnswer } from '../lib/stats/stats-contract.ts';

/** Cumulative hours; `position` is from 0, the first day, to 1, the last. */
export interface Curve {
  from: string;
  to: string;
  points: { position: number; seconds: number }[];
  /** The total at the end of each month. */
  months: { label: string; seconds: number }[];
}

/** More points than pixels are invisible. */
const MAXIMUM_POINTS = 400;
const MONTH = new Intl.DateTimeFormat('en-US', { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** Viewings without a date count from the start. */
export function curveOf({ rows, today }: StatsAnswer): Curve {
  const days = rows.filter(({ key }) => key !== 'undated');
  let total = rows.find(({ key }) => key === 'undated')?.seconds ?? 0;
  const every = Math.max(1, Math.ceil(days.length / MAXIMUM_POINTS));
  const points = [{ position: 0, seconds: total }];
  const months = new Map<string, number>();
  for (const [index, { key, seconds }] of days.entries()) {
    total += seconds;
    months.set(key.slice(0, 7), total);
    const isLast = index === days.length - 1;
    if (index % every === 0 || isLast) points.push({ position: (index + 1) / days.length, seconds: total });
  }
  return {
    from: days[0]?.key ?? today,
    to: days.at(-1)?.key ?? today,
    points,
    months: [...months].map(([month, seconds]) => ({ label: MONTH.format(new Date(`${month}-01T00:00Z`)), seconds })),
  };
}
