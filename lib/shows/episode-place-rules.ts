import type { EpisodeNumber } from '../domain/episode-number.ts';
import type { EpisodePlace, KnownSeason } from '../domain/title-status.ts';

/**
 * The places in a series that a file's numbers mean. A number without a season counts within the first season as far as
 * that goes, then in a season that numbers its episodes on, else across all seasons. Specials never count along.
 */
export function episodePlaces(
  { seasonNumber, episodeNumbers }: EpisodeNumber,
  seasons: readonly KnownSeason[] | null,
): EpisodePlace[] {
  if (seasonNumber !== null) return episodeNumbers.map((episodeNumber) => ({ seasonNumber, episodeNumber }));
  const regular = (seasons ?? [])
    .filter((season) => season.seasonNumber > 0)
    .sort((a, b) => a.seasonNumber - b.seasonNumber);
  return episodeNumbers.map((number) => placeOf(number, regular));
}

function placeOf(number: number, seasons: readonly KnownSeason[]): EpisodePlace {
  const [first] = seasons;
  const inFirst = { seasonNumber: first?.seasonNumber ?? 1, episodeNumber: number };
  if (!first || number <= first.episodeCount) return inFirst;
  const named = seasons.find(
    (season) => numbersOn(season) && season.episodes?.some((one) => one.episodeNumber === number),
  );
  if (named) return { seasonNumber: named.seasonNumber, episodeNumber: number };
  let before = 0;
  for (const { seasonNumber, episodeCount } of seasons) {
    if (number <= before + episodeCount) return { seasonNumber, episodeNumber: number - before };
    before += episodeCount;
  }
  return inFirst;
}

/** Whether a season goes on with the numbers of the one before instead of beginning anew. */
const numbersOn = ({ episodes }: KnownSeason): boolean =>
  episodes !== null && episodes.length > 0 && episodes.every(({ episodeNumber }) => episodeNumber > 1);
