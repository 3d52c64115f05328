import { Args, Flags } from '@oclif/core';
import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { goalId, goalLength, periodFlags, periodOf } from '../../lib/goals/goal-flags.ts';
import { setGoal, type GoalAnswer } from '../../lib/goals/goals-contract.ts';
import { goalsTable } from '../../lib/goals/goals-table.ts';
import { MEDIA } from '../../lib/viewings/viewing-rules.ts';

export type GoalSetResult = GoalAnswer;

export default class GoalSet extends ImmersionCommand {
  static override summary = 'Set a goal for a day, week, month or year, or overall';
  static override description =
    'An overall goal counts everything ever recorded, viewings without a date included. Setting a daily, weekly, monthly or yearly goal again replaces it. The daily goal is also what a day of your streak needs. What each number means: docs/definitions.md';
  static override examples = [
    '<%= config.bin %> <%= command.id %> 45m --daily',
    '<%= config.bin %> <%= command.id %> 1500h --language ja --by 2028-03-01',
    '<%= config.bin %> <%= command.id %> 2h --weekly --medium podcast',
  ];
  static override args = {
    length: Args.string({ description: 'How much: 45m, 1h20m, 1500h', required: true }),
  };
  static override flags = {
    ...periodFlags,
    language: Flags.string({ description: 'Only this language, such as ja' }),
    medium: Flags.option({ description: 'Only this medium', options: MEDIA })(),
    by: Flags.string({ description: 'Deadline, such as 2028-03-01' }),
    id: Flags.string({ description: 'Your own name for it' }),
  };

  async run(): Promise<GoalSetResult> {
    const { args, flags } = await this.parse(GoalSet);
    const goal = {
      seconds: goalLength(args.length),
      period: periodOf(flags),
      language: flags.language ?? null,
      medium: flags.medium ?? null,
      by: flags.by ?? null,
    };
    const { api } = await this.connect();
    const answer = await api.call(setGoal, { params: { id: flags.id ?? goalId(goal) }, body: goal });
    this.say(goalsTable([answer], this.screen));
    return answer;
  }
}
