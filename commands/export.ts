import { Flags } from '@oclif/core';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { exportedItems } from '../lib/exchange/exchange-calls.ts';
import type { ExportAnswer } from '../lib/exchange/exchange-contract.ts';
import { writeInto, writeLines } from '../lib/exchange/exchange-files.ts';
import type { ExchangedItem } from '../lib/exchange/line-items.ts';
import { csvCell } from '../lib/core/terminal/csv-text.ts';
import { CSV_HEADS, csvRow } from '../lib/viewings/viewings-csv-text.ts';
import { MAXIMUM_PAGE } from '../lib/viewings/history-contract.ts';
import { viewingsOf } from '../lib/viewings/history-calls.ts';
import type { ApiClient } from '../lib/core/terminal/api-client.ts';
import { asLine, counted } from '../lib/core/terminal/text.ts';
import { InvalidInputError } from '../lib/core/errors.ts';

export interface ExportResult {
  file: string | null;
  lines: number;
  left_out: ExportAnswer['left_out'];
}

export default class Export extends ImmersionCommand {
  static override summary = 'Export everything that you recorded as JSON Lines';
  static override description =
    'The file holds everything that you watched, shows, channels and podcasts, titles, folder links, what you follow and your positions, and no secrets. Read it anywhere else with immersion import.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --output immersion.jsonl',
    '<%= config.bin %> <%= command.id %> --csv > watched.csv',
  ];
  static override flags = {
    output: Flags.string({ char: 'o', description: 'File to write; standard output without it, or with -' }),
    csv: Flags.boolean({ description: 'Viewings as CSV instead, newest first, for spreadsheets' }),
  };

  async run(): Promise<ExportResult> {
    const { flags } = await this.parse(Export);
    const file = flags.output === '-' ? undefined : flags.output;
    if (this.jsonEnabled() && file === undefined) {
      throw new InvalidInputError('--json needs --output.', {
        code: 'invalid_argument',
        suggestions: ['Set a file with --output, or leave out --json: the items are JSON already.'],
      });
    }
    const { api } = await this.connect();
    const leftOut: ExportResult['left_out'] = [];
    const lines = flags.csv ? csvLines(api) : jsonLines(exportedItems(api, (item) => leftOut.push(item)));
    const count = await (file === undefined ? this.sayAll(lines) : writeLines(file, lines));
    if (file !== undefined) this.tell(`Wrote ${counted(count, 'line')} to ${file}.`);
    for (const { key, reason } of leftOut) this.tell(asLine(`Left out ${key}: ${reason}.`));
    if (leftOut.length > 0) this.finishWith('partly');
    return { file: file ?? null, lines: count, left_out: leftOut };
  }

  /** stdout reports its own backpressure. */
  private async sayAll(lines: AsyncIterable<string>): Promise<number> {
    return writeInto(this.io.output, lines, { end: false }).catch((error: NodeJS.ErrnoException) => {
      if (error.syscall === 'write') return 0;
      throw error;
    });
  }
}

async function* jsonLines(items: AsyncIterable<ExchangedItem>): AsyncGenerator<string> {
  for await (const item of items) yield JSON.stringify(item);
}

async function* csvLines(api: ApiClient): AsyncGenerator<string> {
  yield CSV_HEADS.join(',');
  for await (const page of viewingsOf(api, {}, Infinity, MAXIMUM_PAGE)) {
    for (const viewing of page) yield csvRow(viewing).map(csvCell).join(',');
  }
}
