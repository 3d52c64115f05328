import { Args, Flags } from '@oclif/core';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { InvalidInputError } from '../lib/core/errors.ts';
import { heatmap, heatmapInWords, heatmapRange } from '../lib/stats/heatmap-text.ts';
import { getStats, type StatsAnswer } from '../lib/stats/stats-contract.ts';
import { daysAfter } from '../lib/viewings/day-rules.ts';

/** More than 53 weeks, in any time zone. */
const DAYS_BACK = 380;

/** Statistics by day. */
export type HeatmapResult = StatsAnswer;

export default class Heatmap extends ImmersionCommand {
  static override summary = 'Show each day of a year as a calendar of how much you watched';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> 2025 --plain',
  ];
  static override args = {
    year: Args.string({ description: 'The year (default: the last 53 weeks)' }),
  };
  static override flags = {
    plain: Flags.boolean({ description: 'In words, week by week, for screen readers' }),
  };

  async run(): Promise<HeatmapResult> {
    const { args, flags } = await this.parse(Heatmap);
    const { year } = args;
    if (year !== undefined && !/^\d{4}$/.test(year)) {
      throw new InvalidInputError(`“${year}” isn’t a year.`, { code: 'invalid_argument' });
    }
    const today = new Date().toISOString().slice(0, 10);
    const query = year ? { from: `${year}-01-01`, to: `${year}-12-31` } : { from: daysAfter(today, -DAYS_BACK) };
    const { api } = await this.connect();
    const stats = await api.call(getStats, { query: { ...query, by: 'day' } });
    const range = heatmapRange(stats, year);
    this.say(flags.plain ? heatmapInWords(stats, range) : heatmap(stats, range, this.screen));
    return stats;
  }
}
