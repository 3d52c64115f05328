import path from 'node:path';
import { Args, Flags } from '@oclif/core';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { ownDatabase } from '../lib/core/terminal/own-database.ts';
import { ImmersionError, InvalidInputError } from '../lib/core/errors.ts';

/** What `immersion restore --json` prints. */
export interface RestoreResult {
  file: string;
  database: string;
  /** Where the database of before is now. */
  before: string | null;
}

export default class Restore extends ImmersionCommand {
  static override summary = 'Bring back what immersion backup has copied';
  static override description =
    'Puts the backup in the place of what is recorded on this computer, which is kept beside it. A server has to be stopped first.';
  static override examples = ['<%= config.bin %> <%= command.id %> immersion-backup.sqlite --yes'];
  static override args = { file: Args.string({ description: 'A file that immersion backup wrote', required: true }) };
  static override flags = {
    yes: Flags.boolean({ char: 'y', description: 'Do not ask' }),
    'dry-run': Flags.boolean({ description: 'Only check the backup, and say what it would replace' }),
  };

  async run(): Promise<RestoreResult> {
    const { args, flags } = await this.parse(Restore);
    const database = ownDatabase(this.settings());
    const file = path.resolve(this.edges.workingDirectory, args.file);
    const { check, restore } = await import('../lib/core/store/sqlite-backup.ts');
    check(file);
    if (flags['dry-run']) {
      this.tell(`Would put ${file} in the place of ${database}.`);
      return { file, database, before: null };
    }
    if (!flags.yes) await this.ask(flags, { file, database });
    const before = await restore({ file, database });
    this.tell(`Restored ${file} to ${database}.`);
    if (before) this.tell(`What was there before is in ${before}.`);
    return { file, database, before };
  }

  private async ask(flags: { input: boolean }, { file, database }: { file: string; database: string }): Promise<void> {
    const prompts = await this.prompts(flags);
    if (!prompts) {
      throw new InvalidInputError('Nobody can be asked here whether to replace what is recorded.', {
        code: 'input_needed',
        suggestions: ['Say yes beforehand, with --yes.'],
      });
    }
    if (await prompts.confirm(`Put ${file} in the place of ${database}?`)) return;
    throw new ImmersionError('Nothing was restored.', { code: 'declined' });
  }
}
