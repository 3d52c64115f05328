import { Flags } from '@oclif/core';
import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { newPassword } from '../../lib/users/new-password-prompts.ts';
import { createSecretUsers } from '../../lib/users/secret-users.ts';
import { passwordFlags, secretFileFlag, userArgument } from '../../lib/users/user-flags.ts';
import { hashPassword } from '../../lib/core/wiring.ts';

export interface UserAddResult {
  file: string;
  user: string;
  admin: boolean;
}

export default class UserAdd extends ImmersionCommand {
  static override summary = 'Add a user';
  static override description =
    'Asks for a password and writes its hash to the secret file. A running server picks it up right away.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> aiko',
    '<%= config.bin %> <%= command.id %> aiko --admin --secret-file secret.json',
  ];
  static override args = { user: userArgument };
  static override flags = {
    admin: Flags.boolean({ description: 'May see and change everyone’s data' }),
    'secret-file': secretFileFlag,
    ...passwordFlags,
    'dry-run': Flags.boolean({ description: 'Only show what would be added' }),
  };

  async run(): Promise<UserAddResult> {
    const { args, flags } = await this.parse(UserAdd);
    const users = createSecretUsers(this.settings({ IMMERSION_SECRET_FILE: flags['secret-file'] }));
    const result = { file: users.file, user: args.user, admin: flags.admin };
    await users.checkNew(args.user);
    if (flags['dry-run']) {
      this.tell(`Would add “${args.user}” to ${users.file}.`);
      return result;
    }
    const password = await newPassword(args.user, {
      io: this.io,
      fromInput: flags['password-stdin'],
      mayAsk: this.mayAsk(flags),
      force: flags.force,
    });
    await users.add({
      user: args.user,
      password: flags.plain ? password : await hashPassword(password),
      ...(flags.admin ? { admin: true } : {}),
    });
    this.tell(`Added “${args.user}” to ${users.file}.`);
    return result;
  }
}
