import { Flags } from '@oclif/core';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { viewingsOf } from '../lib/viewings/history-calls.ts';
import { historyTable } from '../lib/viewings/history-table.ts';
import type { ViewingAnswer } from '../lib/viewings/history-contract.ts';
import { MEDIA } from '../lib/viewings/viewing-rules.ts';

const USUAL_LIMIT = 20;

export interface HistoryResult {
  viewings: ViewingAnswer[];
}

export default class History extends ImmersionCommand {
  static override summary = 'List what you watched, newest first';
  static override description =
    'The column From shows where a length comes from: you, a player, the file, a provider’s runtime of exactly this, the average of the series, or a guess. Dates are as you write them: 7d, yesterday, monday, “3 days ago”, 2026-10-01, or ISO 8601. A day counts from its start with --since, and to its end with --until.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --since monday',
    '<%= config.bin %> <%= command.id %> --since 2026-10-01 --until 2026-10-31 --medium film --limit 50',
  ];
  static override flags = {
    limit: Flags.integer({ description: 'Number of viewings (default: 20, or all with --since or --until)', min: 1 }),
    all: Flags.boolean({ description: 'Show all of them', exclusive: ['limit'] }),
    since: Flags.string({ description: 'Only since this date or time' }),
    until: Flags.string({ description: 'Only until this date or time' }),
    medium: Flags.string({ description: 'Only of this kind', options: [...MEDIA] }),
    language: Flags.string({ description: 'Only in this language, such as ja' }),
    search: Flags.string({ char: 'q', description: 'Only if the title or the show contains this text' }),
  };

  async run(): Promise<HistoryResult> {
    const { flags } = await this.parse(History);
    const { api } = await this.connect();
    const { since, until, medium, language, search: q } = flags;
    const isWhole = flags.all || since !== undefined || until !== undefined;
    const limit = flags.limit ?? (isWhole ? Infinity : USUAL_LIMIT);
    const viewings: ViewingAnswer[] = [];
    let shown = 0;
    const pages = viewingsOf(api, { since, until, medium, language, q }, limit);
    for await (const page of pages) {
      if (this.jsonEnabled()) viewings.push(...page);
      else if (page.length > 0) this.say(historyTable(page, this.screen));
      shown += page.length;
    }
    const isFiltered = [since, until, medium, language, q].some((one) => one !== undefined);
    if (shown === 0) this.tell(isFiltered ? 'No matching viewings.' : 'Nothing watched yet.');
    return { viewings };
  }
}
