import type { KnownSeason } from './known-season-rules.ts';

/** The range of a season's numbers: most start at 1, some continue from the previous season. */
export interface SeasonLayout {
  seasonNumber: number;
  firstNumber: number;
  size: number;
  /** Ranges between long breaks, in order; empty without air dates. */
  parts: SeasonPart[];
}

export interface SeasonPart {
  firstNumber: number;
  size: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Holidays and sports delay a weekly show by up to three weeks; the halves of a season are months apart. */
const LONGEST_BREAK_DAYS = 27;
const BREAK_INTERVALS = 3;

export function layoutOf({ seasonNumber, episodeCount, episodes }: KnownSeason): SeasonLayout {
  if (!episodes || episodes.length === 0) return { seasonNumber, firstNumber: 1, size: episodeCount, parts: [] };
  const known = [...episodes].sort((a, b) => a.episodeNumber - b.episodeNumber);
  const numbers = known.map(({ episodeNumber }) => episodeNumber);
  const firstNumber = numbers[0] ?? 1;
  const size = (numbers.at(-1) ?? 0) - firstNumber + 1;
  return { seasonNumber, firstNumber, size, parts: partsOf(known, firstNumber + size) };
}

function partsOf(episodes: readonly { episodeNumber: number; airDate: string | null }[], end: number): SeasonPart[] {
  const days = episodes.map(({ airDate }) => (airDate === null ? Number.NaN : Date.parse(airDate) / DAY_MS));
  if (days.some((day) => Number.isNaN(day))) return [];
  const pauses = days.slice(1).map((day, index) => day - (days[index] ?? day));
  const usual = [...pauses].sort((a, b) => a - b)[Math.floor(pauses.length / 2)] ?? 0;
  const longest = Math.max(LONGEST_BREAK_DAYS, usual * BREAK_INTERVALS);
  const starts = episodes
    .filter((_, index) => index === 0 || (pauses[index - 1] ?? 0) > longest)
    .map(({ episodeNumber }) => episodeNumber);
  return starts.map((start, index) => ({ firstNumber: start, size: (starts[index + 1] ?? end) - start }));
}
