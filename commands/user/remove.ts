import { Flags } from '@oclif/core';
import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { createSecretUsers } from '../../lib/users/secret-users.ts';
import { secretFileFlag, userArgument } from '../../lib/users/user-flags.ts';
import { removeDataOf } from '../../lib/core/wiring.ts';
import { ImmersionError, InvalidInputError } from '../../lib/core/errors.ts';

export interface UserRemoveResult {
  file: string;
  user: string;
  /** Items removed with `--data`. */
  items: number;
}

export default class UserRemove extends ImmersionCommand {
  static override summary = 'Remove a user';
  static override description =
    'Removes the user from the secret file; what they recorded stays, unless --data removes it as well. A running server picks it up right away.';
  static override examples = ['<%= config.bin %> <%= command.id %> aiko --yes'];
  static override args = { user: userArgument };
  static override flags = {
    'secret-file': secretFileFlag,
    data: Flags.boolean({ description: 'Also remove everything that they recorded, permanently' }),
    yes: Flags.boolean({ char: 'y', description: 'Don’t ask for confirmation' }),
    'dry-run': Flags.boolean({ description: 'Only show who would be removed' }),
  };

  async run(): Promise<UserRemoveResult> {
    const { args, flags } = await this.parse(UserRemove);
    const config = this.settings({ IMMERSION_SECRET_FILE: flags['secret-file'] });
    const users = createSecretUsers(config);
    await users.find(args.user);
    const result = { file: users.file, user: args.user, items: 0 };
    const what = `“${args.user}”${flags.data ? ' and everything that they recorded' : ''}`;
    if (flags['dry-run']) {
      this.tell(`Would remove ${what} from ${users.file}.`);
      return result;
    }
    if (!flags.yes) await this.ask(flags, args.user, what);
    await users.remove(args.user);
    this.tell(`Removed “${args.user}” from ${users.file}.`);
    if (flags.data) result.items = await removeDataOf(args.user, config);
    this.tell(flags.data ? `Removed ${result.items} stored items.` : 'What they recorded stays.');
    return result;
  }

  private async ask(flags: { input: boolean }, user: string, what: string): Promise<void> {
    const prompts = await this.prompts(flags);
    if (!prompts) {
      throw new InvalidInputError(`Can’t ask whether to remove “${user}” without a terminal.`, {
        code: 'input_needed',
        suggestions: [`Confirm in advance: immersion user remove ${user} --yes`],
      });
    }
    if (await prompts.confirm(`Remove ${what}?`)) return;
    throw new ImmersionError('Cancelled; nothing was removed.', { code: 'declined' });
  }
}
