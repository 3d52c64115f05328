import path from 'node:path';
import type { BigIntStats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { ImmersionError } from '../core/errors.ts';

/** A version of a file, checked before removal. */
export interface FoundFile {
  /** Absolute. */
  path: string;
  sizeBytes: number;
  /** Nanoseconds since the epoch, as a string, since they exceed a number's precision. */
  modifiedAt: string;
  /** The stated time of viewing in epoch seconds; null if unknown. */
  watchedAt?: number | null | undefined;
}

export interface FoundEpisode extends FoundFile {
  folderName: string;
  fileName: string;
}

export interface LeftOut {
  path: string;
  reason: string;
}

export interface FoundFilm extends FoundFile {
  fileName: string;
}

export interface LibraryScan {
  episodes: FoundEpisode[];
  films: FoundFilm[];
  /** Problems: unreadable, badly named, or in the wrong place. */
  leftOut: LeftOut[];
  /** Intentionally not counted: links out of the library, other kinds of files, unfinished downloads. */
  ignored: LeftOut[];
}

export const LIBRARY_PARTS = { shows: 'shows', movies: 'movies', watched: 'watched', links: 'watched.txt' } as const;

/** The show folder that a file below `shows` belongs to. */
export function showFolderOf(file: string, library: string): string {
  const shows = path.join(library, LIBRARY_PARTS.shows);
  return path.join(shows, path.relative(shows, file).split(path.sep)[0] ?? '');
}

/** Throws `ImmersionError` unless `library` is a readable folder with at least one part. */
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

/** Doesn't follow links. Undefined if missing. */
export async function fileVersion(file: string): Promise<FoundFile | undefined> {
  try {
    return describe(file, await lstat(file, { bigint: true }));
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

export const isGone = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

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
