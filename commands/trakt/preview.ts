import { Args } from '@oclif/core';
import { datesFlag, onlyFlag, partsOf, JobCommand } from '../../lib/imports/job-command.ts';
import type { JobAnswer } from '../../lib/imports/jobs-contract.ts';

export type TraktPreviewResult = JobAnswer;

export default class TraktPreview extends JobCommand {
  static override summary = 'Show what immersion trakt import would do, without changing anything';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> trakt-export.zip',
  ];
  static override args = { file: Args.string({ description: 'Trakt’s data export, a ZIP file' }) };
  static override flags = { only: onlyFlag, dates: datesFlag };

  async run(): Promise<TraktPreviewResult> {
    const { args, flags } = await this.parse(TraktPreview);
    const options = { ...partsOf(flags.only), dates: flags.dates };
    const { api } = await this.connect();
    const { file } = args;
    if (file === undefined) return this.runToEnd(api, 'trakt_preview', options);
    return this.importFile(api, file, {
      source: (await import('../../lib/imports/sources/trakt-export.ts')).TRAKT_EXPORT,
      options: { ...options, dry_run: true },
    });
  }
}
