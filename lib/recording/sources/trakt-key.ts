import { NotConfiguredError } from '../../core/errors.ts';
import type { Provider, ProviderHttp } from '../../core/http/http.ts';
import type { KeyProbe } from '../ports.ts';

const REFUSED = { what: 'key_refused', reason: 'rejected the client id' };
const TRAKT: Provider = { code: 'trakt', name: 'Trakt', statusFaults: { 401: REFUSED, 403: REFUSED } };

/** Needs no login. */
export const createTraktKeyProbe =
  ({
    secret,
    baseUrl,
    http,
  }: {
    secret: () => Promise<{ traktClientId?: string | undefined }>;
    baseUrl: string;
    http: ProviderHttp;
  }): KeyProbe =>
  async () => {
    const clientId = (await secret()).traktClientId?.trim();
    if (!clientId) {
      throw new NotConfiguredError('TRAKT_CLIENT_ID is not set.', { code: 'trakt_not_configured' });
    }
    await http.request({
      provider: TRAKT,
      subject: 'the genres of films',
      account: clientId,
      url: `${baseUrl}/genres/movies`,
      headers: { 'content-type': 'application/json', 'trakt-api-version': '2', 'trakt-api-key': clientId },
    });
  };
