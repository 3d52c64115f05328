import type * as z from 'zod';
import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { idArgument, languageFlag } from '../../lib/titles/title-flags.ts';
import { personText } from '../../lib/tmdb/tmdb-table.ts';
import { getTmdbPerson } from '../../lib/tmdb/tmdb-contract.ts';

export type TmdbPersonResult = z.output<(typeof getTmdbPerson)['answer']>;

export default class TmdbPerson extends ImmersionCommand {
  static override summary = 'Show a person from TMDB with their films and series';
  static override examples = ['<%= config.bin %> <%= command.id %> 287'];
  static override args = { id: idArgument };
  static override flags = { language: languageFlag };

  async run(): Promise<TmdbPersonResult> {
    const { args, flags } = await this.parse(TmdbPerson);
    const { api } = await this.connect();
    const person = await api.call(getTmdbPerson, { params: { id: args.id }, query: { language: flags.language } });
    this.say(personText(person, this.screen));
    if (person.stale) this.tell('TMDB is down: showing older data.');
    return person;
  }
}
