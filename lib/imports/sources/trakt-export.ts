import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { ImmersionError } from '../../core/errors.ts';
import {
  type ImportEvent,
  type ReadEntry,
  isOfSeries,
  readHistoryEntry,
  readRatingEntry,
  readWatchlistEntry,
} from '../event-rules.ts';
import { jsonArray } from '../../core/terminal/json-array.ts';

/** The lists of an export that are imported. */
export type ArchiveList = 'history' | 'ratings' | 'watchlist';

/** An entry of one of the lists, and the file in the archive that it stands in. */
export type ArchiveEntry = ReadEntry<ImportEvent> & { list: ArchiveList; name: string; isOfSeries: boolean };

export interface ArchiveLimits {
  /** Of the unpacked lists together. */
  maximumBytes?: number;
  maximumFiles?: number;
}

interface ArchiveFile {
  entry: Entry;
  name: string;
  list: ArchiveList;
  number: number;
}

/**
 * What is read of Trakt's data export. The aggregates `watched-movies.json` and `watched-shows.json` say once more what the
 * history says and would double every viewing; other lists than the watchlist are a person's own.
 */
const LISTS: { list: ArchiveList; pattern: RegExp; read: (entry: unknown) => ReadEntry<ImportEvent> }[] = [
  { list: 'history', pattern: /^watched-history(?:-(?<number>\d+))?\.json$/i, read: readHistoryEntry },
  {
    list: 'ratings',
    pattern: /^ratings-(?:movies|shows|seasons|episodes|all)(?:-(?<number>\d+))?\.json$/i,
    read: readRatingEntry,
  },
  { list: 'watchlist', pattern: /^lists-watchlist(?:-(?<number>\d+))?\.json$/i, read: readWatchlistEntry },
];

const GIBIBYTE = 1024 ** 3;

/**
 * Reads Trakt's data export (a ZIP), entry by entry: history, then ratings, then the watchlist. Names and sizes of the
 * whole archive are looked at before the first entry comes. Nothing is written to the disk.
 */
export async function* readTraktArchive(
  file: string,
  { maximumBytes = 2 * GIBIBYTE, maximumFiles = 10_000 }: ArchiveLimits = {},
): AsyncGenerator<ArchiveEntry> {
  const zip = await open(file);
  try {
    if (zip.entryCount > maximumFiles) throw tooLarge(file, `holds ${zip.entryCount} files`);
    const files = await filesOf(zip, file);
    const bytes = files.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0);
    if (bytes > maximumBytes) throw tooLarge(file, `unpacks to ${bytes} bytes`);
    for (const one of files) yield* entriesOf(zip, one, file);
  } finally {
    zip.close();
  }
}

async function open(file: string): Promise<ZipFile> {
  // The bundle of the CLI knows CommonJS modules by their default export alone.
  const { default: yauzl } = await import('yauzl');
  await firstByte(file);
  try {
    return await yauzl.openPromise(file, { autoClose: false, lazyEntries: true, strictFileNames: true });
  } catch {
    throw new ImmersionError(`${file} is not a complete ZIP archive.`, {
      code: 'archive_not_zip',
      suggestions: ['Download your data again from https://trakt.tv/settings/data and use the whole file.'],
    });
  }
}

/** Tells a file that cannot be read from one that is no archive. */
async function firstByte(file: string): Promise<void> {
  try {
    for await (const _ of createReadStream(file, { end: 0 })) return;
  } catch (error) {
    throw new ImmersionError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, {
      code: 'archive_unreadable',
      suggestions: ['Check the path and its permissions.'],
    });
  }
}

async function filesOf(zip: ZipFile, file: string): Promise<ArchiveFile[]> {
  const files: ArchiveFile[] = [];
  try {
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileName.split('/').at(-1) ?? '';
      for (const { list, pattern } of LISTS) {
        const match = pattern.exec(name);
        if (match) files.push({ entry, name: entry.fileName, list, number: Number(match.groups?.['number'] ?? 0) });
      }
    }
  } catch (error) {
    const isUnsafe = /relative path|absolute path|invalid characters/.test((error as Error).message);
    if (!isUnsafe) throw damaged(file, 'its table of contents');
    throw new ImmersionError(`${file} contains a file whose name points outside the archive.`, {
      code: 'archive_unsafe_name',
      suggestions: ['A Trakt export has no such names. Don’t trust this file.'],
    });
  }
  if (files.length === 0) {
    throw new ImmersionError(`${file} is not a Trakt data export: it has no history, ratings or watchlist.`, {
      code: 'archive_empty',
      suggestions: ['Download it from https://trakt.tv/settings/data and use the ZIP unchanged.'],
    });
  }
  const orderOf = ({ list }: ArchiveFile) => LISTS.findIndex((one) => one.list === list);
  return files.sort((a, b) => orderOf(a) - orderOf(b) || a.number - b.number);
}

async function* entriesOf(
  zip: ZipFile,
  { entry, name, list }: ArchiveFile,
  file: string,
): AsyncGenerator<ArchiveEntry> {
  if (entry.isEncrypted() || !entry.canDecodeFileData()) throw damaged(file, name);
  const read = LISTS.find((one) => one.list === list)?.read;
  if (!read) return;
  try {
    for await (const element of jsonArray(checked(await zip.openReadStreamPromise(entry), entry))) {
      yield { ...(element ? read(element.value) : MALFORMED), list, name, isOfSeries: isOfSeries(element?.value) };
    }
  } catch (error) {
    if (error instanceof ImmersionError) throw error;
    throw damaged(file, name);
  }
}

const MALFORMED: ReadEntry<ImportEvent> = { skipped: { reason: 'malformed', title: null, traktId: null } };

/** The archive's sum is over the unpacked bytes, and only known to fit when all have come. */
async function* checked(stream: Readable, entry: Entry): AsyncGenerator<Uint8Array> {
  let sum = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (sum !== entry.crc32) throw new SyntaxError('checksum mismatch');
}

const damaged = (file: string, name: string): ImmersionError =>
  new ImmersionError(`${file} is damaged: ${name} cannot be read.`, {
    code: 'archive_damaged',
    suggestions: ['Download your data again from https://trakt.tv/settings/data.'],
  });

const tooLarge = (file: string, what: string): ImmersionError =>
  new ImmersionError(`${file} was rejected: it ${what}.`, {
    code: 'archive_too_large',
    suggestions: ['A Trakt export is far smaller. Don’t trust this file.'],
  });
