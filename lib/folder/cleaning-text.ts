import path from 'node:path';
import { asLine, counted, formatBytes } from '../core/terminal/text.ts';
import type { RemovalMode } from './careful-removal.ts';
import type { CleanPlan } from './cleaning-plan.ts';
import type { CleanResult } from './cleaning.ts';
import { LIBRARY_PARTS } from './library.ts';

const NAMES_SHOWN = 5;

/** `5 watched files (3.2 GB), 1 finished show folder and 2 links` */
export function describePlan({ files, sizeBytes, beside, finishedFolders, lines }: CleanPlan): string {
  const parts = amounts({
    files: files.length,
    noun: 'watched file',
    bytes: sizeBytes,
    beside: beside.length,
    folders: finishedFolders.length,
  });
  return joined([...parts, ...(lines > 0 ? [counted(lines, 'link')] : [])]);
}

/** What goes with the files, and what keeps folders; a line each. */
export function planDetails({ beside, finishedFolders, keptFolders }: CleanPlan, library: string): string[] {
  const show = (place: string) => asLine(path.relative(library, place));
  return [
    ...(beside.length > 0 ? [`With the films: ${someOf(beside.map((file) => asLine(path.basename(file))))}.`] : []),
    ...finishedFolders
      .filter(({ also }) => also.length > 0)
      .map(({ folder, also }) => {
        const rest = also.map((file) => asLine(path.relative(folder, file)));
        return `${show(folder)} is finished. With it: ${someOf(rest)}.`;
      }),
    ...keptFolderLines(keptFolders, library),
  ];
}

/** Which files keep show folders from being removed; of many folders, the first. */
export function keptFolderLines(kept: CleanPlan['keptFolders'], library: string): string[] {
  const lines = kept.map(({ folder, keptBy }) => {
    const file = asLine(path.relative(folder, keptBy));
    return { name: asLine(path.relative(library, folder)), because: `it still has ${file}.` };
  });
  const [first] = lines;
  if (!first || lines.length <= NAMES_SHOWN) return lines.map(({ name, because }) => `${name} stays: ${because}`);
  return [`${lines.length} show folders stay, such as ${first.name}: ${first.because}`];
}

/** Summarizes a cleaning in a line. */
export function cleanedSentence(cleaned: CleanResult, mode: RemovalMode): string {
  const { filesRemoved: files, bytesRemoved: bytes, foldersRemoved: folders, linesRemoved: lines } = cleaned;
  const what = joined(amounts({ files, noun: 'file', bytes, beside: cleaned.besideRemoved, folders }));
  const sentences = [
    ...(what === '' ? [] : [mode === 'trash' ? `Moved ${what} to the trash.` : `Deleted ${what}.`]),
    ...(lines > 0 ? [`Removed ${counted(lines, 'link')} from ${LIBRARY_PARTS.links}.`] : []),
  ];
  return sentences.join(' ') || 'Nothing was removed.';
}

const amounts = (what: { files: number; noun: string; bytes: number; beside: number; folders: number }): string[] => [
  ...(what.files > 0 ? [`${counted(what.files, what.noun)} (${formatBytes(what.bytes)})`] : []),
  ...(what.beside > 0 ? [counted(what.beside, 'subtitle or info file')] : []),
  ...(what.folders > 0 ? [counted(what.folders, 'finished show folder')] : []),
];

const someOf = (names: readonly string[]): string =>
  names.length > NAMES_SHOWN
    ? `${names.slice(0, NAMES_SHOWN).join(', ')} and ${names.length - NAMES_SHOWN} more`
    : names.join(', ');

/** `one`, `one and two`, `one, two and three` */
const joined = (parts: string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
