import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { cp, copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { ExecutionContext } from 'ava';
import packageJson from '../package.json' with { type: 'json' };
import { createFakeTvdb, type FakeTvdb } from '../lib/demo/fake-tvdb.ts';
import { SAMPLE_SERIES } from '../lib/demo/sample-library.ts';
import type { Faults } from '../lib/demo/fake-server.ts';
import { runInside } from './cli-inside.ts';
import { NOWHERE } from './nowhere.ts';

const ROOT = new URL('..', import.meta.url).pathname;
/** The installed command. */
export const CLI = `${ROOT}bin/run.js`;
const ESCAPE = '\u001B';
const NOBODY = 65_534;
/** More processes would only slow one another down. */
const MAXIMUM_RUNNING = 3;

export const TVDB_KEY = 'tvdb-key-that-nobody-may-see';
export const PASSWORD = 'password-that-nobody-may-see';

/** A command's exit status and output. */
export interface Ran {
  status: number | null;
  stdout: string;
  stderr: string;
}

export interface JobOptions {
  environment?: Record<string, string>;
  /** The working directory; the library by default. */
  from?: string;
  /** For tests that need a separate process. */
  asProcess?: boolean;
  /** Called with the running process. */
  meanwhile?: (child: ChildProcessWithoutNullStreams) => Promise<void>;
  /** Limit for file sizes. */
  largestFileKilobytes?: number;
}

/** A user with a home folder and a library in a temporary folder. */
export interface Person {
  folder: string;
  home: string;
  library: string;
  environment: Record<string, string>;
  run(args: string[], options?: JobOptions): Promise<Ran>;
  start(args: string[], options?: JobOptions): ChildProcessWithoutNullStreams;
  /** Adds files: `Show/e1.mkv` is watched, `Show//e2.mkv` isn't yet. Returns their paths. */
  fill(...files: string[]): string[];
  /** Relative to the library. */
  files(): string[];
}

export function createPerson(
  t: ExecutionContext,
  environment: Record<string, string> = {},
  program: string = CLI,
): Person {
  const folder = mkdtempSync(path.join(tmpdir(), 'immersion-cli-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const home = path.join(folder, 'home');
  const library = path.join(folder, 'library');
  mkdirSync(home);
  mkdirSync(path.join(library, 'shows'), { recursive: true });
  const everything = {
    ...NOWHERE,
    HOME: home,
    TMPDIR: folder,
    TZ: 'UTC',
    ...environment,
  };

  const start = (args: string[], options: JobOptions = {}) =>
    spawn('/bin/sh', ['-c', `${limit(options)} exec "$@"`, 'sh', process.execPath, program, ...args], {
      cwd: options.from ?? library,
      env: { ...everything, ...options.environment },
    });

  const runWithin = async (args: string[], options: JobOptions) =>
    options.asProcess || options.meanwhile || options.largestFileKilobytes !== undefined
      ? undefined
      : runInside(args, {
          environment: { ...everything, ...options.environment },
          workingDirectory: options.from ?? library,
        });

  return {
    folder,
    home,
    library,
    environment: everything,
    start,
    run: (args, options = {}) =>
      takeTurns(async () => {
        const inside = await runWithin(args, options);
        return inside ? checked(t, inside, options) : ended(t, start(args, options), options);
      }),
    fill(...files) {
      return files.map((file) => {
        const [show = '', ...name] = file.split('/');
        const place = path.join(library, 'shows', show, ...(name.length > 1 ? name.slice(1) : ['watched', ...name]));
        mkdirSync(path.dirname(place), { recursive: true });
        writeFileSync(place, 'x'.repeat(100));
        return place;
      });
    },
    files: () =>
      readdirSync(library, { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => path.relative(library, path.join(entry.parentPath, entry.name)))
        .sort(),
  };
}

/** POSIX counts blocks of 512 bytes. */
const limit = ({ largestFileKilobytes }: JobOptions): string =>
  largestFileKilobytes === undefined ? '' : `ulimit -f ${largestFileKilobytes * 2};`;

/** Waits for a command. */
async function ended(t: ExecutionContext, child: ChildProcessWithoutNullStreams, options: JobOptions): Promise<Ran> {
  child.stdin.end();
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
    options.meanwhile?.(child),
  ]);
  return checked(t, { status, stdout, stderr }, options);
}

/** Checks that the output has no secrets, and no escape sequences without a terminal. */
function checked(t: ExecutionContext, ran: Ran, { environment = {} }: JobOptions): Ran {
  const { stdout, stderr } = ran;
  for (const secret of [TVDB_KEY, PASSWORD, Buffer.from(`me:${PASSWORD}`).toString('base64')]) {
    t.false((stdout + stderr).includes(secret), 'a secret was shown');
  }
  if (!environment['FORCE_COLOR']) t.false((stdout + stderr).includes(ESCAPE), 'an escape sequence without a terminal');
  return ran;
}

let running = 0;
const waiting: (() => void)[] = [];

async function takeTurns<T>(work: () => Promise<T>): Promise<T> {
  if (running >= MAXIMUM_RUNNING) {
    const turn = Promise.withResolvers<void>();
    waiting.push(turn.resolve);
    await turn.promise;
  }
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

/** A fake TVDB with the sample series, and settings that use it. */
export async function withTvdb(
  t: ExecutionContext,
  faults?: Faults,
): Promise<{ tvdb: FakeTvdb; environment: Record<string, string> }> {
  const tvdb = await createFakeTvdb({ series: SAMPLE_SERIES, apiKey: TVDB_KEY, ...(faults ? { faults } : {}) });
  t.teardown(() => tvdb.close());
  return { tvdb, environment: { TVDB_API_KEY: TVDB_KEY, IMMERSION_TRACKER_TVDB_BASE_URL: tvdb.url } };
}

/** A server in a separate process. */
export interface ServerProcess {
  url: string;
  child: ChildProcessWithoutNullStreams;
  /** Its standard error until it listened. */
  said: string[];
  /** Settings for commands that use it. */
  environment: Record<string, string>;
}

/** Starts `immersion serve`, by default on a free port, for the user `me` with {@link PASSWORD}. */
export async function startServer(t: ExecutionContext, person: Person, port = '0'): Promise<ServerProcess> {
  const secretFile = path.join(person.folder, 'server-secret.json');
  writeFileSync(secretFile, JSON.stringify({ users: [{ user: 'me', password: PASSWORD }] }));
  const environment = { IMMERSION_SECRET_FILE: secretFile };
  return listening(t, person.start(['serve', '--port', port, '--json'], { environment }));
}

/** Waits until `serve --json` listens. */
export async function listening(t: ExecutionContext, child: ChildProcessWithoutNullStreams): Promise<ServerProcess> {
  t.teardown(() => child.kill('SIGKILL'));
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => said.push(line));
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, 'line') as Promise<[string]>, once(lines, 'close').then(() => [''])]);
  const { url } = JSON.parse(first[0] || `{"url": "no server: ${said.join(' ')}"}`) as { url: string };
  const environment = {
    IMMERSION_TRACKER_API_URL: url,
    IMMERSION_TRACKER_USER: 'me',
    IMMERSION_TRACKER_PASSWORD: PASSWORD,
  };
  return { url, child, said, environment };
}

/**
 * Runs a command as a user bound by file modes, unlike root; the current one if tests don't run as root. Uses a copy in
 * the temporary folder, since other users may not access the project's folder.
 */
export async function runAsNobody(t: ExecutionContext, person: Person, args: string[]): Promise<Ran> {
  if (process.getuid?.() !== 0) return person.run(args);
  const copy = path.join(person.folder, 'copy');
  const node = path.join(copy, 'node');
  if (!existsSync(node)) {
    mkdirSync(copy);
    await copyFile(process.execPath, node);
    for (const part of ['bin', 'dist', 'oclif.manifest.json']) {
      await cp(path.join(ROOT, part), path.join(copy, part), { recursive: true });
    }
    const { oclif, ...rest } = packageJson;
    writeFileSync(path.join(copy, 'package.json'), JSON.stringify({ ...rest, oclif: { ...oclif, plugins: [] } }));
    chmodSync(person.folder, 0o755);
  }
  for (const place of globSync('{home,library}/**', { cwd: person.folder })) {
    chownSync(path.join(person.folder, place), NOBODY, NOBODY);
  }
  const start = () =>
    spawn(node, [path.join(copy, 'bin/run.js'), ...args], {
      cwd: person.folder,
      env: { ...person.environment, IMMERSION_LIBRARY: person.library },
      uid: NOBODY,
      gid: NOBODY,
    });
  return takeTurns(() => ended(t, start(), {}));
}

/** Lines of output, without a first sync's note about keys. */
export const linesOf = (text: string): string[] =>
  text
    .replace(/\n$/, '')
    .split('\n')
    .filter((line) => !/^(?:Works now|With a key): /.test(line));
