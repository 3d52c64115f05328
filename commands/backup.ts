import path from 'node:path';
import { Args, Flags } from '@oclif/core';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { ownDatabase } from '../lib/core/terminal/own-database.ts';

/** What `immersion backup --json` prints. */
export interface BackupResult {
  database: string;
  file: string;
}

export default class Backup extends ImmersionCommand {
  static override summary = 'Copy everything that is recorded on this computer into one file';
  static override description =
    'The copy is consistent and checked, also while a server or another command writes. An older backup in its place is replaced. immersion restore brings it back.';
  static override examples = ['<%= config.bin %> <%= command.id %> immersion-backup.sqlite'];
  static override args = { file: Args.string({ description: 'File to write', required: true }) };
  static override flags = { 'dry-run': Flags.boolean({ description: 'Only say what would be copied' }) };

  async run(): Promise<BackupResult> {
    const { args, flags } = await this.parse(Backup);
    const result = {
      database: ownDatabase(this.settings()),
      file: path.resolve(this.edges.workingDirectory, args.file),
    };
    if (flags['dry-run']) {
      this.tell(`Would copy ${result.database} to ${result.file}.`);
      return result;
    }
    const { backUp } = await import('../lib/core/store/sqlite-backup.ts');
    await backUp(result);
    this.tell(`Copied ${result.database} to ${result.file}.`);
    return result;
  }
}
