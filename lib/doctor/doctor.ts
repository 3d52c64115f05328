import { constants, statSync } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import { unknownSettings, VERSION, type Config, type Environment } from '../core/config.ts';
import { getHealth } from '../core/contract/health.ts';
import { listKeys } from '../recording/keys-contract.ts';
import { listShows } from '../recording/shows-contract.ts';
import { getSettings } from '../viewings/settings-contract.ts';
import { computerZone, zoneNote, ZONE_TODO } from '../viewings/zone-text.ts';
import { ImmersionError } from '../core/errors.ts';
import type { Connection } from '../core/terminal/connection.ts';
import { counted } from '../core/terminal/text.ts';
import { isMissing } from '../core/terminal/missing-endpoint.ts';
import { checkLibrary } from '../folder/library.ts';
import { providerReach } from '../core/terminal/provider-reach.ts';
import { canPrompt, type Io, type Screen } from '../core/terminal/terminal.ts';
import { ownSecretFile } from '../users/own-secret.ts';

/** The result of one check, with a suggestion. */
export interface Check {
  name: string;
  state: 'ok' | 'note' | 'broken';
  said: string;
  todo?: string;
}

const PROVIDER_NAMES = { tvdb: 'TVDB', tmdb: 'TMDB', youtube: 'YouTube', spotify: 'Spotify', trakt: 'Trakt' };
const KEY_TODO = 'Replace the key. See docs/sources-and-keys.md for where to get one.';

/** Checks the whole setup. An error of `connect` is a result, too. */
export async function runChecks(
  config: Config,
  { connect, io, screen, offline }: { connect: () => Promise<Connection>; io: Io; screen: Screen; offline: boolean },
): Promise<Check[]> {
  return [
    { name: 'immersion', state: 'ok', said: `${VERSION} on Node.js ${process.versions.node}` },
    await folder('data folder', config.dataDirectory),
    await folder('state folder', config.stateDirectory),
    await folder('config folder', path.dirname(config.configFile)),
    await library(config.library),
    ...(await api(config, connect)),
    ...providers(config, io.environment),
    ...(offline ? [] : await keys(connect)),
    ...unknownSettingChecks(io),
    ...readableByOthers([config.configFile, config.secretFile ?? ownSecretFile(config.dataDirectory)]),
    await timeZone(config, connect),
    {
      name: 'terminal',
      state: 'ok',
      said: `${screen.columns} columns, ${screen.color ? 'color' : 'no color'}, ${canPrompt(io) ? 'prompts' : 'no prompts'}`,
    },
  ];
}

function unknownSettingChecks({ environment, workingDirectory }: Io): Check[] {
  return unknownSettings(environment, workingDirectory).map((name) => ({
    name: 'settings',
    state: 'note',
    said: `${name} is not a setting, so it has no effect`,
    todo: 'Check its spelling; docs/settings.md lists all settings.',
  }));
}

/** Files with passwords and keys that other users can access. */
function readableByOthers(files: string[]): Check[] {
  return files
    .filter((file) => ((statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o077) !== 0)
    .map((file) => ({
      name: 'secrets',
      state: 'note',
      said: `others on this computer may read or write ${file}`,
      todo: `Keep it to yourself: chmod 600 ${file}`,
    }));
}

/** An existing folder must be writable; a missing one is created on first use. */
async function folder(name: string, place: string): Promise<Check> {
  try {
    if (!(await stat(place)).isDirectory()) {
      return { name, state: 'broken', said: `${place} is not a folder`, todo: 'Move that file.' };
    }
    await access(place, constants.R_OK | constants.W_OK | constants.X_OK);
    return { name, state: 'ok', said: place };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { name, state: 'ok', said: `${place} (created on first use)` };
    return {
      name,
      state: 'broken',
      said: `${place} cannot be used (${code})`,
      todo: 'Check its permissions and owner.',
    };
  }
}

async function library(place: string): Promise<Check> {
  try {
    await checkLibrary(place);
    return { name: 'library', state: 'ok', said: place };
  } catch (error) {
    if (!(error instanceof ImmersionError)) throw error;
    return { name: 'library', state: 'note', said: error.message, todo: error.suggestions[0] ?? '' };
  }
}

async function api(config: Config, connect: () => Promise<Connection>): Promise<Check[]> {
  const data = config.store === 'dynamodb' ? `data in the DynamoDB table ${config.table}` : 'data on this computer';
  const where = config.api.kind === 'remote' ? `${config.api.url} as ${config.api.user}` : `embedded, ${data}`;
  try {
    const connection = await connect();
    const reached: Check = { name: 'API', state: 'ok', said: `${where}, ${await kindOf(connection)}` };
    const { shows } = await connection.api.call(listShows);
    return [reached, { name: 'store', state: 'ok', said: `responding; ${counted(shows.length, 'show')}` }];
  } catch (error) {
    if (!(error instanceof ImmersionError)) throw error;
    return [{ name: 'API', state: 'broken', said: `${where}: ${error.message}`, todo: error.suggestions[0] ?? '' }];
  }
}

/** A full API has a version; one that implements only the contract lacks the endpoint. */
async function kindOf({ api }: Connection): Promise<string> {
  try {
    return `version ${(await api.call(getHealth)).version}`;
  } catch (error) {
    if (!isMissing(error)) throw error;
    return 'the original tracker API: it records and shows progress, but has no history, search, titles or imports';
  }
}

/** The time zone in use, and whether the computer's differs. */
async function timeZone(config: Config, connect: () => Promise<Connection>): Promise<Check> {
  const name = 'time zone';
  try {
    const { time_zone: zone, day_ends_at: hour } = await (await connect()).api.call(getSettings);
    const note = zoneNote(zone, { computerZone: computerZone(), now: Date.now() });
    const said = `${zone}: days end at ${hour === 0 ? 'midnight' : `${hour} a.m.`}`;
    if (note === undefined) return { name, state: 'ok', said };
    return { name, state: 'note', said: `${said}. ${note}`, todo: ZONE_TODO };
  } catch (error) {
    if (!(error instanceof ImmersionError)) throw error;
    return { name, state: 'ok', said: `${config.timeZone}: days end at midnight` };
  }
}

/** Checks each API key with its provider; skips APIs that can't do that or are unreachable, as reported above. */
async function keys(connect: () => Promise<Connection>): Promise<Check[]> {
  try {
    const { keys: proven } = await (await connect()).api.call(listKeys);
    return proven.flatMap(({ provider, state, message }): Check[] => {
      const name = `${PROVIDER_NAMES[provider]} key`;
      if (state === 'missing') return [];
      if (state === 'works') return [{ name, state: 'ok', said: 'works' }];
      if (state === 'rejected') return [{ name, state: 'broken', said: message ?? 'rejected', todo: KEY_TODO }];
      return [{ name, state: 'note', said: message ?? 'not verified', todo: 'Run immersion doctor again later.' }];
    });
  } catch (error) {
    if (!(error instanceof ImmersionError)) throw error;
    return [];
  }
}

/** What works, and what more keys would add; a remote server has its own keys. */
function providers(config: Config, environment: Environment): Check[] {
  const reach = providerReach(config, environment);
  if (!reach) return [];
  const { works, adds } = reach;
  const todo = `Set them in the environment or in ${config.configFile}. See docs/sources-and-keys.md for where to get them.`;
  return [
    { name: 'works now', state: 'ok', said: works },
    ...(adds === null ? [] : [{ name: 'with a key', state: 'note' as const, said: adds, todo }]),
  ];
}
