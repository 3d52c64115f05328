import { readEpisodeNumber, type EpisodeNumber } from './episode-number-rules.ts';
import { placeFolder, type SeasonByHand } from './episode-place-rules.ts';
import { titleOfFolder } from './folder-name-rules.ts';
import type { EpisodePlace, KnownSeason } from './known-season-rules.ts';

export type ReadName = (
  fileName: string,
  folderName: string,
  seriesNames: readonly string[],
) => EpisodeNumber | undefined;

/** A show folder's recorded files and its series. */
export interface FolderOfFiles {
  folderName: string;
  fileNames: readonly string[];
  /** Null if the series is unknown. */
  seasons: readonly KnownSeason[] | null;
  /** A number after one of them may be a season. */
  seriesNames: readonly string[];
  byHand?: SeasonByHand | null;
  /** A cached `readEpisodeNumber`. */
  read?: ReadName;
}

/**
 * Maps each file of a folder to its episodes; empty if its name has no number, or the series has no such episode. Needs
 * all files of the folder, since they are decided together.
 */
export function placesOfFolder({
  folderName,
  fileNames,
  seasons,
  seriesNames,
  byHand = null,
  read = (fileName, folder, names) => readEpisodeNumber(fileName, folder, { seriesNames: names }),
}: FolderOfFiles): Map<string, EpisodePlace[]> {
  const names = [...new Set([...seriesNames, ...nameOfFolder(folderName)])];
  const files = fileNames.map((fileName) => ({ fileName, number: read(fileName, folderName, names) }));
  const placed = placeFolder({ folderName, files, seasons, byHand });
  return new Map(placed.map(({ file, places }) => [file.fileName, places]));
}

/** The folder's own title counts as a name of the series, unless it may contain a season. */
function nameOfFolder(folderName: string): string[] {
  const { title, alternatives } = titleOfFolder(folderName);
  return alternatives.some(({ seriesOnly }) => seriesOnly) ? [] : [title];
}
