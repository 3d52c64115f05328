import { partitionOf, recordKind } from '../core/codec.ts';
import type { Item, Key } from '../core/store/store.ts';
import { goalRecord, type Goal } from './goal-rules.ts';

export const GOAL_PREFIX = 'GOAL#';

export const goalKey = (user: string, id: string): Key => ({
  partition: partitionOf(user),
  sort: `${GOAL_PREFIX}${id}`,
});

export const GOAL_KIND = recordKind(goalRecord, { prefix: GOAL_PREFIX, key: ({ id }) => id });

export const toGoalItem = (user: string, goal: Goal): Item => GOAL_KIND.toItem(user, { type: 'goal', ...goal });

export function goalOf(item: Item): Goal {
  const { type: _, ...goal } = GOAL_KIND.read(item);
  return goal;
}
