import type { Trakt, TraktOauth, TraktTokens, WithToken } from './ports.ts';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ConflictError, ImmersionError, InvalidInputError, NotFoundError, StoreError } from '../core/errors.ts';
import { isDueForRenewal, SLOW_DOWN_SECONDS, STATE_SECONDS, tokenLife } from './login-rules.ts';
import { absent, equals, type Store } from '../core/store/store.ts';
import {
  toTraktConnectionItem,
  toTraktDeviceItem,
  toTraktStateItem,
  type TraktConnectionItem,
  traktConnectionKey,
  traktConnectionOf,
  traktDeviceKey,
  traktDeviceOf,
  traktStateKey,
  traktStateOf,
} from './trakt-items.ts';
import type { Clock } from '../core/ports.ts';
import type { TokenCipher } from './token-cipher-service.ts';
import { toEpochSeconds } from '../core/instant-rules.ts';

export interface TraktConnectionStatus {
  connected: boolean;
  username: string | null;
  /** Epoch seconds. */
  expiresAt: number | null;
  needsReconnect: boolean;
}

/** Users' Trakt logins. Tokens are stored encrypted and are only sent to Trakt. */
export interface TraktConnection {
  /** Starts a login through Trakt's page. A state works once, for ten minutes; a new one replaces it. */
  authorize(user: string): Promise<{ url: string; state: string }>;
  /** Completes a login. Throws `trakt_state_mismatch` for a wrong, expired or used state, without a request. */
  exchange(request: { user: string; code: string; state: string }): Promise<void>;
  startDevice(user: string): Promise<{
    deviceId: string;
    userCode: string;
    verificationUrl: string;
    expiresInSeconds: number;
    intervalSeconds: number;
  }>;
  /** Checks for confirmation; throws on a final refusal. */
  pollDevice(request: { user: string; deviceId: string }): Promise<{
    status: 'pending' | 'connected';
    intervalSeconds: number;
  }>;
  status(user: string): Promise<TraktConnectionStatus>;
  /** Always removes the login here; `revoked` tells whether Trakt revoked the tokens too. */
  disconnect(user: string): Promise<{ revoked: boolean }>;
  /** Renews the token as needed. Throws `trakt_not_connected` and `trakt_reconnect_required`. */
  withTokenOf(user: string): WithToken;
}

export interface TraktConnectionOptions {
  store: Store;
  oauth: TraktOauth;
  trakt: Pick<Trakt, 'username'>;
  cipher: TokenCipher;
  clock: Clock;
  sleep?: (milliseconds: number) => Promise<unknown>;
  /** Timeout of the revocation. */
  revokeMs?: number;
}

/** Decrypted tokens and their stored item. */
interface Login {
  item: TraktConnectionItem;
  accessToken: string;
  refreshToken: string;
}

/** When a refresh token is rejected, another process may have used it: wait for its tokens. */
const SIBLING_PAUSES_MS = [100, 200, 400, 800, 1500];
/** Retries, since losing a new pair means losing the login. */
const STORE_PAUSES_MS = [200, 1000];

export function createTraktConnection({
  store,
  oauth,
  trakt,
  cipher,
  clock,
  sleep = (milliseconds) => delay(milliseconds),
  revokeMs = 5000,
}: TraktConnectionOptions): TraktConnection {
  const seconds = () => toEpochSeconds(clock.now());
  const renewals = new Map<string, Promise<Login>>();

  async function readItem(user: string): Promise<TraktConnectionItem | undefined> {
    const item = await store.get(traktConnectionKey(user), { consistent: true });
    return item && traktConnectionOf(item);
  }

  async function readLogin(user: string): Promise<Login> {
    const item = await readItem(user);
    if (!item) throw notConnected();
    if (item.needsReconnect) throw reconnectRequired();
    const tokens = await cipher.decrypt(item.tokens, user);
    if (tokens === undefined) throw reconnectRequired();
    const [accessToken = '', refreshToken = ''] = JSON.parse(tokens) as string[];
    return { item, accessToken, refreshToken };
  }

  const encrypted = ({ accessToken, refreshToken }: TraktTokens, user: string): Promise<string> =>
    cipher.encrypt(JSON.stringify([accessToken, refreshToken]), user);

  async function connect(user: string, tokens: TraktTokens): Promise<void> {
    const username = await trakt.username({ withToken: (call) => call(tokens.accessToken) }).catch(() => null);
    for (;;) {
      const before = await readItem(user);
      const item = {
        tokens: await encrypted(tokens, user),
        ...tokenLife(tokens, seconds()),
        username,
        connectedAt: seconds(),
        needsReconnect: false,
        // Not from 1: a stale holder of an earlier login must not match this one.
        rev: before ? before.rev + 1 : seconds(),
      };
      const condition = before ? equals('rev', before.rev) : absent;
      if (await store.put(toTraktConnectionItem(user, item), condition)) return;
    }
  }

  /** Renews the login, once for concurrent callers and processes. */
  function renew(user: string, rev: number): Promise<Login> {
    const running = renewals.get(user);
    if (running) return running;
    const renewal = renewOnce(user, rev).finally(() => renewals.delete(user));
    renewals.set(user, renewal);
    return renewal;
  }

  async function renewOnce(user: string, rev: number): Promise<Login> {
    const login = await readLogin(user);
    if (login.item.rev !== rev) return login;
    const tokens = await oauth.refresh(login.refreshToken);
    if (tokens === undefined) return siblingLogin(user, login.item);
    const item = {
      ...login.item,
      tokens: await encrypted(tokens, user),
      ...tokenLife(tokens, seconds()),
      rev: rev + 1,
    };
    const stored = await storeRenewed(user, item, rev);
    return stored ? { item, accessToken: tokens.accessToken, refreshToken: tokens.refreshToken } : readLogin(user);
  }

  async function storeRenewed(user: string, item: TraktConnectionItem, rev: number): Promise<boolean> {
    for (let tries = 0; ; tries += 1) {
      try {
        const stored = await store.put(toTraktConnectionItem(user, item), equals('rev', rev));
        // After a failed try, the stored item may be ours.
        return stored || (tries > 0 && (await readItem(user))?.tokens === item.tokens);
      } catch (error) {
        const pause = STORE_PAUSES_MS[tries];
        if (!(error instanceof StoreError) || pause === undefined) throw error;
        await sleep(pause);
      }
    }
  }

  /** The refresh token was used: either another process stores new tokens shortly, or the login is lost. */
  async function siblingLogin(user: string, refused: TraktConnectionItem): Promise<Login> {
    for (const pause of [0, ...SIBLING_PAUSES_MS]) {
      if (pause > 0) await sleep(pause);
      const login = await readLogin(user);
      if (login.item.rev !== refused.rev) return login;
    }
    await giveUp(user, refused);
    throw reconnectRequired();
  }

  /** Marks the login as lost, so that it isn't tried again. */
  async function giveUp(user: string, item: TraktConnectionItem): Promise<void> {
    const lost = { ...item, needsReconnect: true, rev: item.rev + 1 };
    await store.put(toTraktConnectionItem(user, lost), equals('rev', item.rev));
  }

  return {
    async authorize(user) {
      const state = randomBytes(32).toString('base64url');
      const verifier = randomBytes(32).toString('base64url');
      const codeChallenge = createHash('sha256').update(verifier).digest('base64url');
      const url = await oauth.authorizeUrl({ state, codeChallenge });
      await store.put(
        toTraktStateItem(user, {
          state,
          verifier: await cipher.encrypt(verifier, user),
          expiresAt: seconds() + STATE_SECONDS,
        }),
      );
      return { url, state };
    },

    async exchange({ user, code, state }) {
      const item = await store.get(traktStateKey(user), { consistent: true });
      const pending = item && traktStateOf(item);
      if (!pending || pending.state !== state || pending.expiresAt <= seconds()) throw stateMismatch();
      const codeVerifier = await cipher.decrypt(pending.verifier, user);
      if (codeVerifier === undefined) throw stateMismatch();
      // Only the request that deletes the state may use it.
      if (!(await store.delete(traktStateKey(user), equals('state', state)))) throw stateMismatch();
      await connect(user, await oauth.exchangeCode({ code, codeVerifier }));
    },

    async startDevice(user) {
      const { deviceCode, ...device } = await oauth.startDevice();
      const deviceId = randomUUID();
      await store.put(
        toTraktDeviceItem(user, deviceId, {
          deviceCode: await cipher.encrypt(deviceCode, user),
          intervalSeconds: device.intervalSeconds,
          expiresAt: seconds() + device.expiresInSeconds,
        }),
      );
      return { deviceId, ...device };
    },

    async pollDevice({ user, deviceId }) {
      const item = await store.get(traktDeviceKey(user, deviceId), { consistent: true });
      const device = item && traktDeviceOf(item);
      const deviceCode = device && (await cipher.decrypt(device.deviceCode, user));
      if (!device || deviceCode === undefined) {
        throw new NotFoundError('No such login, or it has ended.', {
          code: 'trakt_device_unknown',
        });
      }
      if (device.expiresAt <= seconds()) {
        await store.delete(traktDeviceKey(user, deviceId));
        throw new ConflictError('The code expired before it was entered.', {
          code: 'trakt_device_expired',
        });
      }
      try {
        const answer = await oauth.pollDevice(deviceCode);
        if (answer.status === 'connected') {
          await connect(user, answer.tokens);
          await store.delete(traktDeviceKey(user, deviceId));
          return { status: 'connected', intervalSeconds: device.intervalSeconds };
        }
        if (answer.status === 'pending') return { status: 'pending', intervalSeconds: device.intervalSeconds };
        const slower = { ...device, intervalSeconds: device.intervalSeconds + SLOW_DOWN_SECONDS };
        await store.put(toTraktDeviceItem(user, deviceId, slower));
        return { status: 'pending', intervalSeconds: slower.intervalSeconds };
      } catch (error) {
        if (hasCode(error, FINAL_REFUSALS)) await store.delete(traktDeviceKey(user, deviceId));
        throw error;
      }
    },

    async status(user) {
      const item = await readItem(user);
      if (!item) return { connected: false, username: null, expiresAt: null, needsReconnect: false };
      const { username, expiresAt, needsReconnect } = item;
      return { connected: !needsReconnect, username, expiresAt, needsReconnect };
    },

    async disconnect(user) {
      const login = await readLogin(user).catch((error: unknown) => {
        if (error instanceof StoreError) throw error;
        return undefined;
      });
      const revoked =
        login !== undefined &&
        (await oauth.revoke(login.accessToken, AbortSignal.timeout(revokeMs)).then(
          () => true,
          () => false,
        ));
      await store.delete(traktConnectionKey(user));
      return { revoked };
    },

    withTokenOf: (user) => async (call) => {
      let login = await readLogin(user);
      if (isDueForRenewal(login.item, seconds())) login = await renew(user, login.item.rev);
      try {
        return await call(login.accessToken);
      } catch (error) {
        if (!hasCode(error, ['trakt_unauthorized'])) throw error;
      }
      login = await renew(user, login.item.rev);
      try {
        return await call(login.accessToken);
      } catch (error) {
        if (!hasCode(error, ['trakt_unauthorized'])) throw error;
        await giveUp(user, login.item);
        throw reconnectRequired();
      }
    },
  };
}

const FINAL_REFUSALS = ['trakt_device_unknown', 'trakt_device_used', 'trakt_device_expired', 'trakt_device_denied'];

const hasCode = (error: unknown, codes: readonly string[]): boolean =>
  error instanceof ImmersionError && codes.includes(error.code);

const stateMismatch = (): InvalidInputError =>
  new InvalidInputError('This login was not started here, was already used, or is older than ten minutes.', {
    code: 'trakt_state_mismatch',
    suggestions: ['Start the login again.'],
  });

const notConnected = (): ConflictError =>
  new ConflictError('No Trakt account is connected.', {
    code: 'trakt_not_connected',
  });

const reconnectRequired = (): ConflictError =>
  new ConflictError('Trakt no longer accepts the login.', {
    code: 'trakt_reconnect_required',
    suggestions: ['What was imported stays, and the import can resume where it stopped.'],
  });
