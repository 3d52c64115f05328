import { randomUUID } from 'node:crypto';
import { Args, Flags } from '@oclif/core';
import { startActivity } from '../lib/core/terminal/activity.ts';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { sendItems, type ImportOutcome } from '../lib/exchange/exchange-calls.ts';
import { readExchangeFile } from '../lib/exchange/exchange-files.ts';
import { counted } from '../lib/core/terminal/text.ts';

export interface ImportResult {
  batch_id: string;
  items: number;
  items_added: number;
  items_existing: number;
  items_replaced: number;
  /** Records that differ from the file. */
  differing: ImportOutcome['differing'];
  dry_run: boolean;
}

export default class Import extends ImmersionCommand {
  static override summary = 'Import a file written by immersion export';
  static override description =
    'The whole file is checked before anything is written. Existing records stay unchanged, so it can be repeated; lines that differ are reported, and --replace lets them win.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> immersion.jsonl --dry-run',
    '<%= config.bin %> <%= command.id %> immersion.jsonl',
    '<%= config.bin %> <%= command.id %> immersion.jsonl --replace',
  ];
  static override args = { file: Args.string({ description: 'File written by immersion export', required: true }) };
  static override flags = {
    'dry-run': Flags.boolean({ description: 'Only check the file and show how much is new', default: false }),
    replace: Flags.boolean({ description: 'Let the file’s lines replace records that differ', default: false }),
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
        run: { id: batchId, kind: 'import' },
        dryRun,
        replace: flags.replace,
        progressed: (done) =>
          activity.update(`${word}… ${done} of ${counted(items.length, 'item')}`, { done, total: items.length }),
      }).finally(() => {
        activity.stop();
      });
    };
    const checked = await send(true);
    const outcome = flags['dry-run'] ? checked : await send(false);
    const { added, existing, replaced, differing } = outcome;
    for (const { line, type, attributes, outcome: what } of differing) {
      this.tell(`Line ${line} (${type}) differs in ${attributes.join(', ')}: ${what}.`);
    }
    const counts = [
      counted(added, 'item'),
      ...(replaced > 0 ? [`${flags['dry-run'] ? 'replace' : 'replaced'} ${counted(replaced, 'item')}`] : []),
    ];
    this.tell(
      flags['dry-run']
        ? `Would import ${counts.join(', ')}; ${counted(existing, 'item is', 'items are')} already there.`
        : `Imported ${counts.join(', ')}; ${counted(existing, 'item was', 'items were')} already there.`,
    );
    if (differing.length > replaced) this.tell('  → To use the file’s version: immersion import FILE --replace');
    return {
      batch_id: batchId,
      items: items.length,
      items_added: added,
      items_existing: existing,
      items_replaced: replaced,
      differing,
      dry_run: flags['dry-run'],
    };
  }
}
