import { Args, Flags } from '@oclif/core';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { findFollowedShow, shownAs } from '../lib/shows/find-show-prompts.ts';
import { unfollowShow, type FollowingAnswer } from '../lib/shows/catalog-contract.ts';

export type UnfollowResult = FollowingAnswer | null;

export default class Unfollow extends ImmersionCommand {
  static override hiddenAliases = ['unwatch'];
  static override summary = 'Stop following a show; what you have watched of it stays';
  static override examples = [
    '<%= config.bin %> <%= command.id %> "Shirokuma Cafe"',
    '<%= config.bin %> <%= command.id %> 1396',
  ];
  static override args = {
    show: Args.string({ description: 'Show folder, name, or TMDB id', required: true }),
  };
  static override flags = {
    'dry-run': Flags.boolean({ description: 'Only show what would be unfollowed' }),
  };

  async run(): Promise<UnfollowResult> {
    const { args, flags } = await this.parse(Unfollow);
    const { api } = await this.connect();
    const id = await findFollowedShow(args.show, api);
    if (flags['dry-run']) {
      this.tell(`Would stop following ${shownAs(args.show, id)}.`);
      return null;
    }
    const answer = await api.call(unfollowShow, { params: { id } });
    this.tell(`Stopped following ${shownAs(args.show, id)}.`);
    return answer;
  }
}
