import { Args, Flags } from '@oclif/core';
import { startActivity } from '../lib/core/terminal/activity.ts';
import type { ApiClient } from '../lib/core/terminal/api-client.ts';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { findShow } from '../lib/shows/find-show-prompts.ts';
import { linkFolder } from '../lib/shows/link-folder-command.ts';
import { showText } from '../lib/shows/show-text.ts';
import { unplacedText } from '../lib/shows/unplaced-text.ts';
import { runPasses } from '../lib/shows/sync-passes.ts';
import { counted } from '../lib/core/terminal/text.ts';
import { openShow, type OpenedShowAnswer, type ShowFolderAnswer } from '../lib/shows/catalog-contract.ts';
import { InvalidInputError } from '../lib/core/errors.ts';

/** The show, or with `--link` the folder (null with `--dry-run`). */
export type ShowResult = OpenedShowAnswer | ShowFolderAnswer | null;

export default class Show extends ImmersionCommand {
  static override summary = 'Show how far you are in a show and what comes next, and follow it';
  static override description =
    'Takes a folder, a TMDB id or a title, which is looked up among the shows that you follow and then on TMDB.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> "Shirokuma Cafe"',
    '<%= config.bin %> <%= command.id %> 1396',
  ];
  static override args = {
    show: Args.string({ description: 'Show folder, name, or TMDB id', required: true }),
    id: Args.string({ description: 'With --link: TMDB id of the series', hidden: true }),
  };
  static override flags = {
    link: Flags.boolean({ description: 'Same as immersion show link', hidden: true }),
    'dry-run': Flags.boolean({
      description: 'With --link: only show what would be linked',
      dependsOn: ['link'],
      hidden: true,
    }),
  };

  async run(): Promise<ShowResult> {
    const { args, flags } = await this.parse(Show);
    if (flags.link) {
      const { show: folder, id } = args;
      return linkFolder(
        { folder, id },
        {
          dryRun: flags['dry-run'],
          connect: () => this.connect(),
          prompts: () => this.prompts(flags),
          tell: (line) => this.tell(line),
        },
      );
    }
    if (args.id !== undefined) {
      throw new InvalidInputError(`Unexpected argument “${args.id}”.`, {
        code: 'invalid_argument',
        suggestions: [
          'Put a name of several words in quotes.',
          'To link a folder to a series: immersion show link FOLDER TMDB_ID',
        ],
      });
    }
    const { api } = await this.connect();
    const id = await findShow(args.show, api, await this.prompts(flags));
    const { show, reason } = await this.synced(id, api);
    const today = new Date().toLocaleDateString('en-CA');
    this.say(showText(show, { screen: this.screen, today }));
    const unknown = show.seasons.filter((season) => !season.synced && season.known_episodes === 0);
    if (unknown.length > 0) {
      const numbers = unknown.map((season) => season.season_number).join(', ');
      this.tell(`The episodes of season ${numbers} aren’t known yet.${reason === null ? '' : ` ${reason}`}`);
    }
    const unplaced = unplacedText(show);
    if (unplaced !== null) this.say(unplaced);
    return show;
  }

  /** Fetches missing episodes first, since the embedded API has no background sync. */
  private async synced(id: number, api: ApiClient): Promise<{ show: OpenedShowAnswer; reason: string | null }> {
    const open = () => api.call(openShow, { params: { id } });
    const show = await open();
    if (show.seasons.every((season) => season.synced)) return { show, reason: null };
    const activity = startActivity('Fetching episodes…', this.io, this.jsonEnabled());
    const { reason } = await runPasses(api, {
      progressed: ({ synced }) => activity.update(`Fetching episodes… ${counted(synced, 'season')}`),
      isEnough: async () => (await open()).seasons.every((season) => season.synced),
    }).finally(() => activity.stop());
    return { show: await open(), reason };
  }
}
