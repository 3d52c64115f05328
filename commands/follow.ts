import { Args, Flags } from '@oclif/core';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { findShow, shownAs } from '../lib/shows/find-show-prompts.ts';
import { getTmdbSeries } from '../lib/tmdb/tmdb-contract.ts';
import { followShow, type FollowingAnswer } from '../lib/shows/catalog-contract.ts';

export type FollowResult = FollowingAnswer | null;

export default class Follow extends ImmersionCommand {
  static override hiddenAliases = ['watch'];
  static override summary = 'Follow a show, to keep its episodes up to date';
  static override examples = [
    '<%= config.bin %> <%= command.id %> "Shirokuma Cafe"',
    '<%= config.bin %> <%= command.id %> 1396',
  ];
  static override args = {
    show: Args.string({ description: 'Show folder, name, or TMDB id', required: true }),
  };
  static override flags = {
    'dry-run': Flags.boolean({ description: 'Only show what would be followed' }),
  };

  async run(): Promise<FollowResult> {
    const { args, flags } = await this.parse(Follow);
    const { api } = await this.connect();
    const id = await findShow(args.show, api, await this.prompts(flags));
    if (flags['dry-run']) {
      await api.call(getTmdbSeries, { params: { id } });
      this.tell(`Would follow ${shownAs(args.show, id)}.`);
      return null;
    }
    const answer = await api.call(followShow, { params: { id } });
    this.tell(`Now following ${shownAs(args.show, id)}.`);
    return answer;
  }
}
