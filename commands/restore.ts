import path from 'node:path';
import { Args, Flags } from '@oclif/core';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { ownDatabase } from '../lib/core/terminal/own-database.ts';
import { ImmersionError, InvalidInputError } from '../lib/core/errors.ts';

export interface RestoreResult {
  file: string;
  database: string;
  /** Where the previous database is now. */
  before: string | null;
}

export default class Restore extends ImmersionCommand {
  static override summary = 'Restore a backup made by immersion backup';
  static override description =
    'Replaces what is recorded on this computer with the backup; the old database is kept beside it. Stop the server first.';
  static override examples = ['<%= config.bin %> <%= command.id %> immersion-backup.sqlite --yes'];
  static override args = { file: Args.string({ description: 'File written by immersion backup', required: true }) };
  static override flags = {
    yes: Flags.boolean({ char: 'y', description: 'Don’t ask for confirmation' }),
    'dry-run': Flags.boolean({ description: 'Only check the backup and show what it would replace' }),
  };

  async run(): Promise<RestoreResult> {
    const { args, flags } = await this.parse(Restore);
    const database = ownDatabase(this.settings());
    const file = path.resolve(this.io.workingDirectory, args.file);
    const { check, restore } = await import('../lib/core/store/sqlite-backup.ts');
    check(file);
    if (flags['dry-run']) {
      this.tell(`Would replace ${database} with ${file}.`);
      return { file, database, before: null };
    }
    if (!flags.yes) await this.ask(flags, { file, database });
    const before = await restore({ file, database });
    this.tell(`Restored ${file} to ${database}.`);
    if (before) this.tell(`The old database is now ${before}.`);
    return { file, database, before };
  }

  private async ask(flags: { input: boolean }, { file, database }: { file: string; database: string }): Promise<void> {
    const prompts = await this.prompts(flags);
    if (!prompts) {
      throw new InvalidInputError('Can’t ask for confirmation without a terminal.', {
        code: 'input_needed',
        suggestions: ['Confirm in advance with --yes.'],
      });
    }
    if (await prompts.confirm(`Replace ${database} with ${file}?`)) return;
    throw new ImmersionError('Cancelled; nothing was restored.', { code: 'declined' });
  }
}
