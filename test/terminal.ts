import { stripVTControlCharacters } from 'node:util';
import type { ExecutionContext } from 'ava';
import type { Person } from './cli-process.ts';
import { runAtTerminal } from './terminal-inside.ts';

export const ENTER = '\r';
export const DOWN = '\u001B[B';
export const CTRL_C = '\u0003';

/** A command at a terminal, with a user who reads and types. */
export interface Terminal {
  /** Waits until a text appears below the previous one. */
  sees(text: string): Promise<void>;
  types(...keys: string[]): void;
  /** The exit status. */
  ended: Promise<number>;
  /** Everything ever on the screen, without escape sequences. */
  said(): string;
}

const PATIENCE_MILLISECONDS = 60_000;

/** Runs a command at a terminal, 100 columns wide by default. */
export function atTerminal(
  t: ExecutionContext,
  person: Person,
  args: string[],
  { columns = 100, asProcess = false }: { columns?: number; asProcess?: boolean } = {},
): Terminal {
  const terminal = runAtTerminal(args, {
    cols: columns,
    cwd: person.library,
    env: { ...person.environment, TERM: 'xterm-256color' },
    asProcess,
  });
  t.teardown(() => {
    try {
      terminal.kill();
    } catch {
      // It has ended.
    }
  });
  let output = '';
  let read = 0;
  let look = () => {};
  terminal.onData((data) => {
    output += stripVTControlCharacters(data);
    look();
  });
  const end = Promise.withResolvers<number>();
  terminal.onExit(({ exitCode }) => end.resolve(exitCode));
  return {
    async sees(text) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const missing = () => reject(new Error(`“${text}” did not come; there is: ${output.slice(read)}`));
      const patience = setTimeout(missing, PATIENCE_MILLISECONDS);
      void end.promise.then(missing);
      look = () => {
        const at = output.indexOf(text, read);
        if (at < 0) return;
        read = at + text.length;
        resolve();
      };
      look();
      await promise.finally(() => clearTimeout(patience));
      look = () => {};
    },
    types: (...keys) => {
      for (const key of keys) terminal.write(key);
    },
    ended: end.promise,
    said: () => output,
  };
}
