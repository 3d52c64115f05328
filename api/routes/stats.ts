import { oncePer, oncePerBlock } from '../../lib/core/once.ts';
import { getStats, type StatsAnswer } from '../../lib/stats/stats-contract.ts';
import type { Row } from '../../lib/stats/split-rules.ts';
import type { AnsweredStats } from '../../lib/stats/stats-service.ts';
import type { Sum } from '../../lib/stats/sum-rules.ts';
import type { StatsServices } from '../../lib/stats/wiring.ts';
import { serve } from '../middleware/validation.ts';
import type { Routes } from '../route-settings.ts';

export function addRoutes(router: Routes, { stats }: StatsServices): void {
  serve(router, getStats, async ({ user, query: { from, to, period, by, language, medium } }) =>
    answerOf(
      await stats.of(user, {
        from: from ?? null,
        to: to ?? null,
        period: period === undefined || period === 'all' ? null : period === 'today' ? 'day' : period,
        by,
        language: language ?? null,
        medium: medium ?? null,
      }),
    ),
  );
}

const answerOf = oncePer(toAnswer);

function toAnswer({
  question: { from, to, by },
  today,
  timeZone,
  weekStartsOn,
  total,
  rows,
  previous,
  streak,
  fullDays,
}: AnsweredStats): StatsAnswer {
  return {
    today,
    time_zone: timeZone,
    week_starts_on: weekStartsOn,
    from,
    to,
    by,
    total: sumOf(total),
    rows: rowsOf(rows).flat(),
    previous: previous && { from: previous.from, to: previous.to, ...sumOf(previous) },
    streak: {
      days: streak.days,
      from: streak.from,
      today: streak.isTodayCounted,
      longest_days: streak.longestDays,
      longest_from: streak.longest?.from ?? null,
      longest_to: streak.longest?.to ?? null,
      minimum_seconds: streak.minimumSeconds,
    },
    sources: {
      measured_seconds: (total.milliseconds - total.estimatedMilliseconds) / 1000,
      estimated_seconds: total.estimatedMilliseconds / 1000,
    },
    notes: fullDays.map(({ day, milliseconds }) => ({ code: 'day_over_24_hours', day, seconds: milliseconds / 1000 })),
  };
}

const rowsOf = oncePerBlock((rows: readonly Row[]) =>
  rows.map(({ key, label, ...sum }) => ({ key, label, ...sumOf(sum) })),
);

const sumOf = ({ milliseconds, backgroundMilliseconds, viewings }: Sum) => ({
  seconds: milliseconds / 1000,
  background_seconds: backgroundMilliseconds / 1000,
  viewings,
});
