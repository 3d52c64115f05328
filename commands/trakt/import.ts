import { Args, Flags } from '@oclif/core';
import { datesFlag, onlyFlag, partsOf, JobCommand } from '../../lib/imports/job-command.ts';
import type { JobAnswer } from '../../lib/imports/jobs-contract.ts';

export type TraktImportResult = JobAnswer;

export default class TraktImport extends JobCommand {
  static override summary = 'Import your history, ratings and watchlist from Trakt or its data export';
  static override description =
    'Without a file, reads your account; log in once with immersion trakt login. With the data export from https://trakt.tv/settings/data, needs no login and no Trakt app; what the export lacks is reported. Existing entries stay unchanged, so you can repeat it.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> trakt-export.zip',
    '<%= config.bin %> <%= command.id %> --only movies,ratings',
  ];
  static override args = {
    file: Args.string({ description: 'Trakt’s data export: the ZIP, its folder, or one of its JSON files' }),
  };
  static override flags = {
    only: onlyFlag,
    dates: datesFlag,
    restore: Flags.boolean({ description: 'Bring back imported viewings and titles that you removed' }),
    'dry-run': Flags.boolean({ description: 'Only show what would be imported' }),
  };

  async run(): Promise<TraktImportResult> {
    const { args, flags } = await this.parse(TraktImport);
    const options = { ...partsOf(flags.only), dates: flags.dates, dry_run: flags['dry-run'], restore: flags.restore };
    const { api } = await this.connect();
    const { file } = args;
    if (file === undefined) return this.runToEnd(api, 'trakt_import', options);
    const { TRAKT_EXPORT } = await import('../../lib/imports/sources/trakt-export.ts');
    return this.importFile(api, file, { source: TRAKT_EXPORT, options });
  }
}
