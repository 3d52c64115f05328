import { Args, Flags } from '@oclif/core';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { findShow, shownAs } from '../lib/shows/find-show-prompts.ts';
import { watchShow, type WatchingAnswer } from '../lib/shows/catalog-contract.ts';

/** What `immersion watch --json` prints: the API's answer, or null with `--dry-run`. */
export type WatchResult = WatchingAnswer | null;

export default class Watch extends ImmersionCommand {
  static override summary = 'Mark a show as one that you watch, so that its episodes are kept up to date';
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

  async run(): Promise<WatchResult> {
    const { args, flags } = await this.parse(Watch);
    if (flags['dry-run']) {
      this.tell(`Would mark “${args.show}” as watched by you.`);
      return null;
    }
    const { api } = await this.connect();
    const id = await findShow(args.show, api, await this.prompts(flags));
    const answer = await api.call(watchShow, { params: { id } });
    this.tell(`You watch ${shownAs(args.show, id)} now.`);
    return answer;
  }
}
