import type { Context } from '../core/context.ts';
import type { ViewingServices } from '../viewings/wiring.ts';
import { createGoals, type Goals } from './goals-service.ts';

export interface GoalServices {
  goals: Goals;
}

export async function wire(
  { store, clock }: Context,
  features: { viewings: () => Promise<ViewingServices> },
): Promise<GoalServices> {
  const { viewings, settings, tallies, kept } = await features.viewings();
  return { goals: createGoals({ store, viewings, settings, tallies, kept, clock }) };
}
