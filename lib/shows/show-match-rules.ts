import type { TitleReading } from './folder-name-rules.ts';
import { foldName } from './title-fold-rules.ts';

/** What of a search hit decides how well it fits. */
export interface MatchCandidate {
  name: string;
  original_name: string | null;
  year: number | null;
  /** Its name in other languages. */
  translations?: readonly string[] | undefined;
  aliases?: readonly string[] | undefined;
  /** How many episodes it has, specials left out. */
  episodes?: number | null | undefined;
  kind?: 'series' | 'movie' | undefined;
}

/** What is looked for. */
export interface WantedTitle extends TitleReading {
  /** Other ways to read the same name, the likeliest first. */
  alternatives?: readonly TitleReading[] | undefined;
  kind?: 'series' | 'movie' | undefined;
  /** The highest episode number, counted across all seasons, that is at hand: the series has at least as many. */
  episodes?: number | null | undefined;
}

/** The ways to read a name, in the order in which a search should try them. */
export const readingsOf = ({ title, year, kind, alternatives = [] }: WantedTitle): TitleReading[] => [
  { title, year },
  ...alternatives.filter(({ seriesOnly }) => kind !== 'movie' || !seriesOnly),
];

/**
 * Search hits, the best fitting first; hits that fit equally well keep the order of the search. A film is no answer to
 * the question for a series.
 */
export function rankMatches<T extends MatchCandidate>(candidates: readonly T[], wanted: WantedTitle): T[] {
  const readings = readingsOf(wanted).map(({ title, year }) => ({ names: foldName(title).bare, year }));
  return ofKind(candidates, wanted)
    .map((candidate) => ({ candidate, score: score(candidate, readings) }))
    .sort((a, b) => b.score - a.score)
    .map(({ candidate }) => candidate);
}

/**
 * The one hit that carries the wanted title under any of its names, or undefined when none or several do. A year that is
 * wanted has to fit, where one is known; of several namesakes those count that have enough episodes.
 */
export function clearMatch<T extends MatchCandidate>(candidates: readonly T[], wanted: WantedTitle): T | undefined {
  const possible = ofKind(candidates, wanted).map((candidate) => ({
    candidate,
    names: namesOf(candidate).map(foldName),
  }));
  for (const { title, year } of readingsOf(wanted)) {
    const folded = foldName(title);
    // A country in brackets belongs to the name where the person gave it.
    for (const form of title.includes('(') ? FORMS : FORMS.slice(1)) {
      const named = possible
        .filter(({ names }) => names.some((name) => name[form].some((text) => folded[form].includes(text))))
        .map(({ candidate }) => candidate);
      const best = ofYear(named, year);
      if (best.length === 1) return best[0];
      if (best.length > 1) return theOnly(best.filter((candidate) => hasEnough(candidate, wanted.episodes)));
    }
  }
  return undefined;
}

const FORMS = ['whole', 'exact', 'bare'] as const;

function ofYear<T extends MatchCandidate>(candidates: T[], year: number | null): T[] {
  if (year === null) return candidates;
  const ofThatYear = candidates.filter((candidate) => candidate.year === year);
  return ofThatYear.length > 0 ? ofThatYear : candidates.filter((candidate) => candidate.year === null);
}

const theOnly = <T>(candidates: T[]): T | undefined => (candidates.length === 1 ? candidates[0] : undefined);

const hasEnough = ({ episodes }: MatchCandidate, wanted: number | null | undefined): boolean =>
  episodes == null || wanted == null || episodes >= wanted;

const ofKind = <T extends MatchCandidate>(candidates: readonly T[], { kind }: WantedTitle): T[] =>
  candidates.filter((candidate) => !kind || !candidate.kind || candidate.kind === kind);

const namesOf = ({ name, original_name: original, translations = [], aliases = [] }: MatchCandidate): string[] => [
  ...new Set([name, ...(original === null ? [] : [original]), ...translations, ...aliases]),
];

function score(candidate: MatchCandidate, readings: { names: string[]; year: number | null }[]): number {
  const names = namesOf(candidate).flatMap((name) => foldName(name).bare);
  const scores = readings.map(({ names: wanted, year }) => {
    const likeness = Math.max(0, ...names.flatMap((name) => wanted.map((title) => similarity(name, title))));
    return likeness + (year !== null && candidate.year === year ? 0.5 : 0);
  });
  return Math.max(...scores);
}

/** Dice's coefficient of the pairs of neighbouring characters: 1 for equal texts, 0 for texts without a common pair. */
function similarity(a: string, b: string): number {
  if (a === b) return 1;
  const pairsOfA = pairs(a);
  const pairsOfB = pairs(b);
  if (pairsOfA.length === 0 || pairsOfB.length === 0) return 0;
  const left = [...pairsOfB];
  const common = pairsOfA.filter((pair) => {
    const at = left.indexOf(pair);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
  return (2 * common.length) / (pairsOfA.length + pairsOfB.length);
}

function pairs(text: string): string[] {
  const characters = Array.from(text);
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
}
