import { randomBytes } from 'node:crypto';
import { startService } from '../../api/server.ts';
import { createConfigFile, type ApiTarget, type Config } from '../config.ts';

/** The person of the embedded API. */
const EMBEDDED_USER = 'me';

/** An API inside this process, on a free loopback port, with a password that only this run knows. */
export interface EmbeddedApi {
  target: Extract<ApiTarget, { kind: 'remote' }>;
  close(): Promise<void>;
}

/** Starts the API inside this process. `debug` gets its log lines; without it there are none. */
export async function startEmbeddedApi(config: Config, debug?: (line: string) => void): Promise<EmbeddedApi> {
  const password = randomBytes(24).toString('base64url');
  const server = await startService(
    { ...config, host: '127.0.0.1', port: 0 },
    {
      format: debug ? 'human' : 'none',
      write: debug ?? (() => {}),
      // Whoever runs the command has the whole file in hand.
      users: [{ user: EMBEDDED_USER, password, admin: true }],
    },
  );
  return {
    target: { kind: 'remote', url: server.url, user: EMBEDDED_USER, password },
    close: () => server.stop(),
  };
}

/** The config as the embedded API wants it: with the computer's time zone where no config file says otherwise. */
export async function settleTimeZone(config: Config, reread: () => Config): Promise<Config> {
  if (config.configFileExists) return config;
  await createConfigFile(config.configFile);
  return reread();
}
