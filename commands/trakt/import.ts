import { Args, Flags } from '@oclif/core';
import { datesFlag, onlyFlag, partsOf, RunCommand } from '../../lib/imports/job-command.ts';
import type { RunAnswer } from '../../lib/imports/jobs-contract.ts';

/** What `immersion trakt import --json` prints: the run. */
export type TraktImportResult = RunAnswer;

export default class TraktImport extends RunCommand {
  static override summary = 'Import all of your history, ratings and watchlist from Trakt, or from its data export';
  static override description =
    'Without a file it reads your account, for which immersion trakt login is needed once. With the ZIP file of https://trakt.tv/settings/data it needs no login and no key of Trakt. What is there already stays as it is, so it can be repeated.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> trakt-export.zip',
    '<%= config.bin %> <%= command.id %> --only movies,ratings',
  ];
  static override args = { file: Args.string({ description: 'Trakt’s data export, a ZIP file' }) };
  static override flags = {
    only: onlyFlag,
    dates: datesFlag,
    'dry-run': Flags.boolean({ description: 'Only tell what would be imported' }),
  };

  async run(): Promise<TraktImportResult> {
    const { args, flags } = await this.parse(TraktImport);
    const options = { ...partsOf(flags.only), dates: flags.dates, dry_run: flags['dry-run'] };
    const { api } = await this.connect();
    const { file } = args;
    return file === undefined ? this.runToEnd(api, 'trakt_import', options) : this.importFile(api, file, options);
  }
}
