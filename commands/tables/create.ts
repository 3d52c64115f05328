import { Flags } from '@oclif/core';
import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { withServerStore } from '../../lib/core/terminal/server-store.ts';
import { createTables } from '../../lib/core/wiring.ts';

export interface TablesCreateResult {
  /** The file, or DynamoDB. */
  place: string;
  tables: { table: string; created: boolean }[];
}

export default class TablesCreate extends ImmersionCommand {
  static override summary = 'Create the DynamoDB tables';
  static override description =
    'DynamoDB needs them before a server starts; the embedded store creates its own. Existing tables stay unchanged. DYNAMODB_TABLE in the environment makes DynamoDB the default of IMMERSION_STORE.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    'IMMERSION_STORE=dynamodb AWS_REGION=us-east-1 <%= config.bin %> <%= command.id %>',
  ];
  static override flags = {
    'dry-run': Flags.boolean({ description: 'Only show which tables would be created, and where' }),
  };

  async run(): Promise<TablesCreateResult> {
    const { flags } = await this.parse(TablesCreate);
    const { environment } = this.io;
    const config = withServerStore(this.settings(), { environment, tell: (line) => this.tell(line) });
    const { place, tables } = await createTables(config, { dryRun: flags['dry-run'] });
    for (const { table, created } of tables) {
      if (flags['dry-run']) this.tell(`Would create the table ${table} in ${place} if it doesn’t exist.`);
      else
        this.say(
          created ? `Created the table ${table} in ${place}.` : `The table ${table} already exists in ${place}.`,
        );
    }
    return { place, tables };
  }
}
