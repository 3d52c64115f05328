import type { BigIntStats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { ImmersionError } from '../core/errors.ts';

/** A file as it was found: what is removed later must still be this. */
export interface FoundFile {
  /** Absolute. */
  path: string;
  sizeBytes: number;
  /** Nanoseconds since the epoch, as text: more than a number holds. */
  modifiedAt: string;
  /** When it was watched, where that is stated: epoch seconds; null if unknown. */
  watchedAt?: number | null | undefined;
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
  /** Should count and does not: it cannot be read or named, or it lies in the wrong place. */
  leftOut: LeftOut[];
  /** Doesn’t count, as it should not: links out of the library, other kinds of files, unfinished downloads. */
  ignored: LeftOut[];
}

/** Names of the parts of a library. */
export const LIBRARY_PARTS = { shows: 'shows', movies: 'movies', watched: 'watched', links: 'watched.txt' } as const;

/** Throws `ImmersionError` unless `library` is a readable folder with at least one of its parts. */
export async function checkLibrary(library: string): Promise<void> {
  const names = await readdir(library).catch((error: unknown) => {
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

/** A file as `stat` tells of it. */
export const describe = (file: string, stats: BigIntStats): FoundFile => ({
  path: file,
  sizeBytes: Number(stats.size),
  modifiedAt: String(stats.mtimeNs),
});

const libraryError = (library: string, code: string, problem: string) =>
  new ImmersionError(`The library ${library} ${problem}.`, {
    code,
    suggestions: [
      'Set your library with --library FOLDER or IMMERSION_LIBRARY.',
      'Put watched episodes in shows/<show>/watched/ inside it.',
    ],
  });
