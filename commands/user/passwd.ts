import { Flags } from '@oclif/core';
import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { newPassword } from '../../lib/users/new-password-prompts.ts';
import { createSecretUsers } from '../../lib/users/secret-users.ts';
import { passwordFlags, secretFileFlag, userArgument } from '../../lib/users/user-flags.ts';
import { hashPassword } from '../../lib/core/wiring.ts';

export interface UserPasswdResult {
  file: string;
  user: string;
}

export default class UserPasswd extends ImmersionCommand {
  static override summary = 'Change a user’s password';
  static override description =
    'Asks for the new password and writes its hash to the secret file. A running server picks it up right away.';
  static override examples = ['<%= config.bin %> <%= command.id %> aiko'];
  static override args = { user: userArgument };
  static override flags = {
    'secret-file': secretFileFlag,
    ...passwordFlags,
    'dry-run': Flags.boolean({ description: 'Only show whose password would change' }),
  };

  async run(): Promise<UserPasswdResult> {
    const { args, flags } = await this.parse(UserPasswd);
    const users = createSecretUsers(this.settings({ IMMERSION_SECRET_FILE: flags['secret-file'] }));
    await users.find(args.user);
    const result = { file: users.file, user: args.user };
    if (flags['dry-run']) {
      this.tell(`Would change the password of “${args.user}” in ${users.file}.`);
      return result;
    }
    const password = await newPassword(args.user, {
      io: this.io,
      fromInput: flags['password-stdin'],
      mayAsk: this.mayAsk(flags),
      force: flags.force,
    });
    await users.setPassword(args.user, flags.plain ? password : await hashPassword(password));
    this.tell(`Changed the password of “${args.user}” in ${users.file}.`);
    return result;
  }
}
