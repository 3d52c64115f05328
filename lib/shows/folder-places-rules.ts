import { readEpisodeNumber } from './episode-number-rules.ts';
import { placeFolder, type SeasonByHand } from './episode-place-rules.ts';
import type { EpisodePlace, KnownSeason } from './known-season-rules.ts';

/** The recorded files of a show folder, and what is known of their series. */
export interface FolderOfFiles {
  folderName: string;
  fileNames: readonly string[];
  /** Null where the series is not known. */
  seasons: readonly KnownSeason[] | null;
  /** Its names: a number between one of them and the episode's is a season. */
  seriesNames: readonly string[];
  byHand?: SeasonByHand | null;
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
}: FolderOfFiles): Map<string, EpisodePlace[]> {
  const files = fileNames.map((fileName) => ({
    fileName,
    number: readEpisodeNumber(fileName, folderName, { seriesNames }),
  }));
  const placed = placeFolder({ folderName, files, seasons, byHand });
  return new Map(placed.map(({ file, places }) => [file.fileName, places]));
}
