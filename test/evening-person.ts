import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import type { ExecutionContext } from 'ava';
import type { FakeProvider } from '../lib/demo/fake-server.ts';
import { createFakeSpotify, type FakeSpotify, type FakeSpotifyOptions } from '../lib/demo/fake-spotify.ts';
import { createFakeTmdb, type FakeTmdbOptions } from '../lib/demo/fake-tmdb.ts';
import { createFakeTvdb, type FakeTvdb, type FakeTvdbOptions } from '../lib/demo/fake-tvdb.ts';
import { createFakeYouTube, type FakeYouTubeOptions } from '../lib/demo/fake-youtube.ts';
import { runInside } from './cli-inside.ts';
import { NOWHERE } from './nowhere.ts';
import { runAtTerminal } from './terminal-inside.ts';

const COMMAND = new URL('../bin/run.js', import.meta.url).pathname;
const SECRETS = ['tvdb-key-of-nobody', 'tmdb-key-of-nobody', 'youtube-key-of-nobody', 'spotify-secret-of-nobody'];
const [TVDB_KEY = '', TMDB_KEY = '', YOUTUBE_KEY = '', SPOTIFY_SECRET = ''] = SECRETS;
/** Limit for a dialogue that waits for text that never appears. */
const PATIENCE_MILLISECONDS = 20_000;
export const DOWN = '\u001B[B';
export const ENTER = '\r';

/** A command's exit status and output. */
export interface Ran {
  status: number | null;
  out: string[];
  err: string[];
  /** Parsed standard output. */
  json: unknown;
}

export interface ProviderOptions {
  tvdb?: FakeTvdbOptions;
  tmdb?: FakeTmdbOptions;
  youtube?: FakeYouTubeOptions;
  spotify?: FakeSpotifyOptions;
}

/** A user with an empty library, their own data, and fake providers. */
export interface EveningPerson {
  folder: string;
  library: string;
  /** Settings for the next command. */
  environment: Record<string, string>;
  tvdb: FakeTvdb;
  tmdb: FakeProvider;
  youtube: FakeProvider;
  spotify: FakeSpotify;
  /** Runs a command without a terminal. */
  run(args: string[], input?: string): Promise<Ran>;
  /** Runs a command at a terminal: waits for each text, then types the keys. Returns the status and the screen. */
  sit(args: string[], dialogue: [text: string, keys: string][]): Promise<{ status: number; shown: string }>;
  /** Writes files to the library. */
  place(files: Record<string, string>): void;
  /** Reads a file of the library. */
  read(file: string): string;
  /** Lists the library's files. */
  files(): string[];
}

export async function createEveningPerson(
  t: Pick<ExecutionContext, 'teardown' | 'false'>,
  options: ProviderOptions = {},
): Promise<EveningPerson> {
  const folder = mkdtempSync(path.join(tmpdir(), 'immersion-evening-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const library = path.join(folder, 'library');
  mkdirSync(path.join(library, 'shows'), { recursive: true });
  const [tvdb, tmdb, youtube, spotify] = await Promise.all([
    createFakeTvdb({ ...options.tvdb, apiKey: TVDB_KEY }),
    createFakeTmdb({ ...options.tmdb, apiKey: TMDB_KEY }),
    createFakeYouTube({ ...options.youtube, apiKey: YOUTUBE_KEY }),
    createFakeSpotify({ ...options.spotify, clientId: 'id', clientSecret: SPOTIFY_SECRET }),
  ]);
  t.teardown(() => Promise.all([tvdb, tmdb, youtube, spotify].map((provider) => provider.close())));
  const environment: Record<string, string> = {
    ...NOWHERE,
    HOME: folder,
    TZ: 'UTC',
    IMMERSION_TIME_ZONE: 'UTC',
    IMMERSION_DATA_DIR: path.join(folder, 'data'),
    IMMERSION_TRACKER_TVDB_BASE_URL: tvdb.url,
    IMMERSION_TRACKER_TMDB_BASE_URL: tmdb.url,
    IMMERSION_TRACKER_YOUTUBE_BASE_URL: youtube.url,
    IMMERSION_TRACKER_SPOTIFY_ACCOUNTS_BASE_URL: spotify.url,
    IMMERSION_TRACKER_SPOTIFY_API_BASE_URL: spotify.apiUrl,
    TVDB_API_KEY: TVDB_KEY,
    TMDB_API_KEY: TMDB_KEY,
    YOUTUBE_API_KEY: YOUTUBE_KEY,
    SPOTIFY_CLIENT_ID: 'id',
    SPOTIFY_CLIENT_SECRET: SPOTIFY_SECRET,
  };
  const keepsSecrets = (said: string) => {
    for (const secret of SECRETS) t.false(said.includes(secret), 'a secret was shown');
  };

  return {
    folder,
    library,
    environment,
    tvdb,
    tmdb,
    youtube,
    spotify,
    async run(args, input = '') {
      const inside = await runInside(args, { environment, workingDirectory: library, input });
      if (inside) {
        keepsSecrets(inside.stdout + inside.stderr);
        return ranFrom(inside);
      }
      const child = spawn(process.execPath, [COMMAND, ...args], { cwd: library, env: environment });
      // A command that reads no input may end before it is written.
      child.stdin.on('error', () => undefined);
      child.stdin.end(input);
      const [stdout, stderr, [status]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'close') as Promise<[number | null]>,
      ]);
      keepsSecrets(stdout + stderr);
      return ranFrom({ status, stdout, stderr });
    },
    async sit(args, dialogue) {
      const terminal = runAtTerminal(args, {
        cwd: library,
        env: { ...environment, TERM: 'xterm', NO_COLOR: '1' },
        cols: 100,
      });
      const ended = Promise.withResolvers<number>();
      let shown = '';
      let seen = 0;
      const left = [...dialogue];
      terminal.onData((data) => {
        shown += stripVTControlCharacters(data);
        const [wanted, keys] = left[0] ?? [];
        const place = wanted === undefined ? -1 : shown.indexOf(wanted, seen);
        if (wanted === undefined || keys === undefined || place === -1) return;
        seen = place + wanted.length;
        left.shift();
        terminal.write(keys);
      });
      terminal.onExit(({ exitCode }) => ended.resolve(exitCode));
      const timeout = setTimeout(() => terminal.kill(), PATIENCE_MILLISECONDS);
      const status = await ended.promise;
      clearTimeout(timeout);
      keepsSecrets(shown);
      for (const [wanted] of left) throw new Error(`“${wanted}” was never shown, but: ${shown}`);
      return { status, shown };
    },
    place(files) {
      for (const [file, content] of Object.entries(files)) {
        const target = path.join(library, file);
        mkdirSync(path.dirname(target), { recursive: true });
        writeFileSync(target, content);
      }
    },
    read: (file) => readFileSync(path.join(library, file), 'utf8'),
    files: () =>
      globSync('**', { cwd: library, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => path.relative(library, path.join(entry.parentPath, entry.name)))
        .sort(),
  };
}

const ranFrom = ({ status, stdout, stderr }: { status: number | null; stdout: string; stderr: string }): Ran => ({
  status,
  out: linesOf(stdout),
  err: linesOf(stderr),
  json: parsed(stdout),
});

/** Without a first sync's note about keys. */
const linesOf = (said: string): string[] =>
  (said === '' ? [] : said.replace(/\n$/, '').split('\n')).filter((line) => !/^(?:Works now|With a key): /.test(line));

function parsed(said: string): unknown {
  try {
    return JSON.parse(said);
  } catch {
    return undefined;
  }
}
