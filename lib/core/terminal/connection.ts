import { existsSync } from 'node:fs';
import { databaseFile, type Config } from '../config.ts';
import { InvalidInputError } from '../errors.ts';
import { isLoopback } from '../loopback-rules.ts';
import { createApiClient, type ApiClient } from './api-client.ts';
import type { EmbeddedApi } from './embedded.ts';

/** The user of the embedded API. */
export const EMBEDDED_USER = 'me';

export interface Connection {
  api: ApiClient;
  /** Identifies the store: confirmations by one don't apply to another. */
  identity: string;
  user: string;
  close(): Promise<void>;
}

export const identityOf = (config: Config): string =>
  config.api.kind === 'remote' ? `${config.api.user} at ${config.api.url}` : `embedded in ${config.dataDirectory}`;

/** Whether calling the API creates no files: the embedded one does on its first start. */
export const isSetUp = (config: Config): boolean =>
  config.api.kind === 'remote' || config.store !== 'sqlite' || existsSync(databaseFile(config));

/** Connects to the configured API. Nothing is sent or started before the first call. */
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
    api: {
      isEmbedded: true,
      call: async (endpoint, options) => (await (embedded ??= start())).api.call(endpoint, options),
    },
    identity,
    user: EMBEDDED_USER,
    // A failed start was already reported to its caller.
    close: async () => (await embedded?.catch(() => undefined))?.close(),
  };
}

const unprotected = (url: string) =>
  new InvalidInputError(`The password would be sent unencrypted to ${url}.`, {
    code: 'insecure_url',
    suggestions: [
      'Set IMMERSION_TRACKER_API_URL to an https:// address.',
      'On your own network, pass --insecure or set IMMERSION_INSECURE=1.',
    ],
  });
