import type * as z from 'zod';
import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { idArgument, languageFlag } from '../../lib/titles/title-flags.ts';
import { seriesText } from '../../lib/tmdb/tmdb-table.ts';
import { getTmdbSeries } from '../../lib/tmdb/tmdb-contract.ts';

export type TmdbTvResult = z.output<(typeof getTmdbSeries)['answer']>;

export default class TmdbTv extends ImmersionCommand {
  static override summary = 'Show a series from TMDB';
  static override examples = ['<%= config.bin %> <%= command.id %> 1396'];
  static override args = { id: idArgument };
  static override flags = { language: languageFlag };

  async run(): Promise<TmdbTvResult> {
    const { args, flags } = await this.parse(TmdbTv);
    const { api } = await this.connect();
    const series = await api.call(getTmdbSeries, { params: { id: args.id }, query: { language: flags.language } });
    this.say(seriesText(series, this.screen));
    if (series.stale) this.tell('TMDB is down: showing older data.');
    return series;
  }
}
