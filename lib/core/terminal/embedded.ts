import { randomBytes } from 'node:crypto';
import { startService } from '../../../api/server.ts';
import { computersTimeZone, createConfigFile, type Config } from '../config.ts';
import { ImmersionError } from '../errors.ts';
import { createApiClient, type ApiClient } from './api-client.ts';

/** An API inside this process, on a free loopback port, with a password that only this run knows. */
export interface EmbeddedApi {
  api: ApiClient;
  close(): Promise<void>;
}

/** Starts the API inside this process, for one user. `debug` gets its log lines; without it there are none. */
export async function startEmbeddedApi(
  config: Config,
  { user, debug }: { user: string; debug?: ((line: string) => void) | undefined },
): Promise<EmbeddedApi> {
  const password = randomBytes(24).toString('base64url');
  const server = await startService(
    { ...config, host: '127.0.0.1', port: 0 },
    {
      format: debug ? 'human' : 'none',
      write: debug ?? (() => {}),
      // Whoever runs the command has the whole file in hand.
      users: [{ user, password, admin: true }],
    },
  );
  return {
    api: createApiClient({ url: server.url, user, password }),
    close: () => server.stop(),
  };
}

/** What keeps a file from being written where reading may still be possible. */
const UNWRITABLE = new Set<string | undefined>(['EACCES', 'EPERM', 'EROFS', 'ENOSPC']);

/** The config as the embedded API wants it: with the computer's time zone, kept in the config file, where nothing says otherwise. */
export async function settleTimeZone(config: Config, reread: () => Config): Promise<Config> {
  if (config.configFileExists) return config;
  try {
    await createConfigFile(config.configFile);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (UNWRITABLE.has(code)) return config.isTimeZoneSet ? config : { ...config, timeZone: computersTimeZone() };
    throw new ImmersionError(`The config file ${config.configFile} cannot be written (${code}).`, {
      code: 'config_unwritable',
      suggestions: ['Check the permissions of its folder, or choose another one with IMMERSION_DATA_DIR.'],
    });
  }
  return reread();
}
