import { createReadStream } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { ImmersionError } from '../core/errors.ts';
import { encodingOf } from '../core/text-encoding-rules.ts';

/** A file of an export, on disk or in a ZIP. */
export interface ArchiveFile {
  /** The path in the export, with slashes. */
  name: string;
  /** Uncompressed. */
  bytes: number;
  /** Throws `ImmersionError` if it can't be read, `SyntaxError` on a checksum mismatch. */
  read(): Promise<AsyncIterable<Uint8Array>>;
}

export interface ArchiveFiles {
  isSingle: boolean;
  files: ArchiveFile[];
  close(): void;
}

/** Compression methods by their number in a ZIP. */
const PACKINGS: Record<number, string> = {
  1: 'Shrink',
  6: 'Implode',
  9: 'Deflate64',
  12: 'bzip2',
  14: 'LZMA',
  93: 'Zstandard',
  95: 'XZ',
  98: 'PPMd',
};
const AES_PACKING = 99;
const DEEPEST_FOLDER = 3;
const UNPACK = 'Unpack it with another program, then import the folder.';

/** Whose export a file should be, and where users download it. */
export interface ExportOrigin {
  name: string;
  url: string;
}

interface Opening {
  maximumFiles: number;
  from: ExportOrigin;
}

/** Opens an export: a ZIP, an unpacked folder, or one of its JSON files. */
export async function openArchive(file: string, { maximumFiles, from }: Opening): Promise<ArchiveFiles> {
  const found = await stat(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  if (found.isDirectory()) {
    const files = await filesIn(file, { root: file, depth: 0, maximumFiles, from, found: [] });
    return { isSingle: false, files, close: () => undefined };
  }
  if (!found.isFile()) throw notAnExport(file, from, 'it is not a regular file');
  const start = await text(inUtf8(createReadStream(file, { end: 63 }))).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  if (/^\uFEFF?\s*[[{]/.test(start)) {
    const single = { name: path.basename(file), bytes: found.size, read: async () => inUtf8(createReadStream(file)) };
    return { isSingle: true, files: [single], close: () => undefined };
  }
  return openZip(file, { maximumFiles, from });
}

async function filesIn(
  folder: string,
  walk: Opening & { root: string; depth: number; found: ArchiveFile[] },
): Promise<ArchiveFile[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(folder, error);
  });
  for (const entry of entries) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory() && walk.depth < DEEPEST_FOLDER && !isExtra(entry.name)) {
      await filesIn(place, { ...walk, depth: walk.depth + 1 });
    }
    if (!entry.isFile() || !/\.json$/i.test(entry.name)) continue;
    const { size } = await lstat(place);
    const name = path.relative(walk.root, place).split(path.sep).join('/');
    walk.found.push({ name, bytes: size, read: async () => inUtf8(createReadStream(place)) });
    if (walk.found.length > walk.maximumFiles)
      throw tooLarge(walk.root, walk.from, `holds over ${walk.maximumFiles} files`);
  }
  return walk.found;
}

async function openZip(file: string, { maximumFiles, from }: Opening): Promise<ArchiveFiles> {
  // In the CLI bundle, CommonJS modules have only a default export.
  const { default: yauzl } = await import('yauzl');
  let zip: ZipFile;
  try {
    zip = await yauzl.openPromise(file, { autoClose: false, lazyEntries: true });
  } catch {
    throw new ImmersionError(`${file} is not a complete ZIP archive.`, {
      code: 'archive_not_zip',
      suggestions: [`Download your data again from ${from.url} and use the whole file.`],
    });
  }
  try {
    if (zip.entryCount > maximumFiles) throw tooLarge(file, from, `holds ${zip.entryCount} files`);
    const files = (await entriesOf(zip, file, from)).map((entry) => ({
      name: entry.fileName,
      bytes: entry.uncompressedSize,
      read: () => unpacked(zip, entry, file),
    }));
    return { isSingle: false, files, close: () => zip.close() };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function entriesOf(zip: ZipFile, file: string, from: ExportOrigin): Promise<Entry[]> {
  try {
    const entries = await Array.fromAsync(zip.eachEntry());
    return entries.filter(({ fileName }) => !fileName.split('/').some(isExtra));
  } catch (error) {
    const isUnsafe = /relative path|absolute path|invalid characters/.test((error as Error).message);
    if (!isUnsafe) throw damaged(file, from, 'its table of contents');
    throw new ImmersionError(`${file} contains a file whose name points outside the archive.`, {
      code: 'archive_unsafe_name',
      suggestions: [`A ${from.name} export has no such names. Don’t trust this file.`],
    });
  }
}

/** What macOS Finder adds to a ZIP. */
const isExtra = (name: string): boolean => name === '__MACOSX' || name.startsWith('._');

async function unpacked(zip: ZipFile, entry: Entry, file: string): Promise<AsyncIterable<Uint8Array>> {
  const { fileName, compressionMethod } = entry;
  if (entry.isEncrypted() || compressionMethod === AES_PACKING) {
    throw new ImmersionError(`${file} is encrypted: ${fileName} needs a password.`, {
      code: 'archive_encrypted',
      suggestions: [UNPACK],
    });
  }
  if (!entry.canDecodeFileData()) {
    const packing = PACKINGS[compressionMethod] ?? `method ${compressionMethod}`;
    throw new ImmersionError(`${file} can’t be unpacked here: ${fileName} is compressed with ${packing}.`, {
      code: 'archive_compression_unsupported',
      suggestions: [UNPACK],
    });
  }
  return inUtf8(checked(await zip.openReadStreamPromise(entry), entry.crc32));
}

/** Verifies the CRC, which covers the uncompressed bytes and so can only be checked at the end. */
async function* checked(stream: AsyncIterable<Buffer | string>, expected: number): AsyncGenerator<Uint8Array> {
  let sum = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (sum !== expected) throw new SyntaxError('checksum mismatch');
}

/** Converts UTF-16 with a byte order mark, as editors on Windows save it. Anything else stays as it is. */
async function* inUtf8(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let decoder: TextDecoder | undefined;
  let isStart = true;
  for await (const chunk of chunks) {
    const encoding = isStart ? encodingOf(chunk) : 'UTF-8';
    if (encoding !== 'UTF-8') decoder = new TextDecoder(encoding);
    isStart = false;
    yield decoder ? encoder.encode(decoder.decode(chunk, { stream: true })) : chunk;
  }
}

function unreadable(file: string, error: unknown): ImmersionError {
  const { code } = error as NodeJS.ErrnoException;
  return new ImmersionError(code === 'ENOENT' ? `No such file: ${file}` : `${file} cannot be read (${code}).`, {
    code: 'archive_unreadable',
    suggestions: ['Check the path and its permissions.'],
  });
}

export const notAnExport = (file: string, { name, url }: ExportOrigin, why: string): ImmersionError =>
  new ImmersionError(`${file} is not a ${name} data export: ${why}.`, {
    code: 'archive_empty',
    suggestions: [`Download it from ${url} and use the ZIP unchanged.`],
  });

export const damaged = (file: string, { url }: ExportOrigin, name: string): ImmersionError =>
  new ImmersionError(`${file} is damaged: ${name} cannot be read.`, {
    code: 'archive_damaged',
    suggestions: [`Download your data again from ${url}.`],
  });

export const tooLarge = (file: string, { name }: ExportOrigin, what: string): ImmersionError =>
  new ImmersionError(`${file} was rejected: it ${what}.`, {
    code: 'archive_too_large',
    suggestions: [`A ${name} export is far smaller. Don’t trust this file.`],
  });
