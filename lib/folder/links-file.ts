import { randomBytes } from 'node:crypto';
import { appendFile, lstat, open, readFile, realpath, rename, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { isBlankOrComment, linkKey, parseLink, type MediaLink } from '../recording/link-rules.ts';
import { isGone, type LeftOut } from './library.ts';
import { cutToWidth } from '../core/terminal/text.ts';

/** A line of `watched.txt` that names something. */
export interface LinkLine {
  /** From 1. */
  number: number;
  link: MediaLink;
}

/** What `watched.txt` holds. */
export interface LinksFile {
  lines: LinkLine[];
  /** Lines that are neither link, comment nor blank; they stay in the file. */
  leftOut: LeftOut[];
}

// Bytes are read one to a character, so that what is no text survives a rewrite as it was.
const ENCODING = 'latin1';
const SHOWN_COLUMNS = 60;
const TRIES_AGAINST_OTHER_WRITERS = 10;

/** Reads `watched.txt`; a missing one is empty. */
export async function readLinks(file: string): Promise<LinksFile> {
  const result: LinksFile = { lines: [], leftOut: [] };
  let content: string;
  try {
    content = await readFile(file, ENCODING);
  } catch (error) {
    if (!isGone(error)) {
      result.leftOut.push({ path: file, reason: `can’t be read (${(error as NodeJS.ErrnoException).code})` });
    }
    return result;
  }
  for (const [index, line] of linesOf(content).entries()) {
    const text = textOf(line);
    if (isBlankOrComment(text)) continue;
    const link = parseLink(text);
    if (link) result.lines.push({ number: index + 1, link });
    else {
      const shown = cutToWidth(text, SHOWN_COLUMNS);
      result.leftOut.push({ path: `${file} line ${index + 1}`, reason: `“${shown}” isn’t a YouTube or Spotify link` });
    }
  }
  return result;
}

/** How many lines of `watched.txt` name one of these links. */
export async function countLines(file: string, confirmed: ReadonlySet<string>): Promise<number> {
  const { lines } = await readLinks(file);
  return lines.filter(({ link }) => confirmed.has(linkKey(link))).length;
}

/**
 * Takes the lines out of `watched.txt` that name one of these links, and leaves every other byte as it is. The new file
 * takes the old one's place whole; what others add meanwhile is read again. Answers how many lines went.
 */
export async function removeLines(file: string, confirmed: ReadonlySet<string>): Promise<number> {
  for (let tries = 0; tries < TRIES_AGAINST_OTHER_WRITERS; tries++) {
    let old: FileHandle;
    try {
      old = await open(file, 'r');
    } catch (error) {
      if (isGone(error)) return 0;
      throw error;
    }
    try {
      const removed = await replaceWithout(confirmed, old, await realpath(file));
      if (removed !== undefined) return removed;
    } finally {
      await old.close();
    }
  }
  throw Object.assign(new Error('it keeps changing'), { code: 'it keeps changing' });
}

/** Puts a file without the confirmed lines in the place of `old`; undefined when others have changed that meanwhile. */
async function replaceWithout(
  confirmed: ReadonlySet<string>,
  old: FileHandle,
  target: string,
): Promise<number | undefined> {
  const before = await old.stat({ bigint: true });
  const content = await old.readFile(ENCODING);
  const lines = linesOf(content);
  const kept = lines.filter((line) => {
    const link = parseLink(textOf(line));
    return !link || !confirmed.has(linkKey(link));
  });
  if (kept.length === lines.length) return 0;
  const draft = path.join(path.dirname(target), `.${path.basename(target)}.${randomBytes(4).toString('hex')}`);
  try {
    await writeWhole(draft, kept.join(''), Number(before.mode & 0o777n));
    const now = await lstat(target, { bigint: true });
    if (now.ino !== before.ino || now.size !== before.size || now.mtimeNs !== before.mtimeNs) return undefined;
    await rename(draft, target);
    // What was added to the old file in the last moment is still to be read there.
    const late = await old.readFile(ENCODING);
    if (late !== '') await appendFile(target, late, ENCODING);
    return lines.length - kept.length;
  } finally {
    await rm(draft, { force: true });
  }
}

async function writeWhole(file: string, content: string, mode: number): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    // The mode that a file is opened with is narrowed by the umask.
    await handle.chmod(mode);
    await handle.writeFile(content, ENCODING);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The lines with their endings (`\n`, `\r\n` or `\r`): together they are the file again. */
const linesOf = (content: string): string[] => content.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? [];

/** What a line says; blanks of every script go from its ends, and so does a byte order mark. */
const textOf = (line: string): string => Buffer.from(line, ENCODING).toString('utf8').trim();
