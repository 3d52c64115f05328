import { partitionOf } from '../viewings/record-items.ts';
import type { Item, Key } from '../core/store/store.ts';
import { keyAttributes } from '../core/codec.ts';

/** A user's Trakt login. Instants are epoch seconds. */
export interface TraktConnectionItem {
  /** Both tokens, encrypted. */
  tokens: string;
  expiresAt: number;
  lifetimeSeconds: number;
  username: string | null;
  connectedAt: number;
  /** Trakt rejects the tokens. */
  needsReconnect: boolean;
  /** Incremented with each pair of tokens. */
  rev: number;
}

/** A pending login through Trakt's page. */
export interface TraktStateItem {
  state: string;
  /** The PKCE verifier, encrypted. */
  verifier: string;
  expiresAt: number;
}

/** A pending login on another device. */
export interface TraktDeviceItem {
  /** Encrypted. */
  deviceCode: string;
  intervalSeconds: number;
  expiresAt: number;
}

export const traktConnectionKey = (user: string): Key => ({ partition: partitionOf(user), sort: 'TRAKTCONNECTION' });
export const traktStateKey = (user: string): Key => ({ partition: partitionOf(user), sort: 'TRAKTSTATE' });
export const traktDeviceKey = (user: string, deviceId: string): Key => ({
  partition: partitionOf(user),
  sort: `TRAKTDEVICE#${deviceId}`,
});

/** Not `expires_at`: stores drop items at that time, but the refresh token outlives it. */
export const toTraktConnectionItem = (user: string, connection: TraktConnectionItem): Item => ({
  ...keyAttributes(traktConnectionKey(user)),
  tokens: connection.tokens,
  token_expires_at: connection.expiresAt,
  token_lifetime: connection.lifetimeSeconds,
  username: connection.username,
  connected_at: connection.connectedAt,
  needs_reconnect: connection.needsReconnect,
  rev: connection.rev,
});

export const traktConnectionOf = (item: Item): TraktConnectionItem => ({
  tokens: String(item['tokens']),
  expiresAt: Number(item['token_expires_at']),
  lifetimeSeconds: Number(item['token_lifetime']),
  username: typeof item['username'] === 'string' ? item['username'] : null,
  connectedAt: Number(item['connected_at']),
  needsReconnect: item['needs_reconnect'] === true,
  rev: Number(item['rev']),
});

export const toTraktStateItem = (user: string, { state, verifier, expiresAt }: TraktStateItem): Item => ({
  ...keyAttributes(traktStateKey(user)),
  state,
  verifier,
  expires_at: expiresAt,
});

export const traktStateOf = (item: Item): TraktStateItem => ({
  state: String(item['state']),
  verifier: String(item['verifier']),
  expiresAt: Number(item['expires_at']),
});

export const toTraktDeviceItem = (user: string, deviceId: string, device: TraktDeviceItem): Item => ({
  ...keyAttributes(traktDeviceKey(user, deviceId)),
  device_code: device.deviceCode,
  interval: device.intervalSeconds,
  expires_at: device.expiresAt,
});

export const traktDeviceOf = (item: Item): TraktDeviceItem => ({
  deviceCode: String(item['device_code']),
  intervalSeconds: Number(item['interval']),
  expiresAt: Number(item['expires_at']),
});
