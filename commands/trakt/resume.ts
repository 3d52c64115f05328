import { Args, Flags } from '@oclif/core';
import { RunCommand, runOrLatest } from '../../lib/imports/job-command.ts';
import { runName } from '../../lib/imports/job-report.ts';
import { resumeRun, type RunAnswer } from '../../lib/imports/jobs-contract.ts';
import { ImmersionError } from '../../lib/core/errors.ts';

/** What `immersion trakt resume --json` prints: the run. */
export type TraktResumeResult = RunAnswer;

export default class TraktResume extends RunCommand {
  static override summary = 'Go on with an import that was left, cancelled or interrupted';
  static override examples = ['<%= config.bin %> <%= command.id %>'];
  static override args = { run: Args.string({ description: 'Another run than the latest' }) };
  static override flags = { 'dry-run': Flags.boolean({ description: 'Only say which import would go on' }) };

  async run(): Promise<TraktResumeResult> {
    const { args, flags } = await this.parse(TraktResume);
    const { api } = await this.connect();
    const run = await runOrLatest(api, args.run);
    if (run.phase === 'receiving') {
      throw new ImmersionError('The file of this import was not read to its end.', {
        code: 'archive_incomplete',
        suggestions: ['End it with immersion trakt cancel, then run immersion trakt import FILE.zip again.'],
      });
    }
    if (flags['dry-run']) {
      this.tell(`${run.status.startsWith('completed') ? 'Is done already:' : 'Would go on with'} ${runName(run)}.`);
      return run;
    }
    await api.call(resumeRun, { params: { id: run.run_id } });
    return this.follow(api, run.run_id);
  }
}
