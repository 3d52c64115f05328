import { closeSync, constants, openSync } from 'node:fs';
import { lstat, open, realpath, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { ImmersionError, InvalidInputError, type ErrorDetail } from '../core/errors.ts';
import { writeWhole } from '../core/files.ts';
import { encodingOf, type TextEncoding } from '../core/text-encoding-rules.ts';
import { checkLine } from './exchange-contract.ts';
import type { ExchangedItem } from './line-items.ts';

const FAULTS_SHOWN = 20;
/** A file with more invalid lines isn’t read to its end, which a pipe or device may not have. */
const MAXIMUM_FAULTS = 10_000;
const WRITER_MILLISECONDS = 5000;
const MAXIMUM_LINE_BYTES = 16 * 1024 * 1024;

/** Writes a file atomically; writes through links and into pipes and devices. Returns the number of lines. */
export async function writeLines(file: string, lines: AsyncIterable<string>): Promise<number> {
  try {
    const target = await wholeFile(file);
    if (target === undefined) return await writeInto((await open(file, 'w')).createWriteStream(), lines);
    let count = 0;
    await writeWhole(target, (draft) => draft.writeFile(counting(lines, (sofar) => (count = sofar))), {
      mode: 0o666,
      makesFolder: false,
    });
    return count;
  } catch (error) {
    const message = (code: string) =>
      code === 'ENOENT' ? `No such folder: ${path.dirname(file)}` : `${file} cannot be written (${code}).`;
    throw asFileError(error, message, 'file_unwritable');
  }
}

/** A file to replace; undefined for pipes, devices and broken links. */
async function wholeFile(file: string): Promise<string | undefined> {
  const stats = await lstat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!stats || stats.isFile()) return file;
  const target = stats.isSymbolicLink() ? await realpath(file).catch(() => undefined) : undefined;
  return target !== undefined && (await lstat(target)).isFile() ? target : undefined;
}

/** Respects backpressure. Returns the number of lines. */
export async function writeInto(
  stream: NodeJS.WritableStream,
  lines: AsyncIterable<string>,
  { end = true } = {},
): Promise<number> {
  let count = 0;
  await pipeline(
    counting(lines, (sofar) => (count = sofar)),
    stream,
    { end },
  );
  return count;
}

async function* counting(lines: AsyncIterable<string>, counted: (sofar: number) => void): AsyncGenerator<string> {
  let sofar = 0;
  for await (const line of lines) {
    yield `${line}\n`;
    sofar += 1;
    counted(sofar);
  }
}

/** Lines count from 1. */
export interface NumberedItem {
  line: number;
  item: ExchangedItem;
}

/** Reads a whole JSON Lines file. Throws `InvalidInputError` that lists all invalid lines. */
export async function readExchangeFile(file: string): Promise<NumberedItem[]> {
  const items: NumberedItem[] = [];
  const faults: ErrorDetail[] = [];
  let number = 0;
  try {
    for await (const line of linesOf(file)) {
      number += 1;
      if ('text' in line && line.text.trim() === '') continue;
      const read = 'text' in line ? readLine(line.text) : line;
      if ('fault' in read) faults.push({ path: `line ${number}`, message: read.fault });
      else if (faults.length === 0) items.push({ line: number, item: read.line });
      if (faults.length >= MAXIMUM_FAULTS) break;
    }
  } catch (error) {
    throw asFileError(
      error,
      (code) => (code === 'ENOENT' ? `No such file: ${file}` : `${file} cannot be read (${code}).`),
      'file_unreadable',
    );
  }
  if (faults.length === 0) return items;
  throw new InvalidInputError(`${file} has invalid lines (${faults.length} of ${number}); nothing was imported.`, {
    code: 'invalid_import',
    details: faults.slice(0, FAULTS_SHOWN),
    suggestions: ['Each line must be an item as written by immersion export.'],
  });
}

/** Opening a pipe waits for its writer: not for ever. */
async function openToRead(file: string): Promise<FileHandle> {
  if (!(await stat(file)).isFIFO()) return open(file);
  const opening = open(file);
  const late = delay(WRITER_MILLISECONDS, undefined, { ref: false });
  const handle = await Promise.race([opening, late]);
  if (handle) return handle;
  // As a writer, which ends the waiting.
  closeSync(openSync(file, constants.O_WRONLY | constants.O_NONBLOCK));
  await (await opening).close();
  throw Object.assign(new Error('no writer'), { code: 'a pipe that nothing writes to' });
}

/** Lines of a file in UTF-8, or in UTF-16 with a byte order mark. */
async function* linesOf(file: string): AsyncGenerator<{ text: string } | { fault: string }> {
  let rest: Buffer = Buffer.alloc(0);
  let encoding: TextEncoding | undefined;
  for await (const chunk of (await openToRead(file)).createReadStream()) {
    const bytes = Buffer.concat([rest, chunk as Buffer]);
    encoding ??= encodingOf(bytes);
    let begin = 0;
    for (let end = lineEnd(bytes, begin, encoding); end !== -1; end = lineEnd(bytes, begin, encoding)) {
      yield decoded(bytes.subarray(begin, end), encoding);
      begin = end + (encoding === 'UTF-8' ? 1 : 2);
    }
    rest = bytes.subarray(begin);
    if (rest.length > MAXIMUM_LINE_BYTES) return yield { fault: 'it is too long' };
  }
  if (rest.length > 0) yield decoded(rest, encoding ?? 'UTF-8');
}

function lineEnd(bytes: Buffer, from: number, encoding: TextEncoding): number {
  if (encoding === 'UTF-8') return bytes.indexOf(0x0a, from);
  const lineFeed = Buffer.from(encoding === 'UTF-16LE' ? [0x0a, 0] : [0, 0x0a]);
  let end = bytes.indexOf(lineFeed, from);
  // Only at a character boundary.
  while (end !== -1 && (end - from) % 2 === 1) end = bytes.indexOf(lineFeed, end + 1);
  return end;
}

function decoded(bytes: Buffer, encoding: TextEncoding): { text: string } | { fault: string } {
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes) };
  } catch {
    return { fault: `it is not ${encoding}` };
  }
}

function readLine(text: string): { line: ExchangedItem } | { fault: string } {
  try {
    return checkLine(JSON.parse(text));
  } catch {
    return { fault: 'not JSON' };
  }
}

function asFileError(error: unknown, message: (code: string) => string, code: string): unknown {
  const system = (error as NodeJS.ErrnoException).code;
  return error instanceof ImmersionError || !system ? error : new ImmersionError(message(system), { code });
}
