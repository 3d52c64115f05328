import { seasonAndEpisode } from '../../lib/core/terminal/text.ts';
import { Args, Flags } from '@oclif/core';
import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { showArgument, usernameFlag } from '../../lib/positions/position-flags.ts';
import { updatePosition, type PositionUpdateAnswer } from '../../lib/positions/positions-contract.ts';
import { InvalidInputError } from '../../lib/core/errors.ts';
import { normalizeName } from '../../lib/core/name-rules.ts';
import { parseSeasonAndEpisode } from '../../lib/positions/position-rules.ts';

export type PositionSetResult = PositionUpdateAnswer | null;

export default class PositionSet extends ImmersionCommand {
  static override summary = 'Set where you are in a show';
  static override examples = [
    '<%= config.bin %> <%= command.id %> "The Office" 2 5',
    '<%= config.bin %> <%= command.id %> "The Office" S02E05',
  ];
  static override args = {
    show: showArgument,
    season: Args.string({ description: 'Season, or season and episode such as S02E05', required: true }),
    episode: Args.string({ description: 'Episode' }),
  };
  static override flags = {
    username: usernameFlag,
    'dry-run': Flags.boolean({ description: 'Only show what would be set' }),
  };

  async run(): Promise<PositionSetResult> {
    const { args, flags } = await this.parse(PositionSet);
    const place = parseSeasonAndEpisode(args.episode === undefined ? args.season : `${args.season}x${args.episode}`);
    if (!place) {
      throw new InvalidInputError(`“${[args.season, args.episode].join(' ').trim()}” is not a season and episode.`, {
        code: 'invalid_argument',
        suggestions: ['Use two whole numbers, such as 2 5, or S02E05.'],
      });
    }
    const show = normalizeName(args.show);
    if (flags['dry-run']) {
      this.tell(`Would set “${show}” to ${seasonAndEpisode(place)}.`);
      return null;
    }
    const { api, user } = await this.connect();
    const answer = await api.call(updatePosition, {
      body: { username: flags.username ?? user, tv_show: show, ...place },
    });
    this.tell(`“${answer.tv_show}” is at ${seasonAndEpisode(answer)}.`);
    return answer;
  }
}
