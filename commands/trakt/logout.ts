import { Flags } from '@oclif/core';
import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { disconnectTrakt, getTraktStatus } from '../../lib/imports/trakt-contract.ts';

/** What `immersion trakt logout --json` prints. */
export interface TraktLogoutResult {
  revoked: boolean;
}

export default class TraktLogout extends ImmersionCommand {
  static override summary = 'Forget the login at Trakt; what was imported stays';
  static override examples = ['<%= config.bin %> <%= command.id %>'];
  static override flags = { 'dry-run': Flags.boolean({ description: 'Only say what would be forgotten' }) };

  async run(): Promise<TraktLogoutResult> {
    const { flags } = await this.parse(TraktLogout);
    const { api } = await this.connect();
    const { connected, needs_reconnect: isLost } = await api.call(getTraktStatus);
    if (flags['dry-run']) {
      this.tell(connected || isLost ? 'Would forget the login at Trakt.' : 'Not logged in at Trakt.');
      return { revoked: false };
    }
    const { revoked } = await api.call(disconnectTrakt);
    if (revoked) this.tell('Logged out.');
    else if (connected || isLost) {
      this.tell(
        'Logged out here. Trakt could not be told: remove the app at https://trakt.tv/oauth/authorized_applications.',
      );
    } else this.tell('Not logged in at Trakt.');
    return { revoked };
  }
}
