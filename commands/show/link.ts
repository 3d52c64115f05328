import { Args, Flags } from '@oclif/core';
import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import type { ShowFolderAnswer } from '../../lib/shows/catalog-contract.ts';
import { linkFolder } from '../../lib/shows/link-folder-command.ts';

/** What `immersion show link --json` prints: the folder, or null with `--dry-run`. */
export type ShowLinkResult = ShowFolderAnswer | null;

export default class ShowLink extends ImmersionCommand {
  static override summary = 'Link a show folder to a TMDB series';
  static override examples = ['<%= config.bin %> <%= command.id %> "Shirokuma Cafe" 45950'];
  static override args = {
    folder: Args.string({ description: 'Show folder', required: true }),
    id: Args.string({ description: 'TMDB id of the series', required: true }),
  };
  static override flags = {
    'dry-run': Flags.boolean({ description: 'Only show what would be linked', default: false }),
  };

  async run(): Promise<ShowLinkResult> {
    const { args, flags } = await this.parse(ShowLink);
    const { folder, id } = args;
    return linkFolder(
      { folder, id },
      { dryRun: flags['dry-run'], connect: () => this.connect(), tell: (line) => this.tell(line) },
    );
  }
}
