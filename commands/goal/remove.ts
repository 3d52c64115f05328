import { Args } from '@oclif/core';
import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { NotFoundError } from '../../lib/core/errors.ts';
import { matchingGoals } from '../../lib/goals/goal-flags.ts';
import { listGoals, removeGoal } from '../../lib/goals/goals-contract.ts';

export interface GoalRemoveResult {
  removed: string[];
}

export default class GoalRemove extends ImmersionCommand {
  static override summary = 'Remove a goal, or all steps of a ladder';
  static override examples = [
    '<%= config.bin %> <%= command.id %> daily',
    '<%= config.bin %> <%= command.id %> ladder-ja',
  ];
  static override args = {
    id: Args.string({ description: 'The id in immersion goal list; ladder-ja for the ladder of ja', required: true }),
  };

  async run(): Promise<GoalRemoveResult> {
    const { args } = await this.parse(GoalRemove);
    const { api } = await this.connect();
    const { goals } = await api.call(listGoals);
    const removed = matchingGoals(args.id, goals);
    if (removed.length === 0) {
      throw new NotFoundError(`No goal has the id “${args.id}”.`, {
        code: 'goal_not_found',
        suggestions: ['List your goals: immersion goal list'],
      });
    }
    for (const id of removed) await api.call(removeGoal, { params: { id } });
    this.tell(`Removed ${removed.join(', ')}.`);
    return { removed };
  }
}
