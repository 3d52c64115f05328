import { Args } from '@oclif/core';
import { startActivity } from '../../lib/cli/activity.ts';
import { onlyFlag, partsOf, RunCommand } from '../../lib/cli/run-command.ts';
import type { RunAnswer } from '../../lib/contract/runs.ts';

/** What `immersion trakt preview --json` prints: the run. */
export type TraktPreviewResult = RunAnswer;

export default class TraktPreview extends RunCommand {
  static override summary = 'Tell what immersion trakt import would do, and change nothing';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> trakt-export.zip',
  ];
  static override args = { file: Args.string({ description: 'Trakt’s data export, a ZIP file' }) };
  static override flags = { only: onlyFlag };

  async run(): Promise<TraktPreviewResult> {
    const { args, flags } = await this.parse(TraktPreview);
    const options = partsOf(flags.only);
    const { api } = await this.connect();
    const { file } = args;
    if (file === undefined) return this.runToEnd(api, 'trakt_preview', options);
    const { uploadArchive } = await import('../../lib/cli/trakt-upload.ts');
    const activity = startActivity(`Reading ${file}…`, this.edges, this.jsonEnabled());
    const upload = uploadArchive(file, { api, options: { ...options, dry_run: true }, sent: () => {} });
    return this.follow(api, await upload.finally(() => activity.stop()));
  }
}
