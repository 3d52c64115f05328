import { Flags } from '@oclif/core';
import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { findTitle, titleArgument } from '../../lib/titles/find-title-prompts.ts';
import { titleDetails } from '../../lib/titles/titles-table.ts';
import { asLine } from '../../lib/core/terminal/text.ts';
import { getTitle, type TitleDetailsAnswer, removeTitle } from '../../lib/titles/titles-contract.ts';
import { ImmersionError, InvalidInputError } from '../../lib/core/errors.ts';

/** The removed title. */
export type TitlesRemoveResult = TitleDetailsAnswer;

export default class TitlesRemove extends ImmersionCommand {
  static override hiddenAliases = ['library:remove'];
  static override summary = 'Remove a film or series with its viewings';
  static override examples = ['<%= config.bin %> <%= command.id %> "The Night Sea"'];
  static override args = { title: titleArgument };
  static override flags = {
    yes: Flags.boolean({ char: 'y', description: 'Don’t ask for confirmation' }),
    'dry-run': Flags.boolean({ description: 'Only show what would be removed' }),
  };

  async run(): Promise<TitlesRemoveResult> {
    const { args, flags } = await this.parse(TitlesRemove);
    const { api } = await this.connect();
    const params = await findTitle(args.title, api);
    const title = await api.call(getTitle, { params });
    const name = asLine(title.title);
    this.say(titleDetails(title, this.screen));
    if (flags['dry-run']) {
      this.tell(`Would remove ${name}.`);
      return title;
    }
    if (!flags.yes) await this.ask(flags, name);
    await api.call(removeTitle, { params });
    this.tell(`Removed ${name}.`);
    return title;
  }

  private async ask(flags: { input: boolean }, name: string): Promise<void> {
    const prompts = await this.prompts(flags);
    if (!prompts) {
      throw new InvalidInputError(`Can’t ask whether to remove ${name} without a terminal.`, {
        code: 'input_needed',
        suggestions: ['Confirm in advance with --yes.'],
      });
    }
    if (await prompts.confirm(`Remove ${name} with all its viewings?`)) return;
    throw new ImmersionError('Cancelled; nothing was removed.', { code: 'declined' });
  }
}
