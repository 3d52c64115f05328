import { json } from 'node:stream/consumers';
import { ImmersionError } from '../../core/errors.ts';
import { jsonArray } from '../../core/terminal/json-array.ts';
import { type ArchiveFile, type ExportOrigin, damaged, notAnExport, openArchive, tooLarge } from '../archive-files.ts';
import {
  ARCHIVE_LISTS,
  ARCHIVE_SUMS,
  type ArchiveList,
  listOfEntry,
  listsWithErrors,
  playedTitle,
  playsOfStats,
  playsOfTitle,
  shortfalls,
  stageOfEntry,
} from '../archive-rules.ts';
import type { ImportEvent, ReadEntry, SkipReason } from '../event-rules.ts';
import type { ExportEntry, ExportShortfall, ExportSource } from '../export-source-rules.ts';

/** An entry and the file in the archive that has it. */
export type ArchiveEntry = ExportEntry & { list: ArchiveList; name: string };

export interface ArchiveLimits {
  /** Uncompressed size of all lists. */
  maximumBytes?: number;
  maximumFiles?: number;
  maximumEntries?: number;
  /** Limit for entries of unknown form. */
  maximumOdd?: number;
}

interface ListFile {
  file: ArchiveFile;
  list: ArchiveList;
  /** The name without the number. */
  series: string;
  number: number | null;
}

const TRAKT: ExportOrigin = { name: 'Trakt', url: 'https://trakt.tv/settings/data' };
const GIBIBYTE = 1024 ** 3;
/** Summary files are parsed in one piece. */
const MAXIMUM_SUM_BYTES = 1024 * 1024;
const ODD = new Set<SkipReason>(['malformed', 'unsupported_type']);
const MALFORMED: ReadEntry<ImportEvent> = { skipped: { reason: 'malformed', title: null, traktId: null } };

/**
 * Reads a Trakt data export (a ZIP, a folder, or one of its files) entry by entry: history, ratings, watchlist,
 * dropped. Names and sizes are checked first; nothing is written to disk. Returns what the export lacks.
 */
export async function* readTraktArchive(
  file: string,
  {
    maximumBytes = 2 * GIBIBYTE,
    maximumFiles = 10_000,
    maximumEntries = 500_000,
    maximumOdd = 10_000,
  }: ArchiveLimits = {},
): AsyncGenerator<ArchiveEntry, ExportShortfall[]> {
  const archive = await openArchive(file, { maximumFiles, from: TRAKT });
  try {
    const lists = await listFiles(archive.files, file, archive.isSingle);
    const bytes = lists.reduce((sum, one) => sum + one.file.bytes, 0);
    if (bytes > maximumBytes) throw tooLarge(file, TRAKT, `unpacks to ${bytes} bytes`);
    const sums = await readSums(archive.files);
    const plays = { movies: 0, episodes: 0 };
    let entries = 0;
    let odd = 0;
    for (const { file: part, list } of lists) {
      for await (const { entry, value } of entriesOf(part, list, file)) {
        entries += 1;
        odd += 'skipped' in entry && ODD.has(entry.skipped.reason) ? 1 : 0;
        if (entries > maximumEntries) throw tooLarge(file, TRAKT, `holds over ${maximumEntries} entries`);
        if (odd > maximumOdd) throw tooLarge(file, TRAKT, `holds over ${maximumOdd} unreadable entries`);
        if (list === 'history') count(value, plays, sums.titles);
        yield { ...entry, list, name: part.name, stage: stageOfEntry(list, value) };
      }
    }
    if (archive.isSingle) return [];
    const missingTitles = [...sums.titles].filter(([, left]) => left > 0).map(([title]) => title);
    return shortfalls({ files: lists, plays, expected: sums.expected, missingTitles, errors: sums.errors });
  } finally {
    archive.close();
  }
}

export const TRAKT_EXPORT: ExportSource = { service: 'trakt', read: (file) => readTraktArchive(file) };

async function listFiles(files: readonly ArchiveFile[], file: string, isSingle: boolean): Promise<ListFile[]> {
  const found = files.flatMap((one): ListFile[] => {
    for (const { list, pattern } of ARCHIVE_LISTS) {
      const match = pattern.exec(one.name.split('/').at(-1) ?? '');
      if (!match) continue;
      const number = match.groups?.['number'];
      const series = match[1]?.toLowerCase() ?? '';
      return [{ file: one, list, series, number: number === undefined ? null : Number(number) }];
    }
    return [];
  });
  const [single] = files;
  if (isSingle && single && found.length === 0) {
    const list = await listOf(single, file);
    if (list) return [{ file: single, list, series: single.name, number: null }];
  }
  if (found.length === 0) throw notAnExport(file, TRAKT, 'it has no history, ratings or watchlist');
  const orderOf = ({ list }: ListFile) => ARCHIVE_LISTS.findIndex((one) => one.list === list);
  return found.sort((a, b) => orderOf(a) - orderOf(b) || (a.number ?? 0) - (b.number ?? 0));
}

/** Identifies a file's list by its first entry. */
async function listOf(part: ArchiveFile, file: string): Promise<ArchiveList | undefined> {
  try {
    for await (const element of jsonArray(await part.read())) return listOfEntry(element?.value);
  } catch (error) {
    throw failureOf(error, file, part.name);
  }
  return undefined;
}

/** What the export states about itself. Unreadable summaries are ignored. */
async function readSums(files: readonly ArchiveFile[]) {
  const titles = new Map<string, number>();
  let expected = { movies: 0, episodes: 0 };
  const errors: ArchiveList[] = [];
  for (const file of files) {
    const name = file.name.split('/').at(-1) ?? '';
    try {
      if (ARCHIVE_SUMS.watched.test(name)) {
        for await (const element of jsonArray(await file.read())) {
          const title = playedTitle(element?.value);
          if (title !== undefined) titles.set(title, playsOfTitle(element?.value));
        }
      } else if (file.bytes > MAXIMUM_SUM_BYTES) continue;
      else if (ARCHIVE_SUMS.stats.test(name)) expected = playsOfStats(await json(await file.read()));
      else if (ARCHIVE_SUMS.errors.test(name)) errors.push(...listsWithErrors(await json(await file.read())));
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof ImmersionError)) throw error;
      // Trakt only writes it if something is missing.
      if (ARCHIVE_SUMS.errors.test(name) && file.bytes > 0) errors.push('history');
    }
  }
  return { titles, expected, errors };
}

/** Subtracts each play found from those expected. */
function count(play: unknown, plays: { movies: number; episodes: number }, titles: Map<string, number>): void {
  const title = playedTitle(play);
  if (title === undefined) return;
  plays[title.startsWith('movie') ? 'movies' : 'episodes'] += 1;
  const left = titles.get(title);
  if (left !== undefined) titles.set(title, left - 1);
}

async function* entriesOf(
  part: ArchiveFile,
  list: ArchiveList,
  file: string,
): AsyncGenerator<{ entry: ReadEntry<ImportEvent>; value: unknown }> {
  const read = ARCHIVE_LISTS.find((one) => one.list === list)?.read;
  if (!read) return;
  try {
    for await (const element of jsonArray(await part.read())) {
      yield { entry: element ? read(element.value) : MALFORMED, value: element?.value };
    }
  } catch (error) {
    throw failureOf(error, file, part.name);
  }
}

const failureOf = (error: unknown, file: string, name: string): ImmersionError =>
  error instanceof ImmersionError ? error : damaged(file, TRAKT, name);
