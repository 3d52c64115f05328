import { Args, Flags } from '@oclif/core';
import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { checkTitle, findTitle, titleArgument } from '../../lib/titles/find-title-prompts.ts';
import { asLine } from '../../lib/core/terminal/text.ts';
import { parseRating } from '../../lib/titles/title-flags.ts';
import { type TitleAnswer, setTitle } from '../../lib/titles/titles-contract.ts';
import { RATING_NAMES } from '../../lib/titles/rating-rules.ts';

export type TitlesRateResult = TitleAnswer | null;

export default class TitlesRate extends ImmersionCommand {
  static override hiddenAliases = ['library:rate'];
  static override summary = 'Rate a film or series; your rating takes precedence over Trakt’s';
  static override examples = [
    '<%= config.bin %> <%= command.id %> "The Night Sea" outstanding',
    '<%= config.bin %> <%= command.id %> tv/1396 4',
  ];
  static override args = {
    title: titleArgument,
    rating: Args.string({
      description: '1 Waste, 2 Meh, 3 Decent, 4 Entertaining, 5 Outstanding, or none',
      required: true,
    }),
  };
  static override flags = {
    'dry-run': Flags.boolean({ description: 'Only show what would be set' }),
  };

  async run(): Promise<TitlesRateResult> {
    const { args, flags } = await this.parse(TitlesRate);
    const rating = parseRating(args.rating);
    const { api } = await this.connect();
    const params = await findTitle(args.title, api);
    if (flags['dry-run']) {
      await checkTitle(params, api);
      const name = `${params.type}/${params.tmdb_id}`;
      this.tell(
        rating === null ? `Would clear your rating of ${name}.` : `Would rate ${name} ${RATING_NAMES[rating]}.`,
      );
      return null;
    }
    const title = await api.call(setTitle, { params, body: { rating } });
    const name = asLine(title.title);
    this.tell(title.rating_name === null ? `${name}: no rating.` : `${name}: ${title.rating_name}.`);
    return title;
  }
}
