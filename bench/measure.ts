import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import autocannon from 'autocannon';

const ROOT = path.resolve(import.meta.dirname, '..');
const LOAD_SECONDS = 3;
export const CLI = path.join(ROOT, 'bin/run.js');

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

export async function timed(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Prints a ratio and its limit. */
export function report(what: string, ratio: number, limit: number, detail: string): void {
  const verdict = ratio <= limit ? 'within' : 'ABOVE';
  console.log(`  ${what}: ${ratio.toFixed(2)}× (${verdict} ${limit.toFixed(2).replace(/\.?0+$/, '')}×; ${detail})`);
}

/** A temporary folder, removed after `work`. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'immersion-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The built server in a separate process, without authentication unless `flags` change that. */
export async function startServe(
  folder: string,
  environment: Record<string, string> = {},
  flags = ['--open'],
): Promise<{ url: string; pid: number; residentBytes: () => number; stop: () => Promise<void> }> {
  const child: ChildProcess = spawn(process.execPath, [CLI, 'serve', ...flags, '--port', '0'], {
    env: { PATH: process.env['PATH'], HOME: folder, IMMERSION_DATA_DIR: folder, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    const url = /http:\/\/[\d.]+:\d+/.exec(said)?.[0];
    if (url) resolve(url);
  });
  child.once('exit', () => reject(new Error(`The server did not start: ${said}`)));
  const url = await promise;
  return {
    url,
    pid: child.pid ?? 0,
    residentBytes: () =>
      Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) * 1024,
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** CPU seconds of a process, which other processes hardly affect. */
export function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Responses per second of the server's CPU time, since other processes share the machine. */
export async function perSecond(url: string, pid: number): Promise<number> {
  const before = processorSeconds(pid);
  const { requests, non2xx, errors } = await autocannon({ url, connections: 10, duration: LOAD_SECONDS });
  if (non2xx + errors > 0) throw new Error(`${url}: ${non2xx + errors} requests failed`);
  return requests.total / (processorSeconds(pid) - before);
}

/** Throws on error responses. */
export async function call(url: string, body?: unknown): Promise<unknown> {
  const response = await fetch(
    url,
    body === undefined
      ? {}
      : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
  );
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text.slice(0, 200)}`);
  return JSON.parse(text);
}
