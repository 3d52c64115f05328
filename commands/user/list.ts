import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { createSecretUsers } from '../../lib/users/secret-users.ts';
import { renderTable } from '../../lib/core/terminal/table.ts';
import { secretFileFlag } from '../../lib/users/user-flags.ts';
import { isHashed } from '../../lib/core/wiring.ts';

export interface UserListResult {
  file: string;
  users: { user: string; admin: boolean; password: 'hashed' | 'plain' }[];
}

export default class UserList extends ImmersionCommand {
  static override summary = 'List the users';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];
  static override flags = { 'secret-file': secretFileFlag };

  async run(): Promise<UserListResult> {
    const { flags } = await this.parse(UserList);
    const stored = createSecretUsers(this.settings({ IMMERSION_SECRET_FILE: flags['secret-file'] }));
    const users = (await stored.list()).map(({ user, admin = false, password }) => ({
      user,
      admin,
      password: isHashed(password) ? ('hashed' as const) : ('plain' as const),
    }));
    if (users.length === 0) this.tell(`No users in ${stored.file} yet: add one with immersion user add.`);
    else {
      this.say(
        renderTable(
          [{ head: 'User', flexible: true }, { head: 'Admin' }, { head: 'Password' }],
          users.map(({ user, admin, password }) => [user, admin ? 'yes' : 'no', password]),
          this.screen,
        ),
      );
    }
    return { file: stored.file, users };
  }
}
