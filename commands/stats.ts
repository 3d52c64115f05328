import { Args, Flags } from '@oclif/core';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { SPLITS } from '../lib/stats/split-rules.ts';
import { getStats, type StatsAnswer } from '../lib/stats/stats-contract.ts';
import { parsePeriod, PERIOD_WORDS } from '../lib/stats/stats-flags.ts';
import { statsCsv, statsTable } from '../lib/stats/stats-table.ts';
import { MEDIA } from '../lib/viewings/viewing-rules.ts';

export type StatsResult = StatsAnswer;

export default class Stats extends ImmersionCommand {
  static override summary = 'Show time watched by day, language, show and more';
  static override description =
    'Compares it with the period before, and shows your streak and how much is measured. What each number means: docs/definitions.md';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> year --by language',
    '<%= config.bin %> <%= command.id %> 2026-10 --language ja',
    '<%= config.bin %> <%= command.id %> all --by show --csv > shows.csv',
  ];
  static override args = {
    period: Args.string({ description: `One of ${PERIOD_WORDS}`, default: 'week' }),
  };
  static override flags = {
    by: Flags.option({ description: 'How to split the time', options: SPLITS })(),
    language: Flags.string({ description: 'Only this language, such as ja; unknown for viewings without one' }),
    medium: Flags.option({ description: 'Only this medium', options: MEDIA })(),
    csv: Flags.boolean({ description: 'Print the rows as CSV', exclusive: ['json'] }),
  };

  async run(): Promise<StatsResult> {
    const { args, flags } = await this.parse(Stats);
    const { query, by } = parsePeriod(args.period);
    const { language, medium } = flags;
    const { api } = await this.connect();
    const stats = await api.call(getStats, {
      query: { ...query, by: flags.by ?? by, ...(language && { language }), ...(medium && { medium }) },
    });
    this.say(flags.csv ? statsCsv(stats) : statsTable(stats, this.screen));
    return stats;
  }
}
