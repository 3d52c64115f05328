import { parseTvdbId } from '../lib/shows/title-question-prompts.ts';
import { Args, Flags } from '@oclif/core';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { linkedFolders } from '../lib/shows/linked-folders-calls.ts';
import { nameOfShow, setShowIds, withoutId } from '../lib/recording/show-ids-prompts.ts';
import { listShows, updateShow, type TrackedShow } from '../lib/recording/shows-contract.ts';
import { InvalidInputError, NotFoundError } from '../lib/core/errors.ts';
import { TVMAZE_ATTRIBUTION } from '../lib/core/providers-rules.ts';
import { normalizeName } from '../lib/core/name-rules.ts';
import { asLine } from '../lib/core/terminal/text.ts';

export interface SetTvdbResult {
  set: { folder_name: string; tvdb_id: number }[];
  skipped: string[];
}

export default class SetTvdb extends ImmersionCommand {
  static override summary = 'Match a show folder to a TVDB series';
  static override description = `Without an id, searches TVDB for the folder’s name and asks. Without a folder, goes through all unmatched shows. Several folders can share one id: progress counts them together. Without a TVDB key, TVmaze is searched. ${TVMAZE_ATTRIBUTION}.`;
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
    yes: Flags.boolean({ char: 'y', description: 'Accept a single clear match without asking' }),
    'dry-run': Flags.boolean({ description: 'Only show which shows have no id' }),
  };

  async run(): Promise<SetTvdbResult> {
    const { args, flags } = await this.parse(SetTvdb);
    const tvdbId = args.id === undefined ? undefined : parseTvdbId(args.id);
    if (args.id !== undefined && tvdbId === undefined) {
      throw new InvalidInputError(`“${args.id}” is not a TVDB id.`, {
        code: 'invalid_argument',
        suggestions: ['A TVDB id is a whole number above 0; it’s on the page of the series on https://thetvdb.com.'],
      });
    }
    const { api } = await this.connect();
    if (args.folder !== undefined && tvdbId !== undefined) {
      const one = { folder_name: normalizeName(args.folder), tvdb_id: tvdbId };
      const { shows } = await api.call(listShows);
      if (flags['dry-run']) {
        recordedFolder(one.folder_name, shows);
        this.tell(`Would match “${one.folder_name}” to TVDB series ${tvdbId}.`);
        return { set: [], skipped: [one.folder_name] };
      }
      const isKnown = shows.some((show) => show.folder_name === one.folder_name && show.tvdb_id === tvdbId);
      await api.call(updateShow, { body: one });
      const name = await nameOfShow(one.folder_name, api);
      const verb = isKnown ? 'was already' : 'is';
      this.tell(`“${one.folder_name}” ${verb} TVDB series ${tvdbId}${name === null ? '' : `, ${asLine(name)}`}.`);
      return { set: [one], skipped: [] };
    }

    const { shows } = await api.call(listShows);
    const linked = args.folder === undefined ? await linkedFolders(api) : new Set();
    const folders =
      args.folder === undefined
        ? withoutId(shows).filter((folder) => !linked.has(folder))
        : [recordedFolder(normalizeName(args.folder), shows)];
    if (shows.length === 0) this.tell('No shows are recorded yet. Record some first: immersion sync');
    else if (folders.length === 0) this.tell('Every show has a TVDB id.');
    if (flags['dry-run']) {
      for (const folder of folders) this.tell(`Would ask for “${folder}”.`);
      return { set: [], skipped: folders };
    }
    const prompts = await this.prompts(flags);
    if (folders.length > 0 && !prompts && !flags.yes) {
      throw new InvalidInputError('Can’t ask which series it is without a terminal.', {
        code: 'input_needed',
        suggestions: [
          'Name the folder and the id: immersion set-tvdb FOLDER ID',
          'Or accept clear matches: immersion set-tvdb --yes',
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

function recordedFolder(folderName: string, shows: readonly TrackedShow[]): string {
  if (shows.some((show) => show.folder_name === folderName)) return folderName;
  throw new NotFoundError(`No recorded show folder is named “${folderName}”.`, {
    code: 'show_not_found',
  });
}
