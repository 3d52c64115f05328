import { accessSync, constants, statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import { ImmersionError } from './errors.ts';

const FULL_DISK_BYTES = 65_536;

export interface WriteFault {
  kind: 'full' | 'read_only';
  /** Continues “The file …”. */
  what: string;
  suggestion: string;
}

/** Finds out why a file can't be written: system errors don't tell, and SQLite's are wrong. Undefined if it can. */
export function writeFaultOf(file: string): WriteFault | undefined {
  let folder = path.dirname(file);
  try {
    folder = existing(folder);
    if (!statSync(folder).isDirectory()) return undefined;
    accessSync(folder, constants.W_OK | constants.X_OK);
    if (statSync(file, { throwIfNoEntry: false })?.isFile()) accessSync(file, constants.R_OK | constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    if (bavail * bsize >= FULL_DISK_BYTES) return undefined;
    return {
      kind: 'full',
      what: 'cannot grow: the disk is full',
      suggestion: 'Free some space and run the same command again.',
    };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EROFS') {
      return {
        kind: 'read_only',
        what: 'cannot be written: its disk is mounted read-only',
        suggestion: 'Mount it for writing, or name another folder with IMMERSION_DATA_DIR.',
      };
    }
    if (code !== 'EACCES') return undefined;
    const user = process.getuid?.() ?? 'you';
    return {
      kind: 'read_only',
      what: `cannot be written: its folder is not writable for user ${user}`,
      suggestion: `Give it to that user: chown -R ${user} ${folder} (for a folder that is mounted into a container, on the host).`,
    };
  }
}

/** Names the `what` that can't be written, why, and what to do; other errors stay as they are. */
export function asWriteError(error: unknown, file: string, { what, code }: { what: string; code: string }): unknown {
  const { code: system, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof ImmersionError || syscall === undefined) return error;
  const fault = writeFaultOf(file);
  return new ImmersionError(`${what} ${file} ${fault?.what ?? `cannot be written (${system})`}.`, {
    code,
    suggestions: [fault?.suggestion ?? 'Check the permissions of its folder.'],
    publicMessage: `${what} cannot be written.`,
  });
}

/** The nearest existing folder. */
function existing(folder: string): string {
  const above = path.dirname(folder);
  return statSync(folder, { throwIfNoEntry: false }) || above === folder ? folder : existing(above);
}
