import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { usernameFlag } from '../../lib/positions/position-flags.ts';
import { positionTable } from '../../lib/positions/positions-table.ts';
import { listPositions, type PositionsAnswer } from '../../lib/positions/positions-contract.ts';

export type PositionListResult = PositionsAnswer;

export default class PositionList extends ImmersionCommand {
  static override summary = 'List where you are in each of your shows, newest first';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];
  static override flags = { username: usernameFlag };

  async run(): Promise<PositionListResult> {
    const { flags } = await this.parse(PositionList);
    const { api, user } = await this.connect();
    const positions = await api.call(listPositions, { query: { username: flags.username ?? user } });
    if (positions.total_shows > 0) this.say(positionTable(positions.shows, this.screen));
    else this.tell('No positions yet: set one with immersion position set.');
    return positions;
  }
}
