import { BUILD, computersTimeZone, createConfigFile, databaseFile, type Config } from '../config.ts';
import { ImmersionError } from '../errors.ts';
import { once } from '../once.ts';
import type { Clock } from '../ports.ts';
import { openKeptAnswers } from '../store/kept-answers.ts';
import { createApiClientOver, type ApiClient } from './api-client.ts';
import type { Received, Send } from './transport.ts';

/** The API in this process, which no other process can reach. */
export interface EmbeddedApi {
  api: ApiClient;
  close(): Promise<void>;
}

interface EmbeddedOptions {
  user: string;
  /** Receives log lines; then, the API itself answers everything. */
  debug?: ((line: string) => void) | undefined;
  /** Identifies the code; nothing is kept if empty. */
  build?: string | undefined;
  clock?: Clock;
}

export async function startEmbeddedApi(config: Config, options: EmbeddedOptions): Promise<EmbeddedApi> {
  const { send, close } = openEmbedded(config, options);
  return { api: createApiClientOver({ url: 'this computer', send, isEmbedded: true }), close };
}

/** Sends what an earlier process kept, and opens the API for everything else. */
export function openEmbedded(
  config: Config,
  { user, debug, build = BUILD, clock = { now: () => Date.now() } }: EmbeddedOptions,
): { send: Send; close: () => Promise<void> } {
  const seconds = () => clock.now() / 1000;
  const answers =
    !build || debug || config.store !== 'sqlite'
      ? undefined
      : openKeptAnswers({ file: databaseFile(config), table: config.table, origin: originOf(config, { user, build }) });
  const found = new Map<string, string>();
  const valid = { from: seconds(), until: Infinity };
  /** Starts and ends of requests that may write. */
  let writes = 0;

  const open = once(async () => {
    const { openOwnService } = await import('../../../api/server.ts');
    return openOwnService(config, { user, format: debug ? 'human' : 'none', write: debug ?? (() => {}), clock });
  });
  let isOpen = false;
  /** Earlier answers are outdated then, later ones may be kept. */
  const write = async (ask: () => Promise<Received>): Promise<Received> => {
    writes += 1;
    try {
      return await ask();
    } finally {
      writes += 1;
      if (!answers || answers.renew()) {
        found.clear();
        valid.from = seconds();
      }
    }
  };
  return {
    async send(sent) {
      const kept = sent.method === 'GET' ? answers?.of(sent.path, seconds()) : undefined;
      if (kept !== undefined) return { status: 200, header: () => undefined, text: kept, isKept: true };
      isOpen = true;
      const service = await open();
      if (sent.method !== 'GET') return write(() => service.ask(sent));
      const before = writes;
      const received = await service.ask(sent);
      const until = answers && (await service.until(sent, received));
      if (until !== undefined && writes === before) {
        found.set(sent.path, received.text);
        valid.until = Math.min(valid.until, until);
      }
      return received;
    },
    async close() {
      // A failed start was already reported to its caller.
      if (isOpen) await (await open().catch(() => undefined))?.stop();
      answers?.keep(found, valid);
      answers?.close();
    },
  };
}

/** Everything besides stored items and the time that kept answers depend on. */
const originOf = (
  { timeZone, episodeSync: { watchingDays } }: Config,
  { user, build }: { user: string; build: string },
): string => JSON.stringify([build, process.versions['tz'], process.versions['icu'], user, timeZone, watchingDays]);

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
