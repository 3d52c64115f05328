import type * as z from 'zod';
import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { idArgument, languageFlag } from '../../lib/titles/title-flags.ts';
import { movieText } from '../../lib/tmdb/tmdb-table.ts';
import { getTmdbMovie } from '../../lib/tmdb/tmdb-contract.ts';

export type TmdbMovieResult = z.output<(typeof getTmdbMovie)['answer']>;

export default class TmdbMovie extends ImmersionCommand {
  static override summary = 'Show a film from TMDB';
  static override examples = ['<%= config.bin %> <%= command.id %> 550'];
  static override args = { id: idArgument };
  static override flags = { language: languageFlag };

  async run(): Promise<TmdbMovieResult> {
    const { args, flags } = await this.parse(TmdbMovie);
    const { api } = await this.connect();
    const movie = await api.call(getTmdbMovie, { params: { id: args.id }, query: { language: flags.language } });
    this.say(movieText(movie, this.screen));
    if (movie.stale) this.tell('TMDB is down: showing older data.');
    return movie;
  }
}
