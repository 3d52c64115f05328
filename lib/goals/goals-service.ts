import { partitionOf } from '../core/codec.ts';
import type { Clock } from '../core/ports.ts';
import type { Kept } from '../core/store/kept.ts';
import type { Store } from '../core/store/store.ts';
import type { Settings } from '../viewings/settings-service.ts';
import { endOfDay } from '../viewings/day-rules.ts';
import { standingUntil, type Tallies } from '../viewings/tallies-service.ts';
import type { Viewings } from '../viewings/viewings-service.ts';
import { goalKey, goalOf, GOAL_PREFIX, toGoalItem } from './goal-items.ts';
import { createGoalsTally, type Goal, type GoalProgress, type GoalsProgress } from './goal-rules.ts';

export interface Goals {
  list(user: string): Promise<Goal[]>;
  progress(user: string): Promise<GoalsProgress>;
  /** Creates or replaces a goal. */
  set(user: string, goal: Goal): Promise<GoalProgress>;
  /** Returns whether it existed. */
  remove(user: string, id: string): Promise<boolean>;
}

export function createGoals({
  store,
  viewings,
  settings,
  tallies,
  kept,
  clock,
}: {
  store: Pick<Store, 'get' | 'query' | 'put' | 'delete'>;
  viewings: Pick<Viewings, 'daysOf'>;
  settings: Settings;
  tallies: Tallies;
  kept: Kept;
  clock: Clock;
}): Goals {
  async function list(user: string): Promise<Goal[]> {
    const goals: Goal[] = [];
    for await (const item of store.query(partitionOf(user), { prefix: GOAL_PREFIX, consistent: true })) {
      goals.push(goalOf(item));
    }
    return goals;
  }

  const progressOf = (
    user: string,
    question: string,
    goalsOf: () => Promise<readonly Goal[]>,
  ): Promise<GoalsProgress> =>
    tallies.of(user, question, async (now) => {
      const [goals, days, { weekStartsOn }] = await Promise.all([goalsOf(), viewings.daysOf(user), settings.of(user)]);
      return createGoalsTally(goals, { now, days, weekStartsOn });
    });

  return {
    list,

    async progress(user) {
      if ((await list(user)).length > 0) return progressOf(user, 'goals', () => list(user));
      // Without goals, no viewings are read.
      return kept.of(JSON.stringify([user, 'no goals']), async () => {
        const now = clock.now();
        const days = await viewings.daysOf(user);
        const until = endOfDay(days, now / 1000);
        return standingUntil({ today: days.dayOf(now / 1000), goals: [] }, { user, now, until });
      });
    },

    async set(user, goal) {
      await store.put(toGoalItem(user, goal));
      const { goals } = await progressOf(user, `goal ${JSON.stringify(goal)}`, async () => [goal]);
      return goals[0] as GoalProgress;
    },

    async remove(user, id) {
      const key = goalKey(user, id);
      if (!(await store.get(key, { consistent: true }))) return false;
      await store.delete(key);
      return true;
    },
  };
}
