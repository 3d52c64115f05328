import type { OpenedShowAnswer } from './catalog-contract.ts';
import { asLine } from '../core/terminal/text.ts';
import { readEpisodeNumber } from './episode-number-rules.ts';

const FILES_NAMED = 5;

/** Recorded files without an episode, and what to do about them; null if none. */
export function unplacedText({
  tmdb_id: id,
  unplaced_files: files,
}: Pick<OpenedShowAnswer, 'tmdb_id' | 'unplaced_files'>): string | null {
  if (files.length === 0) return null;
  const named = files.slice(0, FILES_NAMED).map(asLine).join(', ');
  const others = files.length > FILES_NAMED ? ` and ${files.length - FILES_NAMED} more` : '';
  const numbered = files
    .map((file) => file.split(/ \/ (.*)/s))
    .filter(([folder, name = '']) => readEpisodeNumber(name, folder));
  const [folder, ...otherFolders] = new Set(numbered.map(([name = '']) => name));
  const place = folder === undefined || otherFolders.length > 0 ? 'FOLDER' : `"${asLine(folder)}"`;
  const verb = files.length === 1 ? 'file names' : 'files name';
  return [
    `${files.length} ${verb} no episode: ${named}${others}.`,
    ...(numbered.length < files.length ? ['Name files like S01E05.'] : []),
    ...(numbered.length > 0
      ? [`Set the season yourself: immersion show link ${place} ${id} --season N --offset K`]
      : []),
  ].join(' ');
}
