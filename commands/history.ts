import { Flags } from '@oclif/core';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { historyTable } from '../lib/viewings/history-table.ts';
import { getHistory, MAXIMUM_HISTORY, type HistoryAnswer } from '../lib/viewings/history-contract.ts';

/** What `immersion history --json` prints: the API's answer. */
export type HistoryResult = HistoryAnswer;

export default class History extends ImmersionCommand {
  static override summary = 'List what you watched, newest first';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --limit 50 --since 2026-10-01',
  ];
  static override flags = {
    limit: Flags.integer({ description: 'Number of entries', min: 1, max: MAXIMUM_HISTORY, default: 20 }),
    since: Flags.string({ description: 'Only what was watched since this date or time (ISO 8601)' }),
  };

  async run(): Promise<HistoryResult> {
    const { flags } = await this.parse(History);
    const { api } = await this.connect();
    const history = await api.call(getHistory, { query: { limit: flags.limit, since: flags.since } });
    if (history.items.length > 0) this.say(historyTable(history.items, this.screen));
    else this.tell(flags.since === undefined ? 'Nothing watched yet.' : `Nothing watched since ${flags.since}.`);
    return history;
  }
}
