import { openOwnService } from '../../../api/server.ts';
import { computersTimeZone, createConfigFile, type Config } from '../config.ts';
import { ImmersionError } from '../errors.ts';
import { createApiClientOver, type ApiClient } from './api-client.ts';

/** The API in this process, which no other process can reach. */
export interface EmbeddedApi {
  api: ApiClient;
  close(): Promise<void>;
}

/** `debug` receives log lines. */
export async function startEmbeddedApi(
  config: Config,
  { user, debug }: { user: string; debug?: ((line: string) => void) | undefined },
): Promise<EmbeddedApi> {
  const { ask, stop } = await openOwnService(config, {
    user,
    format: debug ? 'human' : 'none',
    write: debug ?? (() => {}),
  });
  return { api: createApiClientOver({ url: 'this computer', send: ask }), close: stop };
}

/** Errors that prevent writing a file, though reading may work. */
const UNWRITABLE = new Set<string | undefined>(['EACCES', 'EPERM', 'EROFS', 'ENOSPC']);

/** Stores the computer's time zone in a new config file. */
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
