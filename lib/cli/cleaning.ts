import { readdir, rmdir, unlink } from 'node:fs/promises';
import path from 'node:path';
import { isJunk } from '../domain/watched-files.ts';
import type { Journal, JournalEntry } from './journal.ts';
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
}

/** What a cleaning did. */
export interface CleanResult {
  filesRemoved: number;
  bytesRemoved: number;
  foldersRemoved: number;
  leftOut: LeftOut[];
}

type Ground = { journal: Journal; identity: string; library: string };

/** Looks up which files of a library may go: exactly those that the API confirmed and that did not change since. */
export async function planCleaning({ journal, identity, library }: Ground): Promise<CleanPlan> {
  const plan: CleanPlan = { files: [], sizeBytes: 0, changed: [], finishedFolders: [] };
  const folders = new Set<string>();
  const shows = path.join(library, LIBRARY_PARTS.shows);
  for (const entry of journal.entries(identity, library)) {
    const [folder] = path.relative(shows, entry.path).split(path.sep);
    if (entry.path.startsWith(shows + path.sep) && folder) folders.add(path.join(shows, folder));
    const now = await lookAt(entry.path);
    if (!now) {
      if (!entry.removed) journal.markRemoved(identity, entry.path);
    } else if (now.sizeBytes === entry.sizeBytes && now.modifiedAt === entry.modifiedAt) {
      plan.files.push(entry);
      plan.sizeBytes += entry.sizeBytes;
    } else {
      plan.changed.push({ path: entry.path, reason: 'it changed since it was recorded' });
    }
  }
  const going = new Set(plan.files.map((file) => file.path));
  for (const folder of folders) {
    const found = await contents(folder).catch(() => 'unreadable' as const);
    if (found === undefined) journal.forgetRemoved(identity, folder);
    else if (found !== 'unreadable' && isFinished(found.files, going)) plan.finishedFolders.push(folder);
  }
  return plan;
}

/** Whether only junk is left of a show when the files that go are gone. */
const isFinished = (files: readonly string[], going: ReadonlySet<string> = new Set()): boolean =>
  files.every((file) => going.has(file) || isJunk(path.basename(file)));

/** Removes what a plan names, file by file, then show folders in which no video is left. What cannot go stays and is said. */
export async function clean(plan: CleanPlan, mode: 'trash' | 'delete', ground: Ground): Promise<CleanResult> {
  const { journal, identity } = ground;
  const result: CleanResult = { filesRemoved: 0, bytesRemoved: 0, foldersRemoved: 0, leftOut: [...plan.changed] };
  const remove = mode === 'trash' ? await trashing() : unlink;
  for (const entry of plan.files) {
    const now = await lookAt(entry.path);
    if (now && (now.sizeBytes !== entry.sizeBytes || now.modifiedAt !== entry.modifiedAt)) {
      result.leftOut.push({ path: entry.path, reason: 'it changed since it was recorded' });
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
        result.leftOut.push({ path: entry.path, reason: `it cannot be removed (${reasonOf(error)})` });
        continue;
      }
    }
    journal.markRemoved(identity, entry.path);
  }
  for (const folder of plan.finishedFolders) {
    try {
      if (!(await removeFinishedFolder(folder, mode, remove))) continue;
      result.foldersRemoved += 1;
      journal.forgetRemoved(identity, folder);
    } catch (error) {
      // Another process that cleans up as well was faster.
      if (isGone(error)) continue;
      result.leftOut.push({ path: folder, reason: `it cannot be removed (${reasonOf(error)})` });
    }
  }
  return result;
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
