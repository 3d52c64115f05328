import { Flags } from '@oclif/core';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { progressAndExtras, progressOf } from '../lib/progress/progress-calls.ts';
import { progressTable } from '../lib/progress/progress-table.ts';
import type { ProgressAnswer } from '../lib/progress/progress-contract.ts';

export type ProgressResult = ProgressAnswer;

export default class Progress extends ImmersionCommand {
  static override summary = 'Show your progress: shows, today, the last week, the trend, all time';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];
  static override flags = {
    all: Flags.boolean({ description: 'Show all rows of long lists' }),
  };

  async run(): Promise<ProgressResult> {
    const { flags } = await this.parse(Progress);
    const { api } = await this.connect();
    if (this.jsonEnabled()) return progressOf(api);
    const { progress, extras } = await progressAndExtras(api);
    this.say(progressTable(progress, this.screen, { all: flags.all, extras }));
    return progress;
  }
}
