import type * as z from 'zod';
import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { languageFlag, pageFlag, typeArgument } from '../../lib/titles/title-flags.ts';
import { hitTable } from '../../lib/tmdb/tmdb-table.ts';
import { getTmdbTrending } from '../../lib/tmdb/tmdb-contract.ts';

export type TmdbTrendingResult = z.output<(typeof getTmdbTrending)['answer']>;

export default class TmdbTrending extends ImmersionCommand {
  static override summary = 'List what is trending this week';
  static override examples = ['<%= config.bin %> <%= command.id %> tv'];
  static override args = { type: typeArgument };
  static override flags = { page: pageFlag, language: languageFlag };

  async run(): Promise<TmdbTrendingResult> {
    const { args, flags } = await this.parse(TmdbTrending);
    const { api } = await this.connect();
    const query = { page: flags.page, language: flags.language };
    const found = await api.call(getTmdbTrending, { params: { type: args.type }, query });
    this.say(hitTable(found.results, this.screen));
    if (found.stale) this.tell('TMDB is down: showing older data.');
    return found;
  }
}
