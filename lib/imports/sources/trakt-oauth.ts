import type { TraktOauth } from '../ports.ts';
import * as z from 'zod';
import { ConflictError, InvalidInputError, NotFoundError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports.ts';
import { createProviderHttp, type Provider, type ProviderHttp, providerError, readBody } from '../../core/http/http.ts';
import { readTraktCredentials, type TraktCredentials } from './trakt-request.ts';

/** OAuth's redirect for codes that the user copies. */
const OUT_OF_BAND = 'urn:ietf:wg:oauth:2.0:oob';

export interface TraktOauthOptions {
  secret: () => Promise<TraktCredentials>;
  /** `https://auth.trakt.tv` */
  baseUrl: string;
  redirectUri?: string | undefined;
  clock: Clock;
  http?: ProviderHttp;
}

const OAUTH: Provider = {
  code: 'trakt',
  name: 'Trakt',
  statusFaults: {
    401: {
      what: 'client_refused',
      reason: 'rejected the client id or secret',
      suggestions: ['Check TRAKT_CLIENT_ID and TRAKT_CLIENT_SECRET.'],
    },
    403: {
      what: 'client_refused',
      reason: 'rejected the client id or has not approved the app',
      suggestions: ['Check TRAKT_CLIENT_ID and the app at https://app.trakt.tv/settings/apps.'],
    },
  },
};

const DAY_SECONDS = 24 * 60 * 60;
/** A span in whole seconds, within what dates and timers can take. */
const span = (longestSeconds: number) =>
  z
    .number()
    .positive()
    .transform((seconds) => Math.ceil(Math.min(seconds, longestSeconds)));

const tokensSchema = z
  .object({
    access_token: z.string().min(1),
    refresh_token: z.string().min(1),
    expires_in: span(366 * DAY_SECONDS),
    created_at: z.number().nullish(),
  })
  .transform((tokens) => ({
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token,
    expiresInSeconds: tokens.expires_in,
    createdAt: tokens.created_at ?? null,
  }));
const deviceSchema = z.object({
  device_code: z.string().min(1),
  user_code: z.string().min(1),
  verification_url: z.string().min(1),
  expires_in: span(DAY_SECONDS),
  interval: span(60),
});
const failureSchema = z.object({ error: z.string() });

/** Nothing is sent twice: codes and refresh tokens work once. */
export function createTraktOauth({
  secret,
  baseUrl,
  redirectUri = OUT_OF_BAND,
  clock,
  http = createProviderHttp({ clock }),
}: TraktOauthOptions): TraktOauth {
  async function post(
    path: string,
    call: { subject: string; json: Record<string, unknown>; expect?: number[]; signal?: AbortSignal | undefined },
  ) {
    const { clientId, clientSecret } = await readTraktCredentials(secret);
    const { signal, ...rest } = call;
    return http.request({
      provider: OAUTH,
      method: 'POST',
      url: `${baseUrl}${path}`,
      headers: { 'trakt-api-version': '2', 'trakt-api-key': clientId },
      ...rest,
      ...(signal && { signal }),
      json: { ...call.json, client_id: clientId, ...(clientSecret && { client_secret: clientSecret }) },
    });
  }

  return {
    async authorizeUrl({ state, codeChallenge }) {
      const { clientId } = await readTraktCredentials(secret);
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        state,
        code_challenge: codeChallenge,
        code_challenge_method: 'S256',
      });
      return `${baseUrl}/oauth/authorize?${query.toString()}`;
    },

    async exchangeCode({ code, codeVerifier }) {
      const subject = 'the login';
      const json = { code, code_verifier: codeVerifier, redirect_uri: redirectUri, grant_type: 'authorization_code' };
      const { status, body } = await post('/oauth/token', { subject, json, expect: [400] });
      if (status !== 400) return readBody({ provider: OAUTH, subject }, tokensSchema, body);
      throw new InvalidInputError('Trakt rejected the code.', {
        code: 'trakt_code_refused',
        suggestions: ['A code works once, for ten minutes: start the login again.'],
      });
    },

    async startDevice() {
      const subject = 'the login';
      const { body } = await post('/oauth/device/code', { subject, json: {} });
      const device = readBody({ provider: OAUTH, subject }, deviceSchema, body);
      return {
        deviceCode: device.device_code,
        userCode: device.user_code,
        verificationUrl: device.verification_url,
        expiresInSeconds: device.expires_in,
        intervalSeconds: device.interval,
      };
    },

    async pollDevice(deviceCode) {
      const subject = 'the login';
      const expect = [400, 404, 409, 410, 418, 429];
      const { status, body } = await post('/oauth/device/token', { subject, json: { code: deviceCode }, expect });
      if (status === 400) return { status: 'pending' };
      if (status === 429) return { status: 'slow_down' };
      if (!expect.includes(status)) {
        return { status: 'connected', tokens: readBody({ provider: OAUTH, subject }, tokensSchema, body) };
      }
      throw deviceRefusal(status);
    },

    async refresh(refreshToken) {
      const subject = 'the renewal of the login';
      const json = { refresh_token: refreshToken, redirect_uri: redirectUri, grant_type: 'refresh_token' };
      const { status, body } = await post('/oauth/token', { subject, json, expect: [400] });
      if (status !== 400) return readBody({ provider: OAUTH, subject }, tokensSchema, body);
      const refusal = failureSchema.safeParse(body);
      if (refusal.success && refusal.data.error === 'invalid_grant') return undefined;
      throw providerError(
        { provider: OAUTH, subject },
        {
          what: 'client_refused',
          reason: 'rejected the request',
          suggestions: ['Check TRAKT_CLIENT_ID, TRAKT_CLIENT_SECRET and TRAKT_REDIRECT_URI.'],
        },
      );
    },

    async revoke(accessToken, signal) {
      await post('/oauth/revoke', { subject: 'the logout', json: { token: accessToken }, signal });
    },
  };
}

function deviceRefusal(status: number) {
  switch (status) {
    case 409:
      return new ConflictError('This code was already used.', { code: 'trakt_device_used' });
    case 410:
      return new ConflictError('The code expired before it was entered.', { code: 'trakt_device_expired' });
    case 418:
      return new ConflictError('The login was denied on Trakt.', { code: 'trakt_device_denied' });
    default:
      return new NotFoundError('Trakt doesn’t recognize this login.', { code: 'trakt_device_unknown' });
  }
}
