import { streakMinimum } from '../goals/goal-rules.ts';
import type { Goals } from '../goals/goals-service.ts';
import { periodAround, type Period } from '../viewings/period-rules.ts';
import type { Weekday } from '../viewings/settings-rules.ts';
import type { Settings } from '../viewings/settings-service.ts';
import type { Tallies } from '../viewings/tallies-service.ts';
import type { Viewings } from '../viewings/viewings-service.ts';
import { createStatsTally, type Stats, type StatsQuestion } from './stats-rules.ts';

export interface AnsweredStats extends Stats {
  question: StatsQuestion;
  timeZone: string;
  weekStartsOn: Weekday;
}

export interface StatsService {
  /** `period` replaces `from` and `to` with the current one. */
  of(user: string, question: StatsQuestion & { period: Period | null }): Promise<AnsweredStats>;
}

export function createStatsService({
  viewings,
  settings,
  goals,
  tallies,
}: {
  viewings: Pick<Viewings, 'daysOf'>;
  settings: Settings;
  goals: Pick<Goals, 'list'>;
  tallies: Tallies;
}): StatsService {
  return {
    of: (user, asked) =>
      tallies.of(user, `stats ${JSON.stringify(asked)}`, async (now) => {
        const [days, { weekStartsOn, zones }, ownGoals] = await Promise.all([
          viewings.daysOf(user),
          settings.of(user),
          goals.list(user),
        ]);
        const { period, ...rest } = asked;
        const today = days.dayOf(now / 1000);
        const question = { ...rest, ...(period && periodAround(today, period, weekStartsOn)) };
        const minimumSeconds = streakMinimum(ownGoals, question);
        const tally = createStatsTally(question, { now, days, weekStartsOn, minimumSeconds });
        const timeZone = zones.findLast(({ from }) => from === null || from <= today)?.zone ?? 'UTC';
        return { ...tally, result: () => ({ ...tally.result(), question, timeZone, weekStartsOn }) };
      }),
  };
}
