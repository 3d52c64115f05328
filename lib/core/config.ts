import { homedir } from 'node:os';
import path from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { ImmersionError, InvalidInputError } from './errors.ts';
import { writeWhole } from './files.ts';
import { PROVIDER_URLS, providerKeys, type ProviderKeys } from './providers-rules.ts';
import { readSettingsFile } from './settings-file.ts';
import { writeFaultOf } from './unwritable.ts';
import { parseSyncMode, type SyncMode } from './sync-mode-rules.ts';
import { isTimeZone } from './time-zone-rules.ts';

export const VERSION: string = packageJson.version;

declare const IMMERSION_BUILD: string | undefined;
/** Identifies the code; undefined for sources that run unbuilt, and may change at any time. */
export const BUILD: string | undefined = typeof IMMERSION_BUILD === 'undefined' ? undefined : IMMERSION_BUILD;

const PUBLIC_API_URL = 'https://api.immersion-tracker.jordansimsmith.com';
const CONTRACT_TIME_ZONE = 'Pacific/Auckland';
const CONTRACT_CORS_ORIGIN = 'https://immersion-tracker.jordansimsmith.com';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The only place that reads the environment. */
export const processEnvironment = (): Environment => process.env;

/** Embedded in this process, or remote. */
export type ApiTarget = { kind: 'embedded' } | { kind: 'remote'; url: string; user: string; password: string };

type ProviderUrls = Record<keyof typeof PROVIDER_URLS, string>;

/** Precedence: flags, environment, config file, defaults. */
export interface Config {
  api: ApiTarget;
  /** Absolute path. */
  library: string;
  dataDirectory: string;
  stateDirectory: string;
  configFile: string;
  configFileExists: boolean;
  store: 'sqlite' | 'dynamodb';
  isStoreSet: boolean;
  table: string;
  positionsTable: string;
  secretFile: string | undefined;
  secretId: string;
  providerKeys: ProviderKeys;
  providerUrls: ProviderUrls;
  spotifyMarket: string;
  /** Trakt's redirect after a login; if unset, users copy the code. */
  traktRedirectUri: string | undefined;
  /** Serve TMDB images from disk, or redirect to TMDB where the disk isn't persistent. */
  images: 'disk' | 'redirect';
  /** Whether local programs such as yt-dlp may be run. */
  mayRunPrograms: boolean;
  /** IANA name. */
  timeZone: string;
  isTimeZoneSet: boolean;
  corsOrigin: string;
  isCorsOriginSet: boolean;
  /** Whether passwords may be sent unencrypted. */
  insecure: boolean;
  /** Minimum interval between requests to TMDB. */
  tmdbIntervalMs: number;
  episodeSync: EpisodeSyncConfig;
  host: string;
  port: number;
  aws: { region: string | undefined; endpoint: string | undefined };
}

export interface EpisodeSyncConfig {
  mode: SyncMode;
  /** Set by a flag or the environment; otherwise the config file is reread each time. */
  isModeFixed: boolean;
  /** Seasons per pass, and how many at the same time. */
  batch: number;
  parallel: number;
  /** Following ends after this many days without access. */
  watchingDays: number;
}

/** Settings from flags, by the names of environment variables. */
export type Overrides = Readonly<Record<string, string | number | undefined>>;

const NO_URL = { protocol: '', username: '', password: '', search: '', hash: '' };

/**
 * Reads and validates all settings. Throws `InvalidInputError` that names the variable, where it is set, and valid
 * values.
 */
export function readConfig({
  environment,
  overrides = {},
  workingDirectory,
}: {
  environment: Environment;
  overrides?: Overrides;
  workingDirectory: string;
}): Config {
  const directories = directoriesOf({ ...environment, ...nonBlank(overrides) }, workingDirectory);
  const configFile = path.join(directories.config, 'config.json');
  const file = readConfigFile(configFile);

  const get = (name: string): string | undefined => {
    const filed = file?.[name] ?? undefined;
    if (filed !== undefined && typeof filed !== 'string' && typeof filed !== 'number') {
      throw new InvalidInputError(`${name} must be text or a number in ${configFile}.`, {
        code: 'invalid_setting',
      });
    }
    return [overrides[name], environment[name], filed].map(settingText).find((value) => value !== undefined);
  };
  const fault = (name: string, problem: string, suggestion: string) =>
    new InvalidInputError(`${name} ${problem}.`, {
      code: 'invalid_setting',
      suggestions: [`${suggestion} (It is set ${originOf(name)}.)`],
    });
  const originOf = (name: string): string =>
    settingText(overrides[name]) !== undefined
      ? 'by a flag'
      : settingText(environment[name]) !== undefined
        ? 'in the environment'
        : `in ${configFile}`;
  const url = <T extends string | undefined>(name: string, fallback: T): string | T => {
    const value = get(name);
    if (value === undefined) return fallback;
    const { protocol, username, password, search, hash } = URL.canParse(value) ? new URL(value) : NO_URL;
    // Don't repeat what may be a password or a key.
    const shown = /[@?#]/.test(value) ? '' : `: “${value}”`;
    if (!/^https?:$/.test(protocol)) throw fault(name, `is not a web address${shown}`, 'Use https://host/path.');
    if (username || password || search || hash) {
      throw fault(name, 'has more than scheme, host and path', 'Use https://host/path.');
    }
    return value.replace(/\/+$/, '');
  };
  const oneOf = <const T extends string>(name: string, allowed: readonly T[], fallback: T): T => {
    const value = get(name) ?? fallback;
    const known = allowed.find((candidate) => candidate === value);
    if (known === undefined) throw fault(name, `is “${value}”`, `Use ${allowed.join(' or ')}.`);
    return known;
  };
  const wholeNumber = (name: string, fallback: number, maximum: number): number => {
    const value = get(name) ?? String(fallback);
    if (/^\d{1,9}$/.test(value) && Number(value) >= 1 && Number(value) <= maximum) return Number(value);
    throw fault(name, `is “${value}”`, `Use a whole number from 1 to ${maximum}.`);
  };
  const zone = get('IMMERSION_TIME_ZONE') ?? CONTRACT_TIME_ZONE;
  if (!isTimeZone(zone)) {
    throw fault('IMMERSION_TIME_ZONE', `is not a time zone: “${zone}”`, 'Use an IANA name such as Europe/Berlin.');
  }
  const port = get('PORT') ?? '5000';
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw fault('PORT', `is not a port: “${port}”`, 'Use a whole number from 0 to 65535.');
  }

  const market = get('SPOTIFY_MARKET') ?? 'US';
  if (!/^[A-Z]{2}$/.test(market))
    throw fault('SPOTIFY_MARKET', `is not a country: “${market}”`, 'Use two letters, such as NZ.');
  const corsOrigin = get('IMMERSION_CORS_ORIGIN') ?? CONTRACT_CORS_ORIGIN;
  if (corsOrigin !== '*' && !(URL.canParse(corsOrigin) && new URL(corsOrigin).origin === corsOrigin)) {
    throw fault(
      'IMMERSION_CORS_ORIGIN',
      `is not an origin: “${corsOrigin}”`,
      'Use https://host with nothing after it, or *.',
    );
  }
  const api = apiTarget(get, url);
  if (api.kind === 'remote' && api.user.includes(':')) {
    throw fault('IMMERSION_TRACKER_USER', 'has a colon', 'HTTP Basic authentication can’t send one in a user name.');
  }
  const dataDirectory = resolved(workingDirectory, get('IMMERSION_DATA_DIR'));

  return {
    api,
    library: path.resolve(workingDirectory, get('IMMERSION_LIBRARY') ?? '.'),
    dataDirectory: dataDirectory ?? directories.data,
    stateDirectory: dataDirectory ?? directories.state,
    configFile,
    configFileExists: file !== undefined,
    store: oneOf('IMMERSION_STORE', ['sqlite', 'dynamodb'], onLambda(environment) ? 'dynamodb' : 'sqlite'),
    isStoreSet: get('IMMERSION_STORE') !== undefined,
    table: get('IMMERSION_TABLE') ?? 'immersion_tracker',
    positionsTable: get('DYNAMODB_TABLE') ?? 'tv_show_tracker',
    secretFile: resolved(workingDirectory, get('IMMERSION_SECRET_FILE')),
    secretId: get('IMMERSION_SECRET_ID') ?? 'immersion_tracker_api',
    providerKeys: providerKeys(get),
    providerUrls: Object.fromEntries(
      Object.entries(PROVIDER_URLS).map(([provider, [name, fallback]]) => [provider, url(name, fallback)]),
    ) as ProviderUrls,
    spotifyMarket: market,
    traktRedirectUri: get('TRAKT_REDIRECT_URI'),
    images: onLambda(environment) ? 'redirect' : 'disk',
    mayRunPrograms: !onLambda(environment),
    timeZone: zone,
    isTimeZoneSet: get('IMMERSION_TIME_ZONE') !== undefined,
    corsOrigin,
    isCorsOriginSet: get('IMMERSION_CORS_ORIGIN') !== undefined,
    insecure: oneOf('IMMERSION_INSECURE', ['0', '1'], '0') === '1',
    tmdbIntervalMs: wholeNumber('IMMERSION_TMDB_INTERVAL_MS', 250, 60_000),
    episodeSync: {
      mode: parseSyncMode(get('EPISODE_SYNC_MODE'), originOf('EPISODE_SYNC_MODE')),
      isModeFixed: [overrides, environment].some((source) => settingText(source['EPISODE_SYNC_MODE']) !== undefined),
      batch: wholeNumber('IMMERSION_SYNC_BATCH', 20, 1000),
      parallel: wholeNumber('IMMERSION_SYNC_PARALLEL', 4, 50),
      watchingDays: wholeNumber('IMMERSION_WATCHING_DAYS', 90, 36_500),
    },
    host: get('HOST') ?? '127.0.0.1',
    port: Number(port),
    aws: { region: get('AWS_REGION') ?? get('AWS_DEFAULT_REGION'), endpoint: url('AWS_ENDPOINT_URL', undefined) },
  };
}

/** Prefixes of environment variables that are ours. */
const OWN_NAMES = /^(?:IMMERSION|TVDB|TMDB|YOUTUBE|SPOTIFY|TRAKT|EPISODE_SYNC)_/;

/** Settings in the environment and config file that don't exist, such as misspelled ones. */
export function unknownSettings(environment: Environment, workingDirectory: string): string[] {
  const known = new Set<string>();
  const overrides = new Proxy<Overrides>({}, { get: (_, name) => void known.add(String(name)) });
  const { configFile } = readConfig({ environment, overrides, workingDirectory });
  const inEnvironment = Object.keys(environment).filter((name) => OWN_NAMES.test(name));
  return [...inEnvironment, ...Object.keys(readConfigFile(configFile) ?? {})].filter((name) => !known.has(name));
}

/** The current mode, since the config file may have changed. Throws if invalid. */
export function readSyncMode({ configFile, episodeSync }: Pick<Config, 'configFile' | 'episodeSync'>): SyncMode {
  if (episodeSync.isModeFixed) return episodeSync.mode;
  const value = readConfigFile(configFile)?.['EPISODE_SYNC_MODE'] ?? undefined;
  return parseSyncMode(typeof value === 'string' ? value : JSON.stringify(value), `in ${configFile}`);
}

/** Falls back to UTC, since TZ may be invalid. */
export function computersTimeZone(): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return isTimeZone(timeZone) ? timeZone : 'UTC';
}

/** Writes a config file with the computer's time zone, unless one exists. */
export async function createConfigFile(configFile: string): Promise<void> {
  const zone = computersTimeZone();
  await writeWhole(configFile, `${JSON.stringify({ IMMERSION_TIME_ZONE: zone }, null, 2)}\n`, { existing: 'keep' });
}

function apiTarget(
  get: (name: string) => string | undefined,
  url: (name: string, fallback: string) => string,
): ApiTarget {
  const names = {
    url: 'IMMERSION_TRACKER_API_URL',
    user: 'IMMERSION_TRACKER_USER',
    password: 'IMMERSION_TRACKER_PASSWORD',
  };
  const user = get(names.user);
  const password = get(names.password);
  if (get(names.url) === undefined && user === undefined && password === undefined) return { kind: 'embedded' };
  const missing = [...(user === undefined ? [names.user] : []), ...(password === undefined ? [names.password] : [])];
  if (user === undefined || password === undefined) {
    throw new InvalidInputError(`${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} missing.`, {
      code: 'credentials_missing',
      suggestions: [
        `Set ${names.user} and ${names.password} to use a remote API.`,
        `Or unset ${names.url}, ${names.user} and ${names.password} to keep everything on this computer.`,
      ],
    });
  }
  return { kind: 'remote', url: url(names.url, PUBLIC_API_URL), user, password };
}

function directoriesOf(environment: Overrides, workingDirectory: string) {
  const get = (name: string) => settingText(environment[name]);
  const own = resolved(workingDirectory, get('IMMERSION_DATA_DIR'));
  if (own) return { data: own, state: own, config: own };
  const home = get('HOME') ?? get('USERPROFILE') ?? homedir();
  const xdg = (name: string, ...fallback: string[]) => {
    const folder = get(name) ?? '';
    // The XDG specification says to ignore relative paths.
    return path.join(path.isAbsolute(folder) ? folder : path.join(home, ...fallback), 'immersion');
  };
  return {
    data: xdg('XDG_DATA_HOME', '.local', 'share'),
    state: xdg('XDG_STATE_HOME', '.local', 'state'),
    config: xdg('XDG_CONFIG_HOME', '.config'),
  };
}

function readConfigFile(configFile: string): Record<string, unknown> | undefined {
  let text: string;
  try {
    text = readSettingsFile(configFile);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new ImmersionError(`The config file ${configFile} cannot be read (${code}).`, {
      code: 'config_unreadable',
      suggestions: [
        (code === 'EACCES' ? writeFaultOf(configFile)?.suggestion : undefined) ??
          'It must be a text file in UTF-8 that you may read.',
      ],
    });
  }
  try {
    const settings: unknown = JSON.parse(text);
    if (typeof settings === 'object' && settings !== null && !Array.isArray(settings)) {
      return settings as Record<string, unknown>;
    }
  } catch {
    // Reported below.
  }
  throw new InvalidInputError(`The config file ${configFile} is not a JSON object.`, {
    code: 'config_malformed',
    suggestions: ['It maps setting names to values: { "IMMERSION_TIME_ZONE": "Europe/Berlin" }'],
  });
}

/** Blank counts as unset. */
function settingText(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value);
  return text.trim() === '' ? undefined : text;
}

const nonBlank = (settings: Overrides): Overrides =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => settingText(value) !== undefined));

export const onLambda = (environment: Environment): boolean =>
  settingText(environment['AWS_LAMBDA_FUNCTION_NAME']) !== undefined;

const resolved = (from: string, to: string | undefined): string | undefined =>
  to === undefined ? undefined : path.resolve(from, to);

export const databaseFile = (config: Pick<Config, 'dataDirectory'>): string =>
  path.join(config.dataDirectory, 'immersion.sqlite');
