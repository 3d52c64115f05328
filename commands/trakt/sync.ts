import { Flags } from '@oclif/core';
import { onlyFlag, partsOf, JobCommand } from '../../lib/imports/job-command.ts';
import type { JobAnswer } from '../../lib/imports/jobs-contract.ts';

/** What `immersion trakt sync --json` prints: the import. */
export type TraktSyncResult = JobAnswer;

export default class TraktSync extends JobCommand {
  static override summary = 'Bring in what is new at Trakt since the last time';
  static override description =
    'The first time it goes a day back; immersion trakt import brings everything. What did not change at Trakt is not read.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];
  static override flags = {
    only: onlyFlag,
    'dry-run': Flags.boolean({ description: 'Only tell what is new' }),
  };

  async run(): Promise<TraktSyncResult> {
    const { flags } = await this.parse(TraktSync);
    const { api } = await this.connect();
    return this.runToEnd(api, 'trakt_sync', { ...partsOf(flags.only), dry_run: flags['dry-run'] });
  }
}
