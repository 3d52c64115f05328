import { Args, Flags } from '@oclif/core';
import { startActivity } from '../lib/core/terminal/activity.ts';
import type { ApiClient } from '../lib/core/terminal/api-client.ts';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { findShow } from '../lib/shows/find-show-prompts.ts';
import { showText } from '../lib/shows/show-text.ts';
import { runPasses } from '../lib/shows/sync-passes.ts';
import { counted } from '../lib/core/terminal/text.ts';
import { joinFolder, openShow, type FollowedShowAnswer, type ShowFolderAnswer } from '../lib/shows/catalog-contract.ts';
import { InvalidInputError } from '../lib/core/errors.ts';
import { normalizeName } from '../lib/core/name-rules.ts';

/** What `immersion show --json` prints: the show, or with `--link` the folder (null with `--dry-run`). */
export type ShowResult = FollowedShowAnswer | ShowFolderAnswer | null;

export default class Show extends ImmersionCommand {
  static override summary = 'Show how far you are in a show, and what comes next; you watch it from then on';
  static override description =
    'Names a show by its folder, by its TMDB id, or by its name: that of a show that you watch, else TMDB is searched. With --link it says once and for all which series at TMDB a folder is.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> "Shirokuma Cafe"',
    '<%= config.bin %> <%= command.id %> 1396',
    '<%= config.bin %> <%= command.id %> --link "Shirokuma Cafe" 45950',
  ];
  static override args = {
    show: Args.string({ description: 'Show folder, name, or TMDB id', required: true }),
    id: Args.string({ description: 'With --link: TMDB id of the series' }),
  };
  static override flags = {
    link: Flags.boolean({ description: 'Say which series at TMDB a folder is' }),
    'dry-run': Flags.boolean({ description: 'With --link: only say what would be linked', dependsOn: ['link'] }),
  };

  async run(): Promise<ShowResult> {
    const { args, flags } = await this.parse(Show);
    if (flags.link) return this.link(args.show, args.id, flags['dry-run']);
    if (args.id !== undefined) {
      throw new InvalidInputError(`There is one show too many: “${args.id}”.`, {
        code: 'invalid_argument',
        suggestions: ['Put a name of several words in quotes.', 'Or give --link to join a folder with a series.'],
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
      this.tell(`No episodes are known yet of season ${numbers}.${reason === null ? '' : ` ${reason}`}`);
    }
    return show;
  }

  /** The show, after a try to get the episodes that are missing: nobody else does so for an API inside this process. */
  private async synced(id: number, api: ApiClient): Promise<{ show: FollowedShowAnswer; reason: string | null }> {
    const open = () => api.call(openShow, { params: { id } });
    const show = await open();
    if (show.seasons.every((season) => season.synced)) return { show, reason: null };
    const activity = startActivity('Fetching episodes…', this.edges, this.jsonEnabled());
    const { reason } = await runPasses(api, {
      progressed: ({ synced }) => activity.update(`Fetching episodes… ${counted(synced, 'season')}`),
      isEnough: async () => (await open()).seasons.every((season) => season.synced),
    }).finally(() => activity.stop());
    return { show: await open(), reason };
  }

  private async link(folder: string, id: string | undefined, isDryRun: boolean): Promise<ShowResult> {
    if (id === undefined || !/^[1-9]\d{0,9}$/.test(id)) {
      throw new InvalidInputError(
        id === undefined ? 'The TMDB id of the series is missing.' : `“${id}” is no TMDB id.`,
        { code: 'invalid_argument', suggestions: ['Give folder and id: immersion show --link FOLDER TMDB_ID'] },
      );
    }
    const folderName = normalizeName(folder);
    if (isDryRun) {
      this.tell(`Would make “${folderName}” TMDB series ${id}.`);
      return null;
    }
    const { api } = await this.connect();
    const linked = await api.call(joinFolder, { body: { folder_name: folderName, tmdb_id: Number(id) } });
    this.tell(`“${folderName}” is TMDB series ${id}.`);
    return linked;
  }
}
