import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { positionTable } from '../../lib/positions/positions-table.ts';
import {
  listAllPositions,
  MAXIMUM_POSITIONS,
  type AllPositionsAnswer,
  type PositionAnswer,
} from '../../lib/positions/positions-contract.ts';

/** All pages in one. */
export type PositionAllResult = Omit<AllPositionsAnswer, 'next'>;

export default class PositionAll extends ImmersionCommand {
  static override summary = 'List everyone’s positions (admins only)';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];

  async run(): Promise<PositionAllResult> {
    await this.parse(PositionAll);
    const { api } = await this.connect();
    const entries: PositionAnswer[] = [];
    let next: string | null | undefined;
    do {
      const query = { limit: MAXIMUM_POSITIONS, next: next ?? undefined };
      const page: AllPositionsAnswer = await api.call(listAllPositions, { query });
      entries.push(...page.entries);
      next = page.next;
    } while (next);
    if (entries.length > 0) this.say(positionTable(entries, this.screen));
    else this.tell('No positions yet.');
    return { entries, total_entries: entries.length };
  }
}
