import { randomUUID } from 'node:crypto';
import { Args, Flags } from '@oclif/core';
import { startActivity } from '../lib/core/terminal/activity.ts';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { readExchangeFile, sendItems } from '../lib/viewings/exchange-files.ts';
import { counted } from '../lib/core/terminal/text.ts';

/** What `immersion import --json` prints. */
export interface ImportResult {
  batch_id: string;
  items: number;
  items_added: number;
  items_existing: number;
  dry_run: boolean;
}

export default class Import extends ImmersionCommand {
  static override summary = 'Import a file written by immersion export';
  static override description =
    'The whole file is checked before anything is written. Existing records stay unchanged, so you can repeat it.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> immersion.jsonl --dry-run',
    '<%= config.bin %> <%= command.id %> immersion.jsonl',
  ];
  static override args = { file: Args.string({ description: 'File written by immersion export', required: true }) };
  static override flags = {
    'dry-run': Flags.boolean({ description: 'Only check the file and show how much is new', default: false }),
  };

  async run(): Promise<ImportResult> {
    const { args, flags } = await this.parse(Import);
    const items = await readExchangeFile(args.file);
    const { api } = await this.connect();
    const batchId = randomUUID();
    const send = async (dryRun: boolean) => {
      const word = dryRun ? 'Checking' : 'Importing';
      const activity = startActivity(`${word}…`, this.io, this.jsonEnabled());
      return sendItems(items, {
        api,
        batchId,
        dryRun,
        progressed: (done) => activity.update(`${word}… ${done} of ${counted(items.length, 'item')}`),
      }).finally(() => {
        activity.stop();
      });
    };
    const checked = await send(true);
    const { added, existing } = flags['dry-run'] ? checked : await send(false);
    this.tell(
      flags['dry-run']
        ? `Would import ${counted(added, 'item')}; ${counted(existing, 'item is', 'items are')} already there.`
        : `Imported ${counted(added, 'item')}; ${counted(existing, 'item was', 'items were')} already there.`,
    );
    return {
      batch_id: batchId,
      items: items.length,
      items_added: added,
      items_existing: existing,
      dry_run: flags['dry-run'],
    };
  }
}
