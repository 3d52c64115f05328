import { readdir, rmdir, unlink } from 'node:fs/promises';
import path from 'node:path';
import { ImmersionError } from '../core/errors.ts';
import { isJunk } from './file-rules.ts';
import { JOURNAL_FAULTS, type Journal, type JournalEntry } from './journal.ts';
import { countLines, removeLines } from './links-file.ts';
import { counted, formatBytes } from '../core/terminal/text.ts';
import { isGone, LIBRARY_PARTS, lookAt, type LeftOut } from './library.ts';

/** What happens with watched files once the API has confirmed them. */
export const CLEAN_MODES = ['trash', 'delete', 'keep'] as const;
export type CleanMode = (typeof CLEAN_MODES)[number];

/** What can be cleaned up now. */
export interface CleanPlan {
  /** Confirmed and unchanged since. */
  files: JournalEntry[];
  sizeBytes: number;
  /** Confirmed, but another file by now: it stays. */
  changed: LeftOut[];
  /** Folders of shows in which nothing but junk is left once the files are gone. */
  finishedFolders: string[];
  /** How many lines of `watched.txt` name confirmed links. */
  lines: number;
}

/** What a cleaning did. */
export interface CleanResult {
  filesRemoved: number;
  bytesRemoved: number;
  foldersRemoved: number;
  linesRemoved: number;
  leftOut: LeftOut[];
}

type CleanContext = { journal: Journal; identity: string; library: string };

/** Looks up which files of a library may go: exactly those that the API confirmed and that did not change since. */
export async function planCleaning({ journal, identity, library }: CleanContext): Promise<CleanPlan> {
  const plan: CleanPlan = { files: [], sizeBytes: 0, changed: [], finishedFolders: [], lines: 0 };
  const folders = new Set<string>();
  const gone: string[] = [];
  const shows = path.join(library, LIBRARY_PARTS.shows);
  for (const entry of journal.entries(identity, library)) {
    const [folder] = path.relative(shows, entry.path).split(path.sep);
    if (entry.path.startsWith(shows + path.sep) && folder) folders.add(path.join(shows, folder));
    const now = await lookAt(entry.path);
    if (!now) {
      if (!entry.removed) gone.push(entry.path);
    } else if (now.sizeBytes === entry.sizeBytes && now.modifiedAt === entry.modifiedAt) {
      plan.files.push(entry);
      plan.sizeBytes += entry.sizeBytes;
    } else {
      plan.changed.push({ path: entry.path, reason: 'changed since it was recorded' });
    }
  }
  if (gone.length > 0) journal.markRemoved(identity, gone);
  const going = new Set(plan.files.map((file) => file.path));
  for (const folder of folders) {
    const found = await contents(folder).catch(() => 'unreadable' as const);
    if (found === undefined) journal.forgetRemoved(identity, folder);
    else if (found !== 'unreadable' && isFinished(found.files, going)) plan.finishedFolders.push(folder);
  }
  const list = path.join(library, LIBRARY_PARTS.links);
  plan.lines = await countLines(list, journal.confirmedLinks(identity, list));
  return plan;
}

/** Whether only junk is left of a show when the files that go are gone. */
const isFinished = (files: readonly string[], going: ReadonlySet<string> = new Set()): boolean =>
  files.every((file) => going.has(file) || isJunk(path.basename(file)));

/** Removes what a plan names, file by file, then show folders in which no video is left. What cannot go stays and is said. */
export async function clean(plan: CleanPlan, mode: 'trash' | 'delete', context: CleanContext): Promise<CleanResult> {
  const { journal, identity } = context;
  const result: CleanResult = {
    filesRemoved: 0,
    bytesRemoved: 0,
    foldersRemoved: 0,
    linesRemoved: 0,
    leftOut: [...plan.changed],
  };
  const remove = mode === 'trash' ? await trashing() : unlink;
  await removeFiles(plan.files, remove, { context, result });
  for (const folder of plan.finishedFolders) {
    try {
      if (!(await removeFinishedFolder(folder, mode, remove))) continue;
      result.foldersRemoved += 1;
      note(() => journal.forgetRemoved(identity, folder));
    } catch (error) {
      // Another process that cleans up as well was faster.
      if (isGone(error)) continue;
      result.leftOut.push({ path: folder, reason: `can’t be removed (${reasonOf(error)})` });
    }
  }
  if (plan.lines > 0) await removeConfirmedLines(context, result);
  return result;
}

async function removeFiles(
  files: readonly JournalEntry[],
  remove: (file: string) => Promise<void>,
  { context: { journal, identity }, result }: { context: CleanContext; result: CleanResult },
): Promise<void> {
  const gone: string[] = [];
  try {
    for (const entry of files) {
      const now = await lookAt(entry.path);
      if (now && (now.sizeBytes !== entry.sizeBytes || now.modifiedAt !== entry.modifiedAt)) {
        result.leftOut.push({ path: entry.path, reason: 'changed since it was recorded' });
        continue;
      }
      try {
        if (now) {
          await remove(entry.path);
          result.filesRemoved += 1;
          result.bytesRemoved += entry.sizeBytes;
        }
      } catch (error) {
        if (!isGone(error)) {
          result.leftOut.push({ path: entry.path, reason: `can’t be removed (${reasonOf(error)})` });
          continue;
        }
      }
      gone.push(entry.path);
    }
  } finally {
    // All at once: each time costs a write to the disk, and the next cleaning sees by itself what is gone.
    if (gone.length > 0) note(() => journal.markRemoved(identity, gone));
  }
}

/** Whether there is anything that a cleaning would do. */
export const isEmptyPlan = (plan: CleanPlan): boolean =>
  plan.files.length === 0 && plan.finishedFolders.length === 0 && plan.lines === 0;

/** What a plan names, in words: `5 watched files (3.2 GB), 1 finished show folder and 2 links`. */
export function planInWords({ files, sizeBytes, finishedFolders, lines }: CleanPlan): string {
  const parts = amounts({
    files: files.length,
    noun: 'watched file',
    bytes: sizeBytes,
    folders: finishedFolders.length,
  });
  return inOneBreath([...parts, ...(lines > 0 ? [counted(lines, 'link')] : [])]);
}

/** What a cleaning did, in one line. */
export function cleanedSentence(cleaned: CleanResult, mode: 'trash' | 'delete'): string {
  const { filesRemoved: files, bytesRemoved: bytes, foldersRemoved: folders, linesRemoved: lines } = cleaned;
  const what = inOneBreath(amounts({ files, noun: 'file', bytes, folders }));
  const sentences = [
    ...(what === '' ? [] : [mode === 'trash' ? `Moved ${what} to the trash.` : `Deleted ${what}.`]),
    ...(lines > 0 ? [`Removed ${counted(lines, 'link')} from ${LIBRARY_PARTS.links}.`] : []),
  ];
  return sentences.join(' ') || 'Nothing was removed.';
}

const amounts = (what: { files: number; noun: string; bytes: number; folders: number }): string[] => [
  ...(what.files > 0 ? [`${counted(what.files, what.noun)} (${formatBytes(what.bytes)})`] : []),
  ...(what.folders > 0 ? [counted(what.folders, 'finished show folder')] : []),
];

/** `one`, `one and two`, `one, two and three`. */
const inOneBreath = (parts: string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

async function removeConfirmedLines({ journal, identity, library }: CleanContext, result: CleanResult): Promise<void> {
  const list = path.join(library, LIBRARY_PARTS.links);
  try {
    result.linesRemoved = await removeLines(list, journal.confirmedLinks(identity, list));
  } catch (error) {
    result.leftOut.push({ path: list, reason: `its recorded links were kept (${reasonOf(error)})` });
    return;
  }
  note(() => journal.forgetLinks(identity, list));
}

/** Notes what is gone. A journal that cannot be written then loses nothing: the next run finds it gone and notes it again. */
function note(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof ImmersionError) || !JOURNAL_FAULTS.has(error.code)) throw error;
  }
}

/** Removes a show's folder if nothing but junk is left in it; true when it did. */
async function removeFinishedFolder(
  folder: string,
  mode: 'trash' | 'delete',
  remove: (file: string) => Promise<void>,
): Promise<boolean> {
  const found = await contents(folder);
  if (!found || !isFinished(found.files)) return false;
  if (mode === 'trash') {
    await remove(folder);
    return true;
  }
  for (const file of found.files) await unlink(file);
  try {
    // Only empty folders go, the deepest first: what appeared meanwhile keeps its folder.
    for (const directory of found.directories) await rmdir(directory);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTEMPTY') return false;
    throw error;
  }
}

/** All files below a folder, and all folders, the deepest first and itself last; undefined when it is gone. Links count as files. */
async function contents(folder: string): Promise<{ files: string[]; directories: string[] } | undefined> {
  let entries;
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
  const files: string[] = [];
  const directories: string[] = [];
  for (const entry of entries) {
    const place = path.join(folder, entry.name);
    if (!entry.isDirectory()) files.push(place);
    else {
      const inside = await contents(place);
      files.push(...(inside?.files ?? []));
      directories.push(...(inside?.directories ?? []));
    }
  }
  return { files, directories: [...directories, folder] };
}

async function trashing(): Promise<(file: string) => Promise<void>> {
  const { default: trash } = await import('trash');
  return (file) => trash(file, { glob: false });
}

const reasonOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? (error as Error).message;
