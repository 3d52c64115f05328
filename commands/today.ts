import { Flags } from '@oclif/core';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { isSetUp } from '../lib/core/terminal/connection.ts';
import { ImmersionError } from '../lib/core/errors.ts';
import { listGoals, type GoalsAnswer } from '../lib/goals/goals-contract.ts';
import { getStats, type StatsAnswer } from '../lib/stats/stats-contract.ts';
import { nextStep, todayText } from '../lib/stats/today-text.ts';

export interface TodayResult {
  stats: StatsAnswer;
  goals: GoalsAnswer['goals'];
  next: string;
}

export default class Today extends ImmersionCommand {
  static override summary = 'Show today: time, streak, goals and what to do next';
  static override description = 'This is also what immersion shows without a command, once something is recorded.';
  static override examples = ['<%= config.bin %>', '<%= config.bin %> <%= command.id %>'];
  static override flags = {
    'if-recorded': Flags.boolean({ description: 'Show nothing before something is recorded', hidden: true }),
  };

  async run(): Promise<TodayResult | undefined> {
    const { flags } = await this.parse(Today);
    if (!flags['if-recorded']) return this.show();
    try {
      if (!isSetUp(this.settings())) return undefined;
      const connection = await this.connect();
      const { total } = await connection.api.call(getStats, { query: { by: 'year' } });
      return total.viewings === 0 ? undefined : await this.show();
    } catch (error) {
      if (error instanceof ImmersionError) return undefined;
      throw error;
    }
  }

  private async show(): Promise<TodayResult> {
    const { api } = await this.connect();
    const query = { period: 'today', by: 'medium' };
    const [stats, { goals }] = await Promise.all([api.call(getStats, { query }), api.call(listGoals)]);
    const next = nextStep(stats, goals);
    this.say(todayText({ today: stats, goals, next }, this.screen));
    return { stats, goals, next };
  }
}
