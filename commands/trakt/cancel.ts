import { Args, Flags } from '@oclif/core';
import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { jobOrLatest } from '../../lib/imports/job-command.ts';
import { jobName } from '../../lib/imports/job-report.ts';
import { cancelJob, type JobAnswer } from '../../lib/imports/jobs-contract.ts';

export type TraktCancelResult = JobAnswer;

export default class TraktCancel extends ImmersionCommand {
  static override summary = 'Cancel an import; what it has done stays';
  static override examples = ['<%= config.bin %> <%= command.id %>'];
  static override args = { import: Args.string({ description: 'Id of an import other than the latest' }) };
  static override flags = { 'dry-run': Flags.boolean({ description: 'Only show which import would be cancelled' }) };

  async run(): Promise<TraktCancelResult> {
    const { args, flags } = await this.parse(TraktCancel);
    const { api } = await this.connect();
    const before = await jobOrLatest(api, args.import);
    if (flags['dry-run']) {
      const isOpen = before.status === 'running' || before.status === 'interrupted';
      this.tell(`${isOpen ? 'Would cancel' : 'Already ended:'} ${jobName(before)}.`);
      return before;
    }
    const job = await api.call(cancelJob, { params: { id: before.run_id } });
    this.tell(
      job.status === 'cancelled'
        ? `Cancelled after ${job.completed} of ${job.total ?? '?'}. Resume with immersion trakt resume.`
        : 'Cancelling…',
    );
    return job;
  }
}
