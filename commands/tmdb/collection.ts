import type * as z from 'zod';
import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { idArgument, languageFlag } from '../../lib/titles/title-flags.ts';
import { collectionText } from '../../lib/tmdb/tmdb-table.ts';
import { getTmdbCollection } from '../../lib/tmdb/tmdb-contract.ts';

export type TmdbCollectionResult = z.output<(typeof getTmdbCollection)['answer']>;

export default class TmdbCollection extends ImmersionCommand {
  static override summary = 'Show a film collection from TMDB';
  static override examples = ['<%= config.bin %> <%= command.id %> 10'];
  static override args = { id: idArgument };
  static override flags = { language: languageFlag };

  async run(): Promise<TmdbCollectionResult> {
    const { args, flags } = await this.parse(TmdbCollection);
    const { api } = await this.connect();
    const collection = await api.call(getTmdbCollection, {
      params: { id: args.id },
      query: { language: flags.language },
    });
    this.say(collectionText(collection, this.screen));
    if (collection.stale) this.tell('TMDB is down: showing older data.');
    return collection;
  }
}
