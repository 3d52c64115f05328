import { Args, Flags } from '@oclif/core';
import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import type { ShowFolderAnswer } from '../../lib/shows/catalog-contract.ts';
import { linkFolder } from '../../lib/shows/link-folder-command.ts';

export type ShowLinkResult = ShowFolderAnswer | null;

export default class ShowLink extends ImmersionCommand {
  static override summary = 'Link a show folder to a TMDB series';
  static override description =
    'If file names are misleading, give the season and the number to add to each episode number.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> "Shirokuma Cafe" 45950',
    '<%= config.bin %> <%= command.id %> "Dr. Stone" 86031 --season 3 --offset=-35',
  ];
  static override args = {
    folder: Args.string({ description: 'Show folder', required: true }),
    id: Args.string({ description: 'TMDB id of the series; without it, TMDB is searched for the folder’s name' }),
  };
  static override flags = {
    season: Flags.integer({ description: 'Season of all its files', min: 0, max: 9999 }),
    offset: Flags.integer({ description: 'Number to add to each episode number', min: -99_999, max: 99_999 }),
    'dry-run': Flags.boolean({ description: 'Only show what would be linked', default: false }),
  };

  async run(): Promise<ShowLinkResult> {
    const { args, flags } = await this.parse(ShowLink);
    const { folder, id } = args;
    const { season, offset } = flags;
    return linkFolder(
      { folder, id, ...(season !== undefined && { season }), ...(offset !== undefined && { offset }) },
      {
        dryRun: flags['dry-run'],
        connect: () => this.connect(),
        prompts: () => this.prompts(flags),
        tell: (line) => this.tell(line),
      },
    );
  }
}
