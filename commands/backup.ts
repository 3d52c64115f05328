import path from 'node:path';
import { Args, Flags } from '@oclif/core';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { ownDatabase } from '../lib/core/terminal/own-database.ts';

export interface BackupResult {
  database: string;
  file: string;
}

export default class Backup extends ImmersionCommand {
  static override summary = 'Back up everything recorded on this computer to one file';
  static override description =
    'The copy is consistent and verified, even while a server or another command writes. It replaces an older backup with the same name. Read it back with immersion restore.';
  static override examples = ['<%= config.bin %> <%= command.id %> immersion-backup.sqlite'];
  static override args = { file: Args.string({ description: 'File to write', required: true }) };
  static override flags = { 'dry-run': Flags.boolean({ description: 'Only show what would be copied' }) };

  async run(): Promise<BackupResult> {
    const { args, flags } = await this.parse(Backup);
    const result = {
      database: ownDatabase(this.settings()),
      file: path.resolve(this.io.workingDirectory, args.file),
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
