import type { Context } from '../core/context.ts';
import type { GoalServices } from '../goals/wiring.ts';
import type { ViewingServices } from '../viewings/wiring.ts';
import { createStatsService, type StatsService } from './stats-service.ts';

export interface StatsServices {
  stats: StatsService;
}

export async function wire(
  _: Context,
  features: { viewings: () => Promise<ViewingServices>; goals: () => Promise<GoalServices> },
): Promise<StatsServices> {
  const [{ viewings, settings, tallies }, { goals }] = await Promise.all([features.viewings(), features.goals()]);
  return { stats: createStatsService({ viewings, settings, goals, tallies }) };
}
