import { Args, Flags } from '@oclif/core';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { findWatchedShow, shownAs } from '../lib/shows/find-show-prompts.ts';
import { unwatchShow, type WatchingAnswer } from '../lib/shows/catalog-contract.ts';

/** What `immersion unwatch --json` prints: the API's answer, or null with `--dry-run`. */
export type UnwatchResult = WatchingAnswer | null;

export default class Unwatch extends ImmersionCommand {
  static override summary = 'Mark a show as one that you do not watch any more; what you have seen of it stays';
  static override examples = [
    '<%= config.bin %> <%= command.id %> "Shirokuma Cafe"',
    '<%= config.bin %> <%= command.id %> 1396',
  ];
  static override args = {
    show: Args.string({ description: 'Show folder, name, or TMDB id', required: true }),
  };
  static override flags = {
    'dry-run': Flags.boolean({ description: 'Only say what would be marked' }),
  };

  async run(): Promise<UnwatchResult> {
    const { args, flags } = await this.parse(Unwatch);
    if (flags['dry-run']) {
      this.tell(`Would mark “${args.show}” as not watched by you any more.`);
      return null;
    }
    const { api } = await this.connect();
    const id = await findWatchedShow(args.show, api);
    const answer = await api.call(unwatchShow, { params: { id } });
    this.tell(`You do not watch ${shownAs(args.show, id)} any more.`);
    return answer;
  }
}
