import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { findTitle, titleArgument } from '../../lib/titles/find-title-prompts.ts';
import { titleDetails } from '../../lib/titles/titles-table.ts';
import { getTitle, type TitleDetailsAnswer } from '../../lib/titles/titles-contract.ts';

export type TitlesShowResult = TitleDetailsAnswer;

export default class TitlesShow extends ImmersionCommand {
  static override hiddenAliases = ['library:show'];
  static override summary = 'Show when you watched a film or series';
  static override examples = ['<%= config.bin %> <%= command.id %> "The Night Sea"'];
  static override args = { title: titleArgument };

  async run(): Promise<TitlesShowResult> {
    const { args } = await this.parse(TitlesShow);
    const { api } = await this.connect();
    const title = await api.call(getTitle, { params: await findTitle(args.title, api) });
    this.say(titleDetails(title, this.screen));
    return title;
  }
}
