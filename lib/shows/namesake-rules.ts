import { readEpisodeNumber } from './episode-number-rules.ts';
import { placesOfFolder } from './folder-places-rules.ts';

export interface SeasonSize {
  seasonNumber: number;
  episodeCount: number;
}

/** A show folder's recorded files. */
export interface FolderFiles {
  folderName: string;
  fileNames: readonly string[];
}

/** How the files of a folder fit a series; specials don't count, since catalogs differ in them. */
export interface EpisodeFit {
  /** Files with a number that the series doesn't have. */
  misfits: number;
  /** Files whose season and number are converted, since the season that they name is shorter. */
  converted: number;
  /** Episodes without a file. */
  missing: number;
}

/** Undefined if the series has no known episodes. */
export function episodeFit(
  { folderName, fileNames }: FolderFiles,
  { seasons, names }: { seasons: readonly SeasonSize[]; names: readonly string[] },
): EpisodeFit | undefined {
  const total = episodesIn(seasons);
  if (total === 0) return undefined;
  const known = seasons.map((season) => ({ ...season, airDate: null, episodes: null }));
  const places = placesOfFolder({ folderName, fileNames, seasons: known, seriesNames: names });
  const numbered = fileNames.flatMap((fileName) => {
    const number = readEpisodeNumber(fileName, folderName);
    return number && number.seasonNumber !== 0 ? { ...number, found: places.get(fileName) ?? [] } : [];
  });
  const taken = numbered.flatMap(({ found }) => found);
  return {
    misfits: numbered.filter(({ found, episodeNumbers }) => found.length < episodeNumbers.length).length,
    converted: numbered.filter(
      ({ found, seasonNumber: named, episodeNumbers }) =>
        named !== null &&
        found.some((place) => place.seasonNumber !== named || !episodeNumbers.includes(place.episodeNumber)),
    ).length,
    missing: total - new Set(taken.map(({ seasonNumber, episodeNumber }) => `${seasonNumber}x${episodeNumber}`)).size,
  };
}

/** Without specials. */
export const episodesIn = (seasons: readonly SeasonSize[]): number =>
  seasons.reduce((sum, { seasonNumber, episodeCount }) => sum + (seasonNumber > 0 ? episodeCount : 0), 0);
