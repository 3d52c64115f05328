import { spawn } from '@lydell/node-pty';
import { stripVTControlCharacters } from 'node:util';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '..', '..');
const TIMEOUT_MILLISECONDS = 60_000;

export const ENTER = '\r';
export const DOWN = '\u001B[B';

/** What a user does at the terminal: types keys once a text appears after the previous one. */
export type TerminalAnswer = [question: string, ...keys: string[]];

/** Runs the built CLI in a pseudo-terminal of 100 columns and answers its questions. Throws if one doesn't appear. */
export async function runInTerminal(
  args: string[],
  { env, answers = [] }: { env: Record<string, string>; answers?: TerminalAnswer[] },
): Promise<{ exitCode: number; screen: string }> {
  const terminal = spawn(process.execPath, [path.join(ROOT, 'bin', 'run.js'), ...args], {
    cols: 100,
    rows: 40,
    cwd: ROOT,
    env: { PATH: path.dirname(process.execPath), TERM: 'xterm-256color', ...env },
  });
  const { promise, resolve, reject } = Promise.withResolvers<{ exitCode: number; screen: string }>();
  const pending = [...answers];
  let screen = '';
  let answered = 0;
  const readable = () => stripVTControlCharacters(screen);
  const deadline = setTimeout(() => {
    terminal.kill();
    reject(new Error(`Nothing happens at the terminal: ${pending[0]?.[0] ?? 'no end'}\n${readable()}`));
  }, TIMEOUT_MILLISECONDS);
  terminal.onData((data) => {
    screen += data;
    const [next] = pending;
    const place = next ? readable().indexOf(next[0], answered) : -1;
    if (!next || place === -1) return;
    answered = place + next[0].length;
    pending.shift();
    for (const key of next.slice(1)) terminal.write(key);
  });
  terminal.onExit(({ exitCode }) => {
    clearTimeout(deadline);
    if (pending.length > 0) reject(new Error(`It was never asked “${pending[0]?.[0]}”:\n${readable()}`));
    else resolve({ exitCode, screen: readable() });
  });
  return promise;
}
