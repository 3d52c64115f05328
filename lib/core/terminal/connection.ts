import { existsSync } from 'node:fs';
import { databaseFile, type Config } from '../config.ts';
import { InvalidInputError } from '../errors.ts';
import { isLoopback } from '../loopback-rules.ts';
import { createApiClient, type ApiClient } from './api-client.ts';
import type { EmbeddedApi } from './embedded.ts';

/** The person of the embedded API. */
export const EMBEDDED_USER = 'me';

/** A way to the API, and who it belongs to. */
export interface Connection {
  api: ApiClient;
  /** Names the store behind the API: what one has confirmed says nothing of another. */
  identity: string;
  /** Who the API takes this one for. */
  user: string;
  close(): Promise<void>;
}

/** Names the store that a config leads to. */
export const identityOf = (config: Config): string =>
  config.api.kind === 'remote' ? `${config.api.user} at ${config.api.url}` : `embedded in ${config.dataDirectory}`;

/** Whether asking the API sets nothing up: an embedded one makes its files with the first call. */
export const isSetUp = (config: Config): boolean =>
  config.api.kind === 'remote' || config.store !== 'sqlite' || existsSync(databaseFile(config));

/** The way to the API that the config names. Nothing is asked, and no embedded API started, before the first call. */
export function connect(
  config: Config,
  { reread, debug }: { reread: () => Config; debug?: ((line: string) => void) | undefined },
): Connection {
  const identity = identityOf(config);
  if (config.api.kind === 'remote') {
    const { protocol, hostname } = new URL(config.api.url);
    if (protocol === 'http:' && !isLoopback(hostname) && !config.insecure) throw unprotected(config.api.url);
    return {
      api: createApiClient(config.api),
      identity,
      user: config.api.user,
      close: async () => {},
    };
  }
  let embedded: Promise<EmbeddedApi> | undefined;
  const start = async (): Promise<EmbeddedApi> => {
    const { settleTimeZone, startEmbeddedApi } = await import('./embedded.ts');
    return startEmbeddedApi(await settleTimeZone(config, reread), { user: EMBEDDED_USER, debug });
  };
  return {
    api: { call: async (endpoint, options) => (await (embedded ??= start())).api.call(endpoint, options) },
    identity,
    user: EMBEDDED_USER,
    // One that did not start has already reported so to its caller.
    close: async () => (await embedded?.catch(() => undefined))?.close(),
  };
}

const unprotected = (url: string) =>
  new InvalidInputError(`The password would cross the network unprotected to ${url}.`, {
    code: 'insecure_url',
    suggestions: [
      'Give IMMERSION_TRACKER_API_URL an address that begins with https://.',
      'On a network of your own, pass --insecure or set IMMERSION_INSECURE=1.',
    ],
  });
