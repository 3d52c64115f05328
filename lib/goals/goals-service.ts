import { partitionOf } from '../core/codec.ts';
import type { Clock } from '../core/ports.ts';
import type { Store } from '../core/store/store.ts';
import type { Settings } from '../viewings/settings-service.ts';
import type { Viewings } from '../viewings/viewings-service.ts';
import { goalKey, goalOf, GOAL_PREFIX, toGoalItem } from './goal-items.ts';
import { goalProgress, isFor, type Goal, type GoalProgress } from './goal-rules.ts';

/** All goals of a person, and the day that counts as today. */
export interface GoalsProgress {
  today: string;
  goals: GoalProgress[];
}

export interface Goals {
  /** By their ids. */
  list(user: string): Promise<Goal[]>;
  progress(user: string): Promise<GoalsProgress>;
  /** Sets a goal, or another in place of the one with its id, and tells how far it is. */
  set(user: string, goal: Goal): Promise<GoalProgress>;
  /** Whether it was there. */
  remove(user: string, id: string): Promise<boolean>;
}

export function createGoals({
  store,
  viewings,
  settings,
  clock,
}: {
  store: Pick<Store, 'get' | 'query' | 'put' | 'delete'>;
  viewings: Viewings;
  settings: Settings;
  clock: Clock;
}): Goals {
  async function list(user: string): Promise<Goal[]> {
    const goals: Goal[] = [];
    for await (const item of store.query(partitionOf(user), { prefix: GOAL_PREFIX, consistent: true })) {
      goals.push(goalOf(item));
    }
    return goals;
  }

  async function progressOf(user: string, goals: readonly Goal[]): Promise<GoalsProgress> {
    const [days, { weekStartsOn }] = await Promise.all([viewings.daysOf(user), settings.of(user)]);
    const now = clock.now() / 1000;
    const today = days.dayOf(now);
    const times = goals.map((goal) => ({ goal, days: new Map<string, number>(), undatedSeconds: 0 }));
    const watched = goals.length > 0 ? viewings.viewingsOf(user) : [];
    for await (const { at, seconds, medium, language, attention } of watched) {
      if (attention === 'background') continue;
      const day = at === null || at > now ? null : days.dayOf(at);
      for (const time of times) {
        if (!isFor(time.goal, medium, language)) continue;
        if (day === null) time.undatedSeconds += seconds;
        else time.days.set(day, (time.days.get(day) ?? 0) + seconds);
      }
    }
    return { today, goals: times.map(({ goal, ...time }) => goalProgress(goal, time, { today, weekStartsOn })) };
  }

  return {
    list,

    progress: async (user) => progressOf(user, await list(user)),

    async set(user, goal) {
      await store.put(toGoalItem(user, goal));
      const { goals } = await progressOf(user, [goal]);
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
