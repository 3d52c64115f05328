import { oncePer } from '../../lib/core/once.ts';
import type { GoalProgress, GoalsProgress } from '../../lib/goals/goal-rules.ts';
import { listGoals, removeGoal, setGoal, type GoalAnswer } from '../../lib/goals/goals-contract.ts';
import type { GoalServices } from '../../lib/goals/wiring.ts';
import { serve } from '../middleware/validation.ts';
import type { Routes } from '../route-settings.ts';

export function addRoutes(router: Routes, { goals }: GoalServices): void {
  const answerOf = oncePer(({ today, goals: all }: GoalsProgress) => ({ today, goals: all.map(toAnswer) }));
  serve(router, listGoals, async ({ user }) => answerOf(await goals.progress(user)));

  serve(router, setGoal, async ({ user, params, body }) => toAnswer(await goals.set(user, { ...params, ...body })));

  serve(router, removeGoal, async ({ user, params: { id } }) => ({ id, removed: await goals.remove(user, id) }));
}

const toAnswer = ({ goal, range, paces, ...progress }: GoalProgress): GoalAnswer => ({
  ...goal,
  from: range?.from ?? null,
  to: range?.to ?? null,
  done_seconds: whole(progress.doneSeconds),
  left_seconds: whole(progress.leftSeconds),
  met: progress.isMet,
  needed_per_day_seconds: progress.neededSecondsPerDay === null ? null : whole(progress.neededSecondsPerDay),
  pace: {
    last_7_days: whole(paces.last7Days),
    last_30_days: whole(paces.last30Days),
    all_days: whole(paces.allDays),
  },
  projected: progress.projected,
});

/** Rounds to milliseconds. */
const whole = (seconds: number): number => Math.round(seconds * 1000) / 1000;
