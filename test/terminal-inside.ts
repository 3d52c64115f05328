import { constants, openSync } from 'node:fs';
import { WriteStream, type ReadStream } from 'node:tty';
import * as pty from '@lydell/node-pty';
import { needsProcess, runInside } from './cli-inside.ts';

const COMMAND = new URL('../bin/run.js', import.meta.url).pathname;
const ROWS = 40;
/** No command prints it. */
const END = '\0';

/** A command that runs at a terminal. */
export interface TerminalRun {
  onData(listener: (data: string) => void): void;
  onExit(listener: (end: { exitCode: number }) => void): void;
  write(keys: string): void;
  kill(): void;
}

interface RunOptions {
  cwd: string;
  env: Record<string, string>;
  cols: number;
  /** For tests of signals, and of the trash, which is in the home folder of the process. */
  asProcess?: boolean;
}

/** Runs a command at a terminal of its own, in this process if possible. */
export function runAtTerminal(args: string[], { cwd, env, cols, asProcess = false }: RunOptions): TerminalRun {
  if (!asProcess && !needsProcess(args, env)) return runInsideAtTerminal(args, { cwd, env, cols });
  const terminal = pty.spawn(process.execPath, [COMMAND, ...args], { cwd, env, cols, rows: ROWS });
  return {
    onData: (listener) => void terminal.onData(listener),
    onExit: (listener) => void terminal.onExit(listener),
    write: (keys) => terminal.write(keys),
    kill: () => terminal.kill('SIGKILL'),
  };
}

/** A pair of connected terminals: the user's side, and the program's. */
interface Pair {
  master: ReadStream & { write(keys: string): void };
  slave: ReadStream;
  ptsName: string;
}
// Not in the package's types.
const { open } = pty as unknown as {
  open: (options: { cols: number; rows: number; encoding: string }) => Pair;
};

function runInsideAtTerminal(args: string[], { cwd, env, cols }: RunOptions): TerminalRun {
  const { master, slave, ptsName } = open({ cols, rows: ROWS, encoding: 'utf8' });
  // The command reads.
  slave.pause();
  const output = new WriteStream(openSync(ptsName, constants.O_RDWR | constants.O_NOCTTY));
  // The other side is read by the same thread.
  (output as unknown as { _handle: { setBlocking(blocks: boolean): void } })._handle.setBlocking(false);
  // As with the process's own output, no question's end is the end of it.
  output.end = () => output;
  const end = Promise.withResolvers<{ exitCode: number }>();
  const seen = Promise.withResolvers<void>();
  master.on('data', (data: string) => data.includes(END) && seen.resolve());
  const run = async () => {
    const terminal = { input: slave, output };
    const ran = await runInside(args, { environment: env, workingDirectory: cwd, terminal });
    output.write(END);
    await seen.promise;
    end.resolve({ exitCode: ran?.status ?? -1 });
  };
  void run().catch(end.reject);
  const close = () => {
    [master, slave, output].forEach((stream) => stream.destroy());
    end.resolve({ exitCode: -1 });
  };
  void end.promise.finally(close);
  return {
    onData: (listener) => void master.on('data', (data: string) => listener(data.replace(END, ''))),
    onExit: (listener) => void end.promise.then(listener),
    write: (keys) => void master.write(keys),
    kill: close,
  };
}
