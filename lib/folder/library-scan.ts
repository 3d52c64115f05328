import { isUtf8 } from 'node:buffer';
import type { BigIntStats, Dirent } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { nameFault, normalizeName } from '../core/name-rules.ts';
import {
  unsupportedReason,
  isSystemTrash,
  isOfSystem,
  isUnfinished,
  isWatchedFolder,
  isWatchedVideo,
  stemOf,
  watchedPlace,
} from './file-rules.ts';
import { describe, isGone, LIBRARY_PARTS, type FoundFile, type FoundFilm, type LibraryScan } from './library.ts';

interface Scan extends LibraryScan {
  /** The library's real path. */
  root: string;
}

interface Entry {
  name: string;
  path: string;
  isFolder: boolean;
  /** Whether the name is valid text; otherwise it can't be looked up. */
  isText: boolean;
}

/** A season folder may be above or below `watched`; films have none. */
const SEASON_LEVELS = 1;
const DEEPEST_LEVEL = 8;
const LEADS_OUT = 'leads outside the library';
const NOT_TEXT = 'its name isn’t UTF-8 text: rename it';
const WRONG_PLACE = {
  shows: 'doesn’t count there: move it to shows/<show>/watched/',
  season: 'too deep to count: move it to shows/<show>/watched/ or shows/<show>/<season>/watched/',
  movies: 'doesn’t count there: move it to movies/watched/ itself',
} as const;

/**
 * Finds watched videos and audio in `shows/<show>/watched/`, with at most one season folder above or below, and in
 * `movies/watched/`. Reports what doesn't count.
 */
export async function scanLibrary(library: string): Promise<LibraryScan> {
  const scan: Scan = { episodes: [], films: [], leftOut: [], ignored: [], root: await realpath(library) };
  const shows = path.join(library, LIBRARY_PARTS.shows);
  for (const entry of await entriesOf(shows, scan)) {
    if (isSystemTrash(entry.name)) continue;
    if (!entry.isFolder) noteMisplaced(entry, WRONG_PLACE.shows, scan);
    else if (!entry.isText) scan.leftOut.push({ path: entry.path, reason: NOT_TEXT });
    else if (isWatchedFolder(entry.name)) {
      for (const { file } of await filesBelow(entry.path, [], scan)) noteMisplaced(file, WRONG_PLACE.shows, scan);
    } else {
      await scanShow(entry, scan);
    }
  }
  for (const { file, folders } of await filesBelow(path.join(library, LIBRARY_PARTS.movies), [], scan)) {
    const place = watchedPlace(folders, 0);
    if (place.kind === 'misplaced') noteMisplaced(file, WRONG_PLACE.movies, scan);
    if (place.kind !== 'counts') continue;
    const found = await mediaFile(file, { fileName: normalizeName(stemOf(file.name)), fault: undefined }, scan);
    if (found) scan.films.push(found);
  }
  await noteOtherNames(library, scan);
  const { root: _, ...result } = scan;
  return result;
}

async function scanShow(show: Entry, scan: Scan): Promise<void> {
  const folderName = normalizeName(show.name);
  for (const { file, folders } of await filesBelow(show.path, [], scan)) {
    const place = watchedPlace(folders, SEASON_LEVELS);
    if (place.kind === 'misplaced') noteMisplaced(file, WRONG_PLACE.season, scan);
    if (place.kind !== 'counts') continue;
    const fileName = normalizeName([...place.seasons, stemOf(file.name)].join('/'));
    const found = await mediaFile(file, { fileName, fault: nameFault(folderName) }, scan);
    if (found) scan.episodes.push({ ...found, folderName });
  }
}

/** Undefined if the file doesn't count, which is reported in `scan`. */
async function mediaFile(
  file: Entry,
  { fileName, fault: folderFault }: { fileName: string; fault: string | undefined },
  scan: Scan,
): Promise<FoundFilm | undefined> {
  if (!isWatchedVideo(file.name)) {
    if (isUnfinished(file.name)) scan.ignored.push({ path: file.path, reason: 'the download isn’t finished' });
    else if (!isOfSystem(file.name)) scan.ignored.push({ path: file.path, reason: unsupportedReason(file.name) });
    return undefined;
  }
  const fault = folderFault ?? nameFault(fileName);
  if (fault !== undefined || !file.isText) {
    scan.leftOut.push({ path: file.path, reason: file.isText ? `its name ${fault}` : NOT_TEXT });
    return undefined;
  }
  const found = await findFile(file.path, scan);
  return found && { ...found, fileName };
}

function noteMisplaced({ name, path: file }: Entry, reason: string, scan: Scan): void {
  if (isWatchedVideo(name)) scan.leftOut.push({ path: file, reason });
}

/** Files below a folder with their parent folders. Folders reached twice count once. */
async function filesBelow(
  folder: string,
  folders: readonly string[],
  scan: Scan,
  met = new Set<string>(),
): Promise<{ file: Entry; folders: readonly string[] }[]> {
  const real = await realpath(folder).catch(() => folder);
  if (met.has(real) || folders.length > DEEPEST_LEVEL) return [];
  met.add(real);
  const files: { file: Entry; folders: readonly string[] }[] = [];
  for (const entry of await entriesOf(folder, scan)) {
    if (!entry.isFolder) {
      files.push({ file: entry, folders });
      continue;
    }
    if (!entry.isText) scan.leftOut.push({ path: entry.path, reason: NOT_TEXT });
    if (isOfSystem(entry.name) || !entry.isText) continue;
    const below = await filesBelow(entry.path, [...folders, entry.name], scan, met);
    files.push(...below);
    const isTakenForFile = isWatchedVideo(entry.name) && watchedPlace(folders, SEASON_LEVELS).kind !== 'unwatched';
    if (below.length === 0 && isTakenForFile) scan.ignored.push({ path: entry.path, reason: 'not a regular file' });
  }
  return files;
}

/** A folder's entries, sorted; empty if it is missing, a file, or outside the library. */
async function entriesOf(folder: string, scan: Scan): Promise<Entry[]> {
  try {
    if (!isInside(await realpath(folder), scan.root)) {
      scan.ignored.push({ path: folder, reason: LEADS_OUT });
      return [];
    }
    const found = await readdir(folder, { withFileTypes: true, encoding: 'buffer' });
    const entries: Entry[] = [];
    for (const one of found) {
      const name = one.name.toString();
      const place = path.join(folder, name);
      entries.push({ name, path: place, isFolder: await isFolder(one, place), isText: isUtf8(one.name) });
    }
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (!isGone(error)) {
      scan.leftOut.push({ path: folder, reason: `can’t be read (${(error as NodeJS.ErrnoException).code})` });
    }
    return [];
  }
}

const isFolder = async (entry: Dirent<Buffer>, place: string): Promise<boolean> =>
  entry.isDirectory() ||
  (entry.isSymbolicLink() && (await followed(place).catch(() => undefined))?.isDirectory()) === true;

/** Undefined if the file doesn't count, which is reported in `scan`. */
async function findFile(file: string, scan: Scan): Promise<FoundFile | undefined> {
  try {
    const stats = await lstat(file, { bigint: true });
    const target = stats.isSymbolicLink() ? await followed(file) : stats;
    const reason = !target ? 'broken link' : target.isFile() ? undefined : 'not a regular file';
    const leadsOut = target && stats.isSymbolicLink() && !isInside(await realpath(file), scan.root);
    if (reason === undefined && !leadsOut) return describe(file, stats);
    scan.ignored.push({ path: file, reason: reason ?? LEADS_OUT });
  } catch (error) {
    // Another cleaning process was faster.
    if (isGone(error)) return undefined;
    scan.leftOut.push({ path: file, reason: `can’t be read (${(error as NodeJS.ErrnoException).code})` });
  }
  return undefined;
}

/** Reports parts of a library with wrong case, and media in a `watched` folder at the top. */
async function noteOtherNames(library: string, scan: Scan): Promise<void> {
  const parts = [LIBRARY_PARTS.shows, LIBRARY_PARTS.movies, LIBRARY_PARTS.links];
  const names = await readdir(library);
  for (const name of names.sort()) {
    const part = parts.find((one) => one === name.toLowerCase());
    const place = path.join(library, name);
    // Case-insensitive file systems have already found it.
    const isRead = part === name || (part && !names.includes(part) && (await exists(path.join(library, part))));
    if (part && !isRead) {
      scan.leftOut.push({ path: place, reason: `not read: rename it to ${part}` });
    } else if (isWatchedFolder(name)) {
      for (const { file } of await filesBelow(place, [], scan)) noteMisplaced(file, WRONG_PLACE.shows, scan);
    }
  }
}

const exists = (place: string): Promise<boolean> =>
  lstat(place).then(
    () => true,
    () => false,
  );

/** Undefined for a broken link. */
const followed = (link: string): Promise<BigIntStats | undefined> =>
  stat(link, { bigint: true }).catch((error: unknown) => {
    if (isGone(error) || (error as NodeJS.ErrnoException).code === 'ELOOP') return undefined;
    throw error;
  });

const isInside = (target: string, root: string): boolean => {
  const relative = path.relative(root, target);
  return !relative.startsWith('..') && !path.isAbsolute(relative);
};
