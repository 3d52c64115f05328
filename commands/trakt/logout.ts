import { Flags } from '@oclif/core';
import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { disconnectTrakt, getTraktStatus } from '../../lib/imports/trakt-contract.ts';

export interface TraktLogoutResult {
  revoked: boolean;
}

export default class TraktLogout extends ImmersionCommand {
  static override summary = 'Log out of Trakt; what was imported stays';
  static override examples = ['<%= config.bin %> <%= command.id %>'];
  static override flags = { 'dry-run': Flags.boolean({ description: 'Only show what would happen' }) };

  async run(): Promise<TraktLogoutResult> {
    const { flags } = await this.parse(TraktLogout);
    const { api } = await this.connect();
    const { connected, needs_reconnect: isLost } = await api.call(getTraktStatus);
    if (flags['dry-run']) {
      this.tell(connected || isLost ? 'Would log out of Trakt.' : 'Not logged in to Trakt.');
      return { revoked: false };
    }
    const { revoked } = await api.call(disconnectTrakt);
    if (revoked) this.tell('Logged out.');
    else if (connected || isLost) {
      this.tell(
        'Logged out here, but Trakt couldn’t be reached: remove the app at https://trakt.tv/oauth/authorized_applications.',
      );
    } else this.tell('Not logged in to Trakt.');
    return { revoked };
  }
}
