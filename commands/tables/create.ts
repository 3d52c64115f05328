import { Flags } from '@oclif/core';
import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { withServerStore } from '../../lib/core/terminal/server-store.ts';
import { createTables } from '../../lib/core/wiring.ts';

/** What `immersion tables create --json` prints. */
export interface TablesCreateResult {
  /** The file, or DynamoDB. */
  place: string;
  tables: { table: string; created: boolean }[];
}

export default class TablesCreate extends ImmersionCommand {
  static override summary = 'Make the tables where the settings point';
  static override description =
    'On DynamoDB a server needs them made beforehand; the embedded store makes its own. DYNAMODB_TABLE in the environment means DynamoDB, unless IMMERSION_STORE says otherwise. Those that are there stay as they are.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    'DYNAMODB_TABLE=tv_show_tracker AWS_REGION=us-east-1 <%= config.bin %> <%= command.id %>',
  ];
  static override flags = {
    'dry-run': Flags.boolean({ description: 'Only say which tables would be made, and where' }),
  };

  async run(): Promise<TablesCreateResult> {
    const { flags } = await this.parse(TablesCreate);
    const { environment } = this.edges;
    const config = withServerStore(this.settings(), { environment, tell: (line) => this.tell(line) });
    const { place, tables } = await createTables(config, { dryRun: flags['dry-run'] });
    for (const { table, created } of tables) {
      if (flags['dry-run']) this.tell(`Would make the table ${table} in ${place}, unless it is there.`);
      else this.say(created ? `Made the table ${table} in ${place}.` : `The table ${table} is in ${place} already.`);
    }
    return { place, tables };
  }
}
