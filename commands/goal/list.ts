import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { listGoals, type GoalsAnswer } from '../../lib/goals/goals-contract.ts';
import { goalsTable } from '../../lib/goals/goals-table.ts';

export type GoalListResult = GoalsAnswer;

export default class GoalList extends ImmersionCommand {
  static override summary = 'List your goals: done, left, needed per day, and when you will reach them';
  static override description = 'What each number means: docs/definitions.md';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  async run(): Promise<GoalListResult> {
    await this.parse(GoalList);
    const { api } = await this.connect();
    const answer = await api.call(listGoals);
    if (answer.goals.length > 0) this.say(goalsTable(answer.goals, this.screen));
    else this.tell('No goals yet. Set one: immersion goal set 45m --daily');
    return answer;
  }
}
