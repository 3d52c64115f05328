import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { NOWHERE } from './nowhere.ts';

const COMMAND = path.resolve(import.meta.dirname, '../bin/run.js');

/** `immersion serve` in a separate process. */
export interface Serving {
  url: string;
  dataDirectory: string;
  /** Everything on standard output. */
  output(): string;
  /** Stops it like a service manager. Returns its exit status. */
  stop(): Promise<number | null>;
}

/** Starts `immersion serve` on a free port, with an empty data folder. */
export async function serve(
  t: Pick<ExecutionContext, 'teardown'>,
  { args = [], environment = {} }: { args?: string[]; environment?: Record<string, string> } = {},
): Promise<Serving> {
  const dataDirectory = await mkdtemp(path.join(tmpdir(), 'immersion-serving-'));
  t.teardown(() => rm(dataDirectory, { recursive: true, force: true }));
  const child = spawn(process.execPath, [COMMAND, 'serve', '--port', '0', ...args], {
    env: { ...NOWHERE, HOME: dataDirectory, IMMERSION_DATA_DIR: dataDirectory, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const stop = async () => {
    child.kill('SIGTERM');
    return (await ended)[0];
  };
  t.teardown(stop);

  let output = '';
  let said = '';
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  child.stdout.on('data', (chunk: Buffer) => void (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    const url = /Listening on (http:\/\/\S+?)[.,]? /.exec(said)?.[1];
    if (url) resolve(url);
  });
  child.once('exit', () => reject(new Error(`The server did not start: ${said}`)));
  return { url: await promise, dataDirectory, output: () => output, stop };
}
