import type * as z from 'zod';
import { Args, Flags } from '@oclif/core';
import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { languageFlag, pageFlag } from '../../lib/titles/title-flags.ts';
import { hitTable } from '../../lib/tmdb/tmdb-table.ts';
import { searchTmdb } from '../../lib/tmdb/tmdb-contract.ts';

export type TmdbSearchResult = z.output<(typeof searchTmdb)['answer']>;

export default class TmdbSearch extends ImmersionCommand {
  static override summary = 'Search TMDB for films, series and people';
  static override examples = [
    '<%= config.bin %> <%= command.id %> "your name"',
    '<%= config.bin %> <%= command.id %> 君の名は --type movie --language ja-JP',
  ];
  static override args = { query: Args.string({ description: 'Search text', required: true }) };
  static override flags = {
    type: Flags.option({
      description: 'Only films or only series',
      options: ['movie', 'tv', 'multi'] as const,
      default: 'multi' as const,
    })(),
    page: pageFlag,
    language: languageFlag,
  };

  async run(): Promise<TmdbSearchResult> {
    const { args, flags } = await this.parse(TmdbSearch);
    const { api } = await this.connect();
    const query = { query: args.query, type: flags.type, page: flags.page, language: flags.language };
    const found = await api.call(searchTmdb, { query });
    if (found.results.length > 0) this.say(hitTable(found.results, this.screen));
    else this.tell(`Nothing found on TMDB for “${args.query}”.`);
    if (found.total_pages > found.page)
      this.tell(`Page ${found.page} of ${found.total_pages}: --page ${found.page + 1}`);
    if (found.stale) this.tell('TMDB is down: showing older data.');
    return found;
  }
}
