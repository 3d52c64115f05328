import { Args, Flags } from '@oclif/core';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { parseTvdbId } from '../lib/core/terminal/prompts.ts';
import { linkedFolders } from '../lib/shows/linked-folders.ts';
import { setShowIds, withoutId } from '../lib/recording/show-ids-prompts.ts';
import { listShows, updateShow, type TrackedShow } from '../lib/recording/shows-contract.ts';
import { InvalidInputError, NotFoundError } from '../lib/core/errors.ts';
import { normalizeName } from '../lib/core/name-rules.ts';

/** What `immersion set-tvdb --json` prints. */
export interface SetTvdbResult {
  set: { folder_name: string; tvdb_id: number }[];
  skipped: string[];
}

export default class SetTvdb extends ImmersionCommand {
  static override summary = 'Tell which TVDB series a show folder is';
  static override description =
    'Without an id it searches TVDB for the folder’s name and asks. Without a folder it goes through all shows that lack an id. Several folders may share one id: progress then counts them together.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> "Shirokuma Cafe" 257571',
    '<%= config.bin %> <%= command.id %> --yes',
  ];
  static override args = {
    folder: Args.string({ description: 'Show folder, as immersion shows lists it' }),
    id: Args.string({ description: 'TVDB id of the series' }),
  };
  static override flags = {
    yes: Flags.boolean({ char: 'y', description: 'Take a single clear match without asking' }),
    'dry-run': Flags.boolean({ description: 'Only say which shows lack an id' }),
  };

  async run(): Promise<SetTvdbResult> {
    const { args, flags } = await this.parse(SetTvdb);
    const tvdbId = args.id === undefined ? undefined : parseTvdbId(args.id);
    if (args.id !== undefined && tvdbId === undefined) {
      throw new InvalidInputError(`“${args.id}” is no TVDB id.`, {
        code: 'invalid_argument',
        suggestions: [
          'A TVDB id is a whole number above 0; it stands on the page of the series at https://thetvdb.com.',
        ],
      });
    }
    const { api } = await this.connect();
    if (args.folder !== undefined && tvdbId !== undefined) {
      const one = { folder_name: normalizeName(args.folder), tvdb_id: tvdbId };
      if (flags['dry-run']) {
        this.tell(`Would make “${one.folder_name}” TVDB series ${tvdbId}.`);
        return { set: [], skipped: [one.folder_name] };
      }
      await api.call(updateShow, { body: one });
      this.tell(`“${one.folder_name}” is TVDB series ${tvdbId}.`);
      return { set: [one], skipped: [] };
    }

    const { shows } = await api.call(listShows);
    const linked = args.folder === undefined ? await linkedFolders(api) : new Set();
    const folders =
      args.folder === undefined
        ? withoutId(shows).filter((folder) => !linked.has(folder))
        : [known(normalizeName(args.folder), shows)];
    if (folders.length === 0) this.tell('Every show has a TVDB id.');
    if (flags['dry-run']) {
      for (const folder of folders) this.tell(`Would ask for “${folder}”.`);
      return { set: [], skipped: folders };
    }
    const prompts = await this.prompts(flags);
    if (folders.length > 0 && !prompts && !flags.yes) {
      throw new InvalidInputError('Nobody can be asked here which series it is.', {
        code: 'input_needed',
        suggestions: [
          'Give folder and id: immersion set-tvdb FOLDER ID',
          'Or take single clear matches: immersion set-tvdb --yes',
        ],
      });
    }
    const result = await setShowIds(folders, {
      api,
      prompts,
      takeClearMatch: flags.yes,
      tell: (text) => this.tell(text),
    });
    if (result.stopped) throw result.stopped;
    return { set: result.set, skipped: result.skipped };
  }
}

/** The folder, if it was recorded. */
function known(folderName: string, shows: readonly TrackedShow[]): string {
  if (shows.some((show) => show.folder_name === folderName)) return folderName;
  throw new NotFoundError(`There is no show folder “${folderName}” among those recorded.`, {
    code: 'show_not_found',
    suggestions: ['Record its episodes first, with immersion sync.', 'See the known folders with immersion shows.'],
  });
}
