import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, globSync, openSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

const MINISTACK_VERSION = '1.5.33';
const ROOT = path.join(import.meta.dirname, '..');
const VIRTUAL_ENVIRONMENT = path.join(ROOT, '.venv-aws');
const INSTALL_TIMEOUT_MILLISECONDS = 180_000;
const START_TIMEOUT_MILLISECONDS = 30_000;
const STOP_TIMEOUT_MILLISECONDS = 5000;

const run = promisify(execFile);

/** A running AWS emulator. */
export interface Emulator {
  endpoint: string;
  region: string;
  /** The emulator accepts any. */
  credentials: { accessKeyId: string; secretAccessKey: string };
  /** Whether it certainly enforces the functions' role policies. */
  enforcesPolicies: boolean;
  /** The emulator's output; empty for one that was already running. */
  log(): Promise<string>;
  /** Stops the emulator and its functions, unless it was already running. */
  stop(): Promise<void>;
}

export interface EmulatorOptions {
  /** A running emulator; `AWS_ENDPOINT_URL` by default. */
  endpoint?: string | undefined;
  /** Enforce the functions' role policies. */
  enforcePolicies?: boolean;
}

/**
 * Uses the emulator at `AWS_ENDPOINT_URL`, or starts MiniStack on a free loopback port. The first start creates a
 * virtual environment, which needs python3 and pip's package index.
 */
export async function startEmulator({
  endpoint = process.env['AWS_ENDPOINT_URL'],
  enforcePolicies = false,
}: EmulatorOptions = {}): Promise<Emulator> {
  if (endpoint) return { ...ACCOUNT, endpoint, enforcesPolicies: false, log: async () => '', stop: async () => {} };

  await installMinistack();
  const folder = await mkdtemp(path.join(tmpdir(), 'immersion-aws-'));
  const { child, ...emulator } = launch({ folder, port: await freePort(), enforcePolicies });
  const clearAway = () => {
    signal(child.pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', clearAway);
  const stop = async () => {
    await end(child);
    process.removeListener('exit', clearAway);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  await waitUntilHealthy({ child, ...emulator }).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { ...emulator, stop };
}

/** A MiniStack that outlives this process; `stateFile` is for `stopBackgroundEmulator`. */
export async function startBackgroundEmulator({
  stateFile,
  port,
}: {
  stateFile: string;
  port: number;
}): Promise<Omit<Emulator, 'stop'> & { logFile: string }> {
  await installMinistack();
  await stopBackgroundEmulator(stateFile);
  const folder = await mkdtemp(path.join(tmpdir(), 'immersion-aws-'));
  const { child, ...emulator } = launch({ folder, port: port === 0 ? await freePort() : port, enforcePolicies: false });
  await mkdir(path.dirname(stateFile), { recursive: true });
  await writeFile(stateFile, JSON.stringify({ id: child.pid, folder }));
  await waitUntilHealthy({ child, ...emulator });
  child.unref();
  return emulator;
}

/** Stops the MiniStack of `startBackgroundEmulator` and deletes its data; false if none is running. */
export async function stopBackgroundEmulator(stateFile: string): Promise<boolean> {
  const text = await readFile(stateFile, 'utf8').catch(() => undefined);
  if (text === undefined) return false;
  const { id, folder } = JSON.parse(text) as BackgroundState;
  const runs = isMinistack(id);
  if (runs) {
    signal(id, 'SIGTERM');
    const deadline = Date.now() + STOP_TIMEOUT_MILLISECONDS;
    while (isMinistack(id) && Date.now() < deadline) await wait(50);
    signal(id, 'SIGKILL');
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  await rm(stateFile, { force: true });
  return runs;
}

interface BackgroundState {
  id: number;
  folder: string;
}

/** Whether a process is a MiniStack, since its id may have been reused. */
function isMinistack(id: number): boolean {
  try {
    const commandLine = existsSync('/proc/self/cmdline')
      ? readFileSync(`/proc/${id}/cmdline`, 'utf8')
      : execFileSync('ps', ['-o', 'args=', '-p', String(id)], { encoding: 'utf8' });
    return commandLine.includes('ministack');
  } catch {
    return false;
  }
}

const ACCOUNT = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };

function launch({ folder, port, enforcePolicies }: { folder: string; port: number; enforcePolicies: boolean }) {
  const logFile = path.join(folder, 'ministack.log');
  const output = openSync(logFile, 'a');
  const child = spawn(path.join(VIRTUAL_ENVIRONMENT, 'bin', 'ministack'), {
    cwd: folder,
    // Passed on to the functions, which use the first node on the path.
    env: {
      PATH: [path.dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(path.delimiter),
      HOME: folder,
      TMPDIR: folder,
      LANG: 'C.UTF-8',
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      MINISTACK_REGION: ACCOUNT.region,
      ...(enforcePolicies ? { AUTH: 'true' } : {}),
    },
    stdio: ['ignore', output, output],
    // In its own process group, so that the functions end with it.
    detached: true,
  });
  closeSync(output);
  return {
    ...ACCOUNT,
    child,
    logFile,
    enforcesPolicies: enforcePolicies,
    endpoint: `http://127.0.0.1:${port}`,
    log: () => readFile(logFile, 'utf8').catch(() => ''),
  };
}

async function installMinistack(): Promise<void> {
  const installed = `lib/python*/site-packages/ministack-${MINISTACK_VERSION}.dist-info/RECORD`;
  if (globSync(installed, { cwd: VIRTUAL_ENVIRONMENT }).length > 0) return;
  const timeout = INSTALL_TIMEOUT_MILLISECONDS;
  await run('python3', ['-m', 'venv', VIRTUAL_ENVIRONMENT], { timeout }).catch((error: unknown) => {
    throw missing('python3 with its venv module', error);
  });
  const pip = path.join(VIRTUAL_ENVIRONMENT, 'bin', 'pip');
  const packages = ['install', '--quiet', '--disable-pip-version-check', `ministack==${MINISTACK_VERSION}`];
  await run(pip, packages, { timeout }).catch((error: unknown) => {
    throw missing(`the Python package ministack ${MINISTACK_VERSION} (pip install)`, error);
  });
}

function missing(what: string, cause: unknown): Error {
  const { stderr = '', message } = cause as Error & { stderr?: string };
  return new Error(
    `The AWS emulator needs ${what}, which is missing here. Install it, or set AWS_ENDPOINT_URL to an emulator that runs.\n${stderr.trim() || message}`,
    { cause },
  );
}

async function waitUntilHealthy({ child, endpoint, log }: ReturnType<typeof launch>): Promise<void> {
  const failure: { error?: Error } = {};
  child.once('error', (error) => (failure.error = error));
  const deadline = Date.now() + START_TIMEOUT_MILLISECONDS;
  const fail = async (why: string): Promise<never> => {
    const lines = (await log()).trim().split('\n').slice(-15).join('\n');
    throw new Error(`MiniStack does not start: ${why}\n${lines}`);
  };
  while (Date.now() < deadline) {
    if (failure.error) await fail(failure.error.message);
    if (child.exitCode !== null) await fail(`it ended with exit code ${child.exitCode}`);
    const response = await fetch(`${endpoint}/_ministack/health`).catch(() => undefined);
    if (response?.ok) return;
    await wait(50);
  }
  await fail(`no answer within ${START_TIMEOUT_MILLISECONDS / 1000} seconds`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  signal(child.pid, 'SIGTERM');
  await Promise.race([ended, wait(STOP_TIMEOUT_MILLISECONDS, undefined, { ref: false })]);
  signal(child.pid, 'SIGKILL');
  await ended;
}

/** Signals the emulator's process group, ignoring that it may have ended. */
function signal(pid: number | undefined, name: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port');
  return address.port;
}
