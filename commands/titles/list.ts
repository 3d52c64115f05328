import { Flags } from '@oclif/core';
import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { allTitles } from '../../lib/titles/find-title-prompts.ts';
import { titlesTable } from '../../lib/titles/titles-table.ts';
import { parseRating } from '../../lib/titles/title-flags.ts';
import type { TitleAnswer } from '../../lib/titles/titles-contract.ts';

export interface TitlesListResult {
  titles: TitleAnswer[];
}

export default class TitlesList extends ImmersionCommand {
  static override hiddenAliases = ['library:list'];
  static override summary = 'List your films and series';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --type tv --status in_progress',
    '<%= config.bin %> <%= command.id %> --rating outstanding --year 2019',
  ];
  static override flags = {
    type: Flags.option({ description: 'Only films or only series', options: ['movie', 'tv'] as const })(),
    status: Flags.option({
      description: 'Only titles with this status',
      options: ['planned', 'in_progress', 'completed', 'abandoned'] as const,
    })(),
    rating: Flags.string({ description: 'Only titles with this rating: 1 to 5, a name such as outstanding, or none' }),
    year: Flags.integer({ description: 'Only titles from this year' }),
  };

  async run(): Promise<TitlesListResult> {
    const { flags } = await this.parse(TitlesList);
    const { type, status, year } = flags;
    const rating = flags.rating === undefined ? undefined : parseRating(flags.rating);
    const { api } = await this.connect();
    const found = await allTitles(api, { type, status, rating: rating ?? undefined, year });
    const titles = rating === null ? found.filter((title) => title.rating === null) : found;
    if (titles.length > 0) this.say(titlesTable(titles, this.screen));
    else this.tell('No titles match. Add some with immersion trakt import or immersion titles plan.');
    return { titles };
  }
}
