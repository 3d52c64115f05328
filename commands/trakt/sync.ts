import { Flags } from '@oclif/core';
import { onlyFlag, partsOf, JobCommand } from '../../lib/imports/job-command.ts';
import type { JobAnswer } from '../../lib/imports/jobs-contract.ts';

export type TraktSyncResult = JobAnswer;

export default class TraktSync extends JobCommand {
  static override summary = 'Import what is new on Trakt since the last sync';
  static override description =
    'The first sync starts where the last import ended, or goes back one day without one. Entries logged late are found too. Unchanged lists are not read again.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];
  static override flags = {
    only: onlyFlag,
    'dry-run': Flags.boolean({ description: 'Only show what is new' }),
  };

  async run(): Promise<TraktSyncResult> {
    const { flags } = await this.parse(TraktSync);
    const { api } = await this.connect();
    return this.runToEnd(api, 'trakt_sync', { ...partsOf(flags.only), dry_run: flags['dry-run'] });
  }
}
