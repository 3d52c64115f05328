import type { BigIntStats } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { ImmersionError } from '../core/errors.ts';
import { nameFault, normalizeName } from '../core/name-rules.ts';
import { isWatchedVideo, stemOf } from './file-rules.ts';

/** A file as it was found: what is removed later must still be this. */
export interface FoundFile {
  /** Absolute. */
  path: string;
  sizeBytes: number;
  /** Nanoseconds since the epoch, as text: more than a number holds. */
  modifiedAt: string;
}

/** A watched episode: the file, and the names that the API knows it by. */
export interface FoundEpisode extends FoundFile {
  folderName: string;
  fileName: string;
}

/** Something that was left out, and why. */
export interface LeftOut {
  path: string;
  reason: string;
}

/** A watched film: the file, and the name that the API knows it by. */
export interface FoundFilm extends FoundFile {
  fileName: string;
}

/** What a library folder holds that was watched. */
export interface LibraryScan {
  episodes: FoundEpisode[];
  films: FoundFilm[];
  /** Could not be read or named: something is wrong with it. */
  leftOut: LeftOut[];
  /** Does not count, and rightly so: links out of the library, folders that are named like a video. */
  ignored: LeftOut[];
}

/** Names of the parts of a library. */
export const LIBRARY_PARTS = { shows: 'shows', movies: 'movies', watched: 'watched', links: 'watched.txt' } as const;

/** Throws `ImmersionError` unless `library` is a readable folder with at least one of its parts. */
export async function checkLibrary(library: string): Promise<void> {
  const names = await list(library).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw libraryError(library, 'library_missing', 'does not exist');
    if (code === 'ENOTDIR') throw libraryError(library, 'library_not_a_folder', 'is not a folder');
    throw libraryError(library, 'library_unreadable', `cannot be read (${code})`);
  });
  const { shows, movies, links } = LIBRARY_PARTS;
  if (![shows, movies, links].some((part) => names.includes(part))) {
    throw libraryError(library, 'library_empty', `has no ${shows}/, ${movies}/ or ${links}`);
  }
}

/**
 * Finds what was watched in a library: `shows/<folder>/watched/<file>` and `movies/watched/<file>`, plain `.mkv` and
 * `.mp4` files directly in there.
 */
export async function scanLibrary(library: string): Promise<LibraryScan> {
  const scan: LibraryScan = { episodes: [], films: [], leftOut: [], ignored: [] };
  const root = await realpath(library);
  const shows = path.join(library, LIBRARY_PARTS.shows);
  for (const folder of await readable(shows, root, scan)) {
    const folderName = normalizeName(folder);
    const watched = path.join(shows, folder, LIBRARY_PARTS.watched);
    for (const file of await findVideos(watched, { root, scan, folderFault: nameFault(folderName) })) {
      scan.episodes.push({ ...file, folderName });
    }
  }
  const watched = path.join(library, LIBRARY_PARTS.movies, LIBRARY_PARTS.watched);
  scan.films.push(...(await findVideos(watched, { root, scan })));
  return scan;
}

/** The watched videos directly in a folder, by the names that the API knows them by. */
async function findVideos(
  folder: string,
  { root, scan, folderFault }: { root: string; scan: LibraryScan; folderFault?: string | undefined },
): Promise<FoundFilm[]> {
  const videos: FoundFilm[] = [];
  for (const name of (await readable(folder, root, scan)).filter((name) => isWatchedVideo(name))) {
    const file = path.join(folder, name);
    const fileName = normalizeName(stemOf(name));
    const fault = folderFault ?? nameFault(fileName);
    if (fault !== undefined) scan.leftOut.push({ path: file, reason: `its name ${fault}` });
    const found = fault === undefined ? await findFile(file, root, scan) : undefined;
    if (found) videos.push({ ...found, fileName });
  }
  return videos;
}

/** What a file looks like now; of a symbolic link, the link itself. Undefined when it is gone. */
export async function lookAt(file: string): Promise<FoundFile | undefined> {
  try {
    return describe(file, await lstat(file, { bigint: true }));
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

export const isGone = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

const describe = (file: string, stats: BigIntStats): FoundFile => ({
  path: file,
  sizeBytes: Number(stats.size),
  modifiedAt: String(stats.mtimeNs),
});

/** The names in a folder, in order; none where it is missing, a file, or leads out of the library. */
async function readable(folder: string, root: string, scan: LibraryScan): Promise<string[]> {
  try {
    if (!isInside(await realpath(folder), root)) {
      scan.ignored.push({ path: folder, reason: LEADS_OUT });
      return [];
    }
    return await list(folder);
  } catch (error) {
    if (!isGone(error)) {
      scan.leftOut.push({ path: folder, reason: `can’t be read (${(error as NodeJS.ErrnoException).code})` });
    }
    return [];
  }
}

/** The file; undefined where it does not count, which `scan` then tells. */
async function findFile(file: string, root: string, scan: LibraryScan): Promise<FoundFile | undefined> {
  try {
    const stats = await lstat(file, { bigint: true });
    const target = stats.isSymbolicLink() ? await followed(file) : stats;
    const reason = !target ? 'broken link' : target.isFile() ? undefined : 'not a regular file';
    const leadsOut = target && stats.isSymbolicLink() && !isInside(await realpath(file), root);
    if (reason === undefined && !leadsOut) return describe(file, stats);
    scan.ignored.push({ path: file, reason: reason ?? LEADS_OUT });
  } catch (error) {
    // Gone again: another run that cleans up was faster. A name that is no text cannot be found by the text read from it.
    if (isGone(error) && !file.includes(REPLACEMENT_CHARACTER)) return undefined;
    const reason = isGone(error)
      ? 'its name isn’t valid text'
      : `can’t be read (${(error as NodeJS.ErrnoException).code})`;
    scan.leftOut.push({ path: file, reason });
  }
  return undefined;
}

/** What a symbolic link leads to; undefined where there is nothing. */
const followed = (link: string): Promise<BigIntStats | undefined> =>
  stat(link, { bigint: true }).catch((error: unknown) => {
    if (isGone(error) || (error as NodeJS.ErrnoException).code === 'ELOOP') return undefined;
    throw error;
  });

const REPLACEMENT_CHARACTER = '\uFFFD';
const LEADS_OUT = 'leads outside the library';

const list = async (folder: string): Promise<string[]> => (await readdir(folder)).sort();

const isInside = (target: string, root: string): boolean => {
  const relative = path.relative(root, target);
  return !relative.startsWith('..') && !path.isAbsolute(relative);
};

const libraryError = (library: string, code: string, problem: string) =>
  new ImmersionError(`The library ${library} ${problem}.`, {
    code,
    suggestions: [
      'Set your library with --library FOLDER or IMMERSION_LIBRARY.',
      'Put watched episodes in shows/<show>/watched/ inside it.',
    ],
  });
