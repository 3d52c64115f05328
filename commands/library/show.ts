import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { findTitle, titleArgument } from '../../lib/titles/find-title-prompts.ts';
import { libraryDetails } from '../../lib/titles/titles-table.ts';
import { getLibraryTitle, type LibraryTitleDetails } from '../../lib/titles/titles-contract.ts';

/** What `immersion library show --json` prints: the API's answer. */
export type LibraryShowResult = LibraryTitleDetails;

export default class LibraryShow extends ImmersionCommand {
  static override summary = 'Show when you watched a film or series';
  static override examples = ['<%= config.bin %> <%= command.id %> "The Night Sea"'];
  static override args = { title: titleArgument };

  async run(): Promise<LibraryShowResult> {
    const { args } = await this.parse(LibraryShow);
    const { api } = await this.connect();
    const title = await api.call(getLibraryTitle, { params: await findTitle(args.title, api) });
    this.say(libraryDetails(title, this.screen));
    return title;
  }
}
