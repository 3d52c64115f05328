import { Args } from '@oclif/core';
import { latestRun, RunCommand } from '../../lib/cli/run-command.ts';
import { getRun, resumeRun, type RunAnswer } from '../../lib/contract/runs.ts';
import { ImmersionError } from '../../lib/domain/errors.ts';

/** What `immersion trakt resume --json` prints: the run. */
export type TraktResumeResult = RunAnswer;

export default class TraktResume extends RunCommand {
  static override summary = 'Go on with an import that was left, cancelled or interrupted';
  static override examples = ['<%= config.bin %> <%= command.id %>'];
  static override args = { run: Args.string({ description: 'Another run than the latest' }) };

  async run(): Promise<TraktResumeResult> {
    const { args } = await this.parse(TraktResume);
    const { api } = await this.connect();
    const run = await (args.run === undefined ? latestRun(api) : api.call(getRun, { params: { id: args.run } }));
    if (run.phase === 'receiving') {
      throw new ImmersionError('The file of this import was not read to its end.', {
        code: 'archive_incomplete',
        suggestions: ['End it with immersion trakt cancel, then run immersion trakt import FILE.zip again.'],
      });
    }
    await api.call(resumeRun, { params: { id: run.run_id } });
    return this.follow(api, run.run_id);
  }
}
