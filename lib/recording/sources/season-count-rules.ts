import type { SeasonSize } from '../ports.ts';

/** From the season of each episode. */
export const seasonsOf = (seasonNumbers: readonly number[]): SeasonSize[] =>
  [...Map.groupBy(seasonNumbers, (seasonNumber) => seasonNumber)]
    .map(([seasonNumber, { length: episodeCount }]) => ({ seasonNumber, episodeCount }))
    .sort((a, b) => a.seasonNumber - b.seasonNumber);
