import { Args, Flags } from '@oclif/core';
import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { runOrLatest } from '../../lib/imports/job-command.ts';
import { runName } from '../../lib/imports/job-report.ts';
import { cancelRun, type RunAnswer } from '../../lib/imports/jobs-contract.ts';

/** What `immersion trakt cancel --json` prints: the run. */
export type TraktCancelResult = RunAnswer;

export default class TraktCancel extends ImmersionCommand {
  static override summary = 'End an import early; what it has done stays';
  static override examples = ['<%= config.bin %> <%= command.id %>'];
  static override args = { run: Args.string({ description: 'Another run than the latest' }) };
  static override flags = { 'dry-run': Flags.boolean({ description: 'Only say which import would end' }) };

  async run(): Promise<TraktCancelResult> {
    const { args, flags } = await this.parse(TraktCancel);
    const { api } = await this.connect();
    const before = await runOrLatest(api, args.run);
    if (flags['dry-run']) {
      const isOpen = before.status === 'running' || before.status === 'interrupted';
      this.tell(`${isOpen ? 'Would end' : 'Has ended already:'} ${runName(before)}.`);
      return before;
    }
    const run = await api.call(cancelRun, { params: { id: before.run_id } });
    this.tell(
      run.status === 'cancelled'
        ? `Cancelled after ${run.completed} of ${run.total ?? '?'}. Go on with immersion trakt resume.`
        : 'It ends in a moment.',
    );
    return run;
  }
}
