import { Flags } from '@oclif/core';
import { startActivity } from '../lib/core/terminal/activity.ts';
import { ImmersionCommand, libraryFlag } from '../lib/core/terminal/base-command.ts';
import { clean } from '../lib/folder/cleaning.ts';
import { isEmptyPlan, planCleaning } from '../lib/folder/cleaning-plan.ts';
import { askDeleting } from '../lib/folder/cleaning-prompts.ts';
import { cleanedSentence, planDetails, describePlan } from '../lib/folder/cleaning-text.ts';
import { SYNC_PARTS } from '../lib/folder/sync-context.ts';
import { createJournal } from '../lib/folder/journal.ts';
import { checkLibrary, type LeftOut } from '../lib/folder/library.ts';
import { asLine } from '../lib/core/terminal/text.ts';
import { ImmersionError, InvalidInputError } from '../lib/core/errors.ts';

export interface CleanCommandResult {
  /** Recorded files, and show folders that will have no videos. */
  files: string[];
  folders: string[];
  /** Removed with them: subtitles and info files of films, and junk in the folders. */
  also: string[];
  files_removed: number;
  bytes_removed: number;
  folders_removed: number;
  lines_removed: number;
  left_out: LeftOut[];
}

export default class Clean extends ImmersionCommand {
  static override summary = 'Remove files that have been recorded';
  static override description =
    'Removes only files that the API confirmed and still has, and that have not changed since, show folders with no videos left, and the confirmed lines of watched.txt. Anything outside the library or reached through a link stays.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --dry-run',
    '<%= config.bin %> <%= command.id %> --clean trash',
    '<%= config.bin %> <%= command.id %> --clean delete --yes',
  ];
  static override flags = {
    library: libraryFlag,
    clean: Flags.option({
      description: 'Where recorded files go',
      options: ['trash', 'delete'] as const,
      default: 'trash' as const,
    })(),
    yes: Flags.boolean({ char: 'y', description: 'Don’t ask for confirmation' }),
    'dry-run': Flags.boolean({ description: 'Only list what would be removed' }),
  };

  async run(): Promise<CleanCommandResult> {
    const { flags } = await this.parse(Clean);
    const overrides = { IMMERSION_LIBRARY: flags.library };
    const { library, stateDirectory } = this.settings(overrides);
    await checkLibrary(library);
    const { api, identity } = await this.connect(overrides);
    const journal = createJournal({ stateDirectory });
    try {
      const context = { journal, identity, library, api, parts: new Set(SYNC_PARTS) };
      const plan = await planCleaning(context);
      const going = {
        files: plan.files.map((file) => file.path),
        folders: plan.finishedFolders.map(({ folder }) => folder),
        also: [...plan.beside, ...plan.finishedFolders.flatMap(({ also }) => also)],
      };
      const untouched = {
        ...going,
        files_removed: 0,
        bytes_removed: 0,
        folders_removed: 0,
        lines_removed: 0,
        left_out: plan.staying,
      };
      for (const { path, reason } of plan.staying) this.tell(`Skipped ${asLine(path)}: ${reason}.`);
      if (plan.staying.length > 0) this.finishWith('partly');
      if (isEmptyPlan(plan)) {
        this.tell('Nothing to clean up.');
        return untouched;
      }
      const what = describePlan(plan);
      for (const line of planDetails(plan, library)) this.tell(line);
      if (flags['dry-run']) {
        for (const place of [...going.files, ...going.folders]) this.say(asLine(place));
        this.tell(
          `Would ${flags.clean === 'trash' ? 'move' : 'delete'} ${what}${flags.clean === 'trash' ? ' to the trash' : ''}.`,
        );
        return untouched;
      }
      if (!flags.yes) await this.ask(flags, what);
      const activity = startActivity(`Cleaning up ${what}…`, this.io, this.jsonEnabled());
      const cleaned = await clean(plan, flags.clean, context).finally(() => activity.stop());
      this.tell(cleanedSentence(cleaned, flags.clean));
      for (const { path, reason } of cleaned.leftOut.slice(plan.staying.length)) {
        this.tell(`Skipped ${asLine(path)}: ${reason}.`);
      }
      if (cleaned.leftOut.length > 0) this.finishWith('partly');
      return {
        ...going,
        files_removed: cleaned.filesRemoved,
        bytes_removed: cleaned.bytesRemoved,
        folders_removed: cleaned.foldersRemoved,
        lines_removed: cleaned.linesRemoved,
        left_out: cleaned.leftOut,
      };
    } finally {
      journal.close();
    }
  }

  private async ask(flags: { input: boolean; clean: 'trash' | 'delete' }, what: string): Promise<void> {
    const prompts = await this.prompts(flags);
    if (!prompts) {
      throw new InvalidInputError(`Can’t ask whether to remove ${what} without a terminal.`, {
        code: 'input_needed',
        suggestions: ['Confirm in advance: immersion clean --yes', 'Or check first: immersion clean --dry-run'],
      });
    }
    const ask = () =>
      flags.clean === 'trash'
        ? prompts.confirm(`Move ${what} to the trash?`, { fresh: true })
        : askDeleting(prompts, what);
    if (await ask()) return;
    throw new ImmersionError('Cancelled; nothing was removed.', { code: 'declined' });
  }
}
