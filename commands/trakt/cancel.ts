import { Args } from '@oclif/core';
import { ImmersionCommand } from '../../lib/cli/base-command.ts';
import { latestRun } from '../../lib/cli/run-command.ts';
import { cancelRun, type RunAnswer } from '../../lib/contract/runs.ts';

/** What `immersion trakt cancel --json` prints: the run. */
export type TraktCancelResult = RunAnswer;

export default class TraktCancel extends ImmersionCommand {
  static override summary = 'End an import early; what it has done stays';
  static override examples = ['<%= config.bin %> <%= command.id %>'];
  static override args = { run: Args.string({ description: 'Another run than the latest' }) };

  async run(): Promise<TraktCancelResult> {
    const { args } = await this.parse(TraktCancel);
    const { api } = await this.connect();
    const id = args.run ?? (await latestRun(api)).run_id;
    const run = await api.call(cancelRun, { params: { id } });
    this.tell(
      run.status === 'cancelled'
        ? `Cancelled after ${run.completed} of ${run.total ?? '?'}. Go on with immersion trakt resume.`
        : 'It ends in a moment.',
    );
    return run;
  }
}
