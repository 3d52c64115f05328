import { constants } from 'node:fs';
import { appendFile, lstat, open, realpath, type FileHandle } from 'node:fs/promises';
import { writeWhole } from '../core/files.ts';
import { linkKey, parseLink, readLinkLine, type MediaLink } from '../recording/link-rules.ts';
import { readTextLines, type TextLine, type TextLines } from '../recording/text-lines-rules.ts';
import { isGone, type LeftOut } from './library.ts';
import { cutToWidth } from '../core/terminal/text.ts';

export interface LinkLine {
  /** From 1. */
  number: number;
  link: MediaLink;
}

export interface PlaylistLine {
  number: number;
  playlistId: string;
}

export interface LinksFile {
  lines: LinkLine[];
  playlists: PlaylistLine[];
  /** Invalid lines, which stay in the file. */
  leftOut: LeftOut[];
  /** Warnings about the file. */
  ignored: LeftOut[];
}

/** Undefined keeps the line. */
export type LineChange = 'remove' | { prefix: string; after?: readonly string[] } | undefined;

const SHOWN_COLUMNS = 60;
/** Limit for lines reported individually. */
const LINES_NAMED = 20;
const MAXIMUM_BYTES = 32 * 1024 * 1024;
const TRIES_AGAINST_OTHER_WRITERS = 10;

/** Reads `watched.txt`; empty if missing. */
export async function readLinks(file: string): Promise<LinksFile> {
  const result: LinksFile = { lines: [], playlists: [], leftOut: [], ignored: [] };
  let text: TextLines;
  try {
    const bytes = await bytesOf(file);
    if (typeof bytes === 'string') return { ...result, leftOut: [{ path: file, reason: bytes }] };
    text = readTextLines(bytes);
  } catch (error) {
    if (!isGone(error)) {
      result.leftOut.push({ path: file, reason: `can’t be read (${(error as NodeJS.ErrnoException).code})` });
    }
    return result;
  }
  const unreadable: { number: number; text: string; message: string }[] = [];
  for (const [index, line] of text.lines.entries()) {
    const found = readLinkLine(line.text);
    const number = index + 1;
    if (found.kind === 'blank') continue;
    if (found.kind === 'video' || found.kind === 'episode') {
      result.lines.push({ number, link: { service: found.service, id: found.id } });
    } else if (found.kind === 'playlist') {
      result.playlists.push({ number, playlistId: found.id });
    } else {
      unreadable.push({ number, text: line.text, message: found.message });
    }
  }
  if (text.encoding === null && unreadable.length > 0) {
    const reason = `${unreadable.length === 1 ? 'a line' : `${unreadable.length} lines`} can’t be read, since it isn’t UTF-8 text: save it as UTF-8`;
    result.leftOut.push({ path: file, reason });
  } else {
    if (text.encoding === null)
      result.ignored.push({ path: file, reason: 'some of it isn’t UTF-8 text: save it as UTF-8' });
    for (const { number, text, message } of unreadable.slice(0, LINES_NAMED)) {
      const shown = cutToWidth(text.trim(), SHOWN_COLUMNS);
      result.leftOut.push({ path: `${file} line ${number}`, reason: `“${shown}”: ${message}` });
    }
    const others = unreadable.length - LINES_NAMED;
    if (others > 0) result.leftOut.push({ path: file, reason: `${others} more lines without a link` });
  }
  return result;
}

/** Returns a reason instead for pipes, devices and files that are too large. */
async function bytesOf(file: string): Promise<Buffer | string> {
  // Non-blocking, since opening a pipe would wait for a writer.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await handle.stat();
    if (!stats.isFile() && !stats.isDirectory()) return 'not a regular file';
    if (stats.size > MAXIMUM_BYTES) return `larger than ${MAXIMUM_BYTES / 1024 / 1024} MB`;
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

export async function countLines(file: string, confirmed: ReadonlySet<string>): Promise<number> {
  const { lines } = await readLinks(file);
  return lines.filter(({ link }) => confirmed.has(linkKey(link))).length;
}

/** Removes lines with these links from `watched.txt`. Returns how many. */
export const removeLines = (file: string, confirmed: ReadonlySet<string>): Promise<number> =>
  changeLines(file, (text) => {
    const link = parseLink(text);
    return link && confirmed.has(linkKey(link)) ? 'remove' : undefined;
  });

/**
 * Changes lines of `watched.txt`, preserving all other bytes. Replaces the file atomically, and starts over if others
 * have changed it. Returns how many lines changed.
 */
export async function changeLines(file: string, change: (text: string) => LineChange): Promise<number> {
  for (let tries = 0; tries < TRIES_AGAINST_OTHER_WRITERS; tries++) {
    let old: FileHandle;
    try {
      old = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      if (isGone(error)) return 0;
      throw error;
    }
    try {
      const changed = await replaceChanged(change, old, await realpath(file));
      if (changed !== undefined) return changed;
    } finally {
      await old.close();
    }
  }
  throw Object.assign(new Error('it keeps changing'), { code: 'it keeps changing' });
}

/** Undefined if others have changed the file. */
async function replaceChanged(
  change: (text: string) => LineChange,
  old: FileHandle,
  target: string,
): Promise<number | undefined> {
  const before = await old.stat({ bigint: true });
  const text = readTextLines(await old.readFile());
  let changed = 0;
  const parts = text.lines.map((line) => {
    const lineChange = change(line.text);
    if (lineChange !== undefined) changed += 1;
    return changedLine(line, lineChange, text.mark);
  });
  if (changed === 0) return 0;
  const isWritten = await writeWhole(
    target,
    async (draft) => {
      // The umask restricts the mode given to `open`.
      await draft.chmod(Number(before.mode & 0o777n));
      await draft.writeFile(Buffer.concat([text.mark, ...parts]));
    },
    {
      makesFolder: false,
      async isUnchanged() {
        const now = await lstat(target, { bigint: true });
        return now.ino === before.ino && now.size === before.size && now.mtimeNs === before.mtimeNs;
      },
    },
  );
  if (!isWritten) return undefined;
  // Carry over what was appended to the old file at the last moment.
  const late = await old.readFile();
  if (late.length > 0) await appendFile(target, late);
  return changed;
}

function changedLine({ text, bytes }: TextLine, change: LineChange, mark: Uint8Array): Uint8Array {
  if (change === undefined) return bytes;
  if (change === 'remove') return bytes.subarray(0, 0);
  const { prefix, after = [] } = change;
  const ending = /[\r\n]+$/.exec(decoded(bytes, mark))?.[0];
  const added = after.map((line) => `${line}${ending ?? '\n'}`).join('');
  const between = ending === undefined && text !== '' && after.length > 0 ? '\n' : '';
  return Buffer.concat([encoded(prefix, mark), bytes, encoded(between + added, mark)]);
}

const BIG_END_FIRST = 0xfe;

/** Only line endings matter, so other bytes may be decoded wrongly. */
const decoded = (bytes: Uint8Array, mark: Uint8Array): string => {
  if (mark.length !== 2) return Buffer.from(bytes).toString('latin1');
  return new TextDecoder(mark[0] === BIG_END_FIRST ? 'utf-16be' : 'utf-16le').decode(bytes);
};

function encoded(text: string, mark: Uint8Array): Buffer {
  if (mark.length !== 2) return Buffer.from(text);
  const bytes = Buffer.from(text, 'utf16le');
  return mark[0] === BIG_END_FIRST ? bytes.swap16() : bytes;
}
