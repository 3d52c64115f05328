import { setTimeout as delay } from 'node:timers/promises';
import { startActivity } from '../../lib/core/terminal/activity.ts';
import { asLine } from '../../lib/core/terminal/text.ts';
import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { getTraktStatus, pollTraktDevice, startTraktDevice } from '../../lib/imports/trakt-contract.ts';
import { ConflictError, ImmersionError } from '../../lib/core/errors.ts';

export interface TraktLoginResult {
  connected: true;
  username: string | null;
}

export default class TraktLogin extends ImmersionCommand {
  static override summary = 'Log in to Trakt with a code that you enter on any device';
  static override description =
    'Needs TRAKT_CLIENT_ID and TRAKT_CLIENT_SECRET of a Trakt app. The tokens are stored encrypted. Without an app, import your data export: immersion trakt import FILE.zip';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  async run(): Promise<TraktLoginResult> {
    await this.parse(TraktLogin);
    const { api } = await this.connect();
    const device = await api.call(startTraktDevice);
    this.tell(asLine(`Open ${device.verification_url} and enter the code ${device.user_code}`));
    const activity = startActivity('Waiting for the code…', this.io, this.jsonEnabled());
    try {
      let left = device.expires_in;
      for (let { interval } = device; left > 0; left -= interval) {
        await delay(Math.min(interval, left) * 1000);
        const params = { device_id: device.device_id };
        const poll = await api.call(pollTraktDevice, { params }).catch(undefinedInOutage);
        if (poll?.status === 'connected') break;
        if (poll) ({ interval } = poll);
      }
      if (left <= 0) {
        throw new ConflictError('The code expired before it was entered.', {
          code: 'trakt_device_expired',
          suggestions: ['Start over: immersion trakt login'],
        });
      }
    } finally {
      activity.stop();
    }
    const { username } = await api.call(getTraktStatus);
    const name = username === null ? '' : ` as ${asLine(username)}`;
    this.tell(`Logged in${name}. See what an import would do: immersion trakt preview`);
    return { connected: true, username };
  }
}

/** Ignores short outages of Trakt while the user is in the browser. */
function undefinedInOutage(error: unknown): undefined {
  if (!(error instanceof ImmersionError) || error.code !== 'trakt_unavailable') throw error;
}
