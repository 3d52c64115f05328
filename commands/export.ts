import { Flags } from '@oclif/core';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { csvLines, exportedItems, writeLines } from '../lib/viewings/exchange-files.ts';
import { counted } from '../lib/core/terminal/text.ts';
import { InvalidInputError } from '../lib/core/errors.ts';

/** What `immersion export --json` prints. */
export interface ExportResult {
  file: string | null;
  lines: number;
}

export default class Export extends ImmersionCommand {
  static override summary = 'Export everything that you recorded as JSON Lines';
  static override description =
    'The file contains shows, channels, podcasts and everything you watched, and no secrets. Read it back, here or elsewhere, with immersion import.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --output immersion.jsonl',
    '<%= config.bin %> <%= command.id %> --csv > watched.csv',
  ];
  static override flags = {
    output: Flags.string({ char: 'o', description: 'File to write (default: standard output)' }),
    csv: Flags.boolean({ description: 'Write what you watched as CSV instead, for spreadsheets' }),
  };

  async run(): Promise<ExportResult> {
    const { flags } = await this.parse(Export);
    if (this.jsonEnabled() && !flags.output) {
      throw new InvalidInputError('--json needs a file for the items.', {
        code: 'invalid_argument',
        suggestions: ['Set a file with --output, or leave out --json: the items are JSON anyway.'],
      });
    }
    const { api } = await this.connect();
    const items = exportedItems(api);
    const lines = flags.csv ? csvLines(items) : jsonLines(items);
    if (flags.output) {
      const count = await writeLines(flags.output, lines);
      this.tell(`Wrote ${counted(count, 'line')} to ${flags.output}.`);
      return { file: flags.output, lines: count };
    }
    let count = 0;
    for await (const line of lines) {
      this.say(line);
      count += 1;
    }
    return { file: null, lines: count };
  }
}

async function* jsonLines(items: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const item of items) yield JSON.stringify(item);
}
