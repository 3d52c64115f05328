import { Args } from '@oclif/core';
import { latestRun, RunCommand } from '../../lib/cli/run-command.ts';
import { resumeRun, type RunAnswer } from '../../lib/contract/runs.ts';

/** What `immersion trakt resume --json` prints: the run. */
export type TraktResumeResult = RunAnswer;

export default class TraktResume extends RunCommand {
  static override summary = 'Go on with an import that was left, cancelled or interrupted';
  static override examples = ['<%= config.bin %> <%= command.id %>'];
  static override args = { run: Args.string({ description: 'Another run than the latest' }) };

  async run(): Promise<TraktResumeResult> {
    const { args } = await this.parse(TraktResume);
    const { api } = await this.connect();
    const id = args.run ?? (await latestRun(api)).run_id;
    await api.call(resumeRun, { params: { id } });
    return this.follow(api, id);
  }
}
