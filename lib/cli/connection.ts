import type { Config } from '../config.ts';
import { createApiClient, type ApiClient } from './api-client.ts';

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

/** Connects to the API that the config names; the embedded one is started for it. */
export async function connect(
  config: Config,
  { reread, debug }: { reread: () => Config; debug?: ((line: string) => void) | undefined },
): Promise<Connection> {
  const identity = identityOf(config);
  if (config.api.kind === 'remote') {
    return { api: createApiClient(config.api), identity, user: config.api.user, close: async () => {} };
  }
  const { settleTimeZone, startEmbeddedApi } = await import('./embedded.ts');
  const embedded = await startEmbeddedApi(await settleTimeZone(config, reread), debug);
  const { target } = embedded;
  return { api: createApiClient(target), identity, user: target.user, close: () => embedded.close() };
}
