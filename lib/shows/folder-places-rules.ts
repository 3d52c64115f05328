import { readEpisodeNumber, type EpisodeNumber } from './episode-number-rules.ts';
import { placeFolder, type SeasonByHand } from './episode-place-rules.ts';
import { titleOfFolder } from './folder-name-rules.ts';
import type { EpisodePlace, KnownSeason } from './known-season-rules.ts';

/** What a file's name says of its place in a series of such names. */
export type ReadName = (
  fileName: string,
  folderName: string,
  seriesNames: readonly string[],
) => EpisodeNumber | undefined;

/** The recorded files of a show folder, and what is known of their series. */
export interface FolderOfFiles {
  folderName: string;
  fileNames: readonly string[];
  /** Null where the series is not known. */
  seasons: readonly KnownSeason[] | null;
  /** Its names: a number between one of them and the episode's is a season. */
  seriesNames: readonly string[];
  byHand?: SeasonByHand | null;
  /** What remembers the answers of `readEpisodeNumber`. */
  read?: ReadName;
}

/**
 * The places of each file of a folder in its series, by file name; none where its name gives no number, or the series has
 * no such episode. All files of the folder are needed: what their numbers mean is decided together.
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

/** What a folder is called may be the one name of its series that its files use; not where a season may stand behind it. */
function nameOfFolder(folderName: string): string[] {
  const { title, alternatives } = titleOfFolder(folderName);
  return alternatives.some(({ seriesOnly }) => seriesOnly) ? [] : [title];
}
