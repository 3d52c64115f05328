import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';

/** A checksum of the rest, and the size of the code that had been compiled, as 32-bit numbers. */
const HEADER_BYTES = 8;
/** Saving takes 20 ms, so it must save more than that. */
const WORTHWHILE_GROWTH = 1.02;
/** How many runs look whether more was compiled. */
const SHARE_OF_CHECKS = 1 / 8;
/** Code this old was probably kept by an earlier version of the program. */
const OLD_MILLISECONDS = 7 * 24 * 60 * 60 * 1000;

interface Kept {
  code: Buffer;
  compiledBytes: number;
}

/**
 * Runs a CommonJS file in ASCII with what earlier processes compiled of it, kept in `folder` by `name`. Node's own cache
 * keeps code as it was before it ran, without most of its functions. `save` is to be called at the end of the process.
 * `id` identifies the file's content; the folder is Node's for its own version, flags and user. Without a folder, or if
 * anything about the kept code is unusual, the file is compiled as always.
 */
export function runWithKeptCode({
  file,
  name,
  id,
  folder,
  isDue = Math.random() < SHARE_OF_CHECKS,
}: {
  file: string;
  name: string;
  id: string;
  folder: string | undefined;
  /** Whether to look if more was compiled. */
  isDue?: boolean;
}): {
  exports: unknown;
  isKept: boolean;
  save: () => void;
} {
  const place = folder && path.join(folder, `${name}-${id}.code`);
  const kept = place ? read(place) : undefined;
  const source = `(function (exports, require, module, __filename, __dirname) {${readFileSync(file, 'latin1')}\n})`;
  const script = new Script(source, { filename: file, ...(kept && { cachedData: kept.code }) });
  const isKept = kept !== undefined && script.cachedDataRejected === false;
  const module = { exports: {} };
  const run = script.runInThisContext() as (...values: unknown[]) => void;
  run(module.exports, createRequire(file), module, file, path.dirname(file));
  return {
    exports: module.exports,
    isKept,
    save() {
      if (!place || (isKept && !isDue)) return;
      // Loaded late, which takes 3 ms.
      const { getHeapCodeStatistics } = process.getBuiltinModule('node:v8');
      const compiledBytes = getHeapCodeStatistics().bytecode_and_metadata_size;
      if (isKept && compiledBytes < kept.compiledBytes * WORTHWHILE_GROWTH) return;
      write(place, { code: script.createCachedData(), compiledBytes });
      removeOld(path.dirname(place), `${name}-`);
    },
  };
}

/** Undefined if the file is missing, damaged, or could have been written by others, as in a shared temporary folder. */
function read(place: string): Kept | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(place, 'r');
    const { uid, mode } = fstatSync(descriptor);
    if (process.getuid && (uid !== process.getuid() || (mode & 0o022) !== 0)) return undefined;
    const whole = readFileSync(descriptor);
    if (whole.length <= HEADER_BYTES || whole.readUInt32LE(0) !== crc32(whole.subarray(4))) return undefined;
    return { code: whole.subarray(HEADER_BYTES), compiledBytes: whole.readUInt32LE(4) };
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function write(place: string, { code, compiledBytes }: Kept): void {
  const draft = `${place}.${process.pid}.draft`;
  try {
    const whole = Buffer.concat([Buffer.alloc(HEADER_BYTES), code]);
    whole.writeUInt32LE(compiledBytes, 4);
    whole.writeUInt32LE(crc32(whole.subarray(4)), 0);
    writeFileSync(draft, whole, { mode: 0o600, flag: 'wx' });
    renameSync(draft, place);
  } catch {
    // The next process compiles again.
    try {
      rmSync(draft);
    } catch {
      // It doesn't exist.
    }
  }
}

/** Removes what earlier versions kept, and drafts of killed processes. */
function removeOld(folder: string, start: string): void {
  try {
    for (const file of readdirSync(folder).filter((one) => one.startsWith(start))) {
      const place = path.join(folder, file);
      if (statSync(place).mtimeMs < Date.now() - OLD_MILLISECONDS) rmSync(place);
    }
  } catch {
    // Another process removed it.
  }
}
