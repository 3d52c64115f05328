import { Args, Flags } from '@oclif/core';
import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { ladderGoals, ladderPrefix } from '../../lib/goals/goal-flags.ts';
import { listGoals, removeGoal, setGoal, type GoalAnswer } from '../../lib/goals/goals-contract.ts';
import { goalsTable } from '../../lib/goals/goals-table.ts';

/** The steps. */
export interface GoalLadderResult {
  goals: GoalAnswer[];
}

export default class GoalLadder extends ImmersionCommand {
  static override summary = 'Set the steps of the comprehensible-input ladder as goals for a language';
  static override description =
    'The steps are 50, 150, 300, 600, 1,000 and 1,500 hours. The Dreaming Spanish method gives them for English speakers learning Spanish, and says that distant languages such as Japanese need about twice as long: --factor 2. Setting a ladder again replaces it.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> ja --factor 2',
    '<%= config.bin %> <%= command.id %> es --steps 100,500,1000',
  ];
  static override args = {
    language: Args.string({ description: 'The language, such as ja', required: true }),
  };
  static override flags = {
    steps: Flags.string({ description: 'Your own steps in hours, separated by commas' }),
    factor: Flags.string({ description: 'Multiply the hours of each step', default: '1' }),
  };

  async run(): Promise<GoalLadderResult> {
    const { args, flags } = await this.parse(GoalLadder);
    const { language } = args;
    const steps = ladderGoals(language, flags.steps, flags.factor);
    const { api } = await this.connect();
    const goals: GoalAnswer[] = [];
    for (const { id, seconds } of steps) {
      goals.push(await api.call(setGoal, { params: { id }, body: { seconds, language } }));
    }
    const { goals: all } = await api.call(listGoals);
    const stale = all.filter(
      ({ id }) => id.startsWith(ladderPrefix(language)) && !steps.some((step) => step.id === id),
    );
    for (const { id } of stale) await api.call(removeGoal, { params: { id } });
    this.say(goalsTable(goals, this.screen));
    return { goals };
  }
}
