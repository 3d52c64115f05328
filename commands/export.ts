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
  static override summary = 'Write everything that you recorded, one JSON object a line';
  static override description =
    'The file holds shows, channels, podcasts and all that was watched, and nothing secret. immersion import reads it, at any other place.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --output immersion.jsonl',
    '<%= config.bin %> <%= command.id %> --csv > watched.csv',
  ];
  static override flags = {
    output: Flags.string({ char: 'o', description: 'File to write; standard output without it' }),
    csv: Flags.boolean({ description: 'A table of what was watched instead, for spreadsheets' }),
  };

  async run(): Promise<ExportResult> {
    const { flags } = await this.parse(Export);
    if (this.jsonEnabled() && !flags.output) {
      throw new InvalidInputError('--json needs a place for the items.', {
        code: 'invalid_argument',
        suggestions: ['Name a file with --output, or leave --json out: the items are JSON anyway.'],
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
