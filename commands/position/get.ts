import { seasonAndEpisode } from '../../lib/core/terminal/text.ts';
import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { showArgument, usernameFlag } from '../../lib/positions/position-flags.ts';
import { getPosition, type PositionAnswer } from '../../lib/positions/positions-contract.ts';
import { normalizeName } from '../../lib/core/name-rules.ts';

export type PositionGetResult = PositionAnswer;

export default class PositionGet extends ImmersionCommand {
  static override summary = 'Show where you are in a show';
  static override examples = [
    '<%= config.bin %> <%= command.id %> "The Office"',
    '<%= config.bin %> <%= command.id %> "The Office" --json',
  ];
  static override args = { show: showArgument };
  static override flags = { username: usernameFlag };

  async run(): Promise<PositionGetResult> {
    const { args, flags } = await this.parse(PositionGet);
    const { api, user } = await this.connect();
    const position = await api.call(getPosition, {
      query: { username: flags.username ?? user, tv_show: normalizeName(args.show) },
    });
    this.say(seasonAndEpisode(position));
    return position;
  }
}
