import { Args, Flags } from '@oclif/core';
import { JobCommand, jobOrLatest } from '../../lib/imports/job-command.ts';
import { jobName } from '../../lib/imports/job-report.ts';
import { resumeJob, type JobAnswer } from '../../lib/imports/jobs-contract.ts';
import { ImmersionError } from '../../lib/core/errors.ts';

export type TraktResumeResult = JobAnswer;

export default class TraktResume extends JobCommand {
  static override summary = 'Resume an import that was detached, cancelled or interrupted';
  static override examples = ['<%= config.bin %> <%= command.id %>'];
  static override args = { import: Args.string({ description: 'Id of an import other than the latest' }) };
  static override flags = { 'dry-run': Flags.boolean({ description: 'Only show which import would be resumed' }) };

  async run(): Promise<TraktResumeResult> {
    const { args, flags } = await this.parse(TraktResume);
    const { api } = await this.connect();
    const job = await jobOrLatest(api, args.import);
    if (job.phase === 'receiving') {
      throw new ImmersionError('The file of this import was not read completely.', {
        code: 'archive_incomplete',
        suggestions: ['Cancel it with immersion trakt cancel, then run immersion trakt import FILE.zip again.'],
      });
    }
    if (flags['dry-run']) {
      this.tell(`${job.status.startsWith('completed') ? 'Already complete:' : 'Would resume'} ${jobName(job)}.`);
      return job;
    }
    await api.call(resumeJob, { params: { id: job.run_id } });
    return this.follow(api, job.run_id);
  }
}
