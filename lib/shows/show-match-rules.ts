import type { TitleReading } from './folder-name-rules.ts';
import type { EpisodeFit } from './namesake-rules.ts';
import { foldName } from './title-fold-rules.ts';

/** The parts of a search result used for matching. */
export interface MatchCandidate {
  name: string;
  original_name: string | null;
  year: number | null;
  /** Names in other languages. */
  translations?: readonly string[] | undefined;
  aliases?: readonly string[] | undefined;
  /** How it fits the files of the folder; only known for namesakes. */
  fit?: EpisodeFit | undefined;
  kind?: 'series' | 'movie' | undefined;
}

export interface WantedTitle extends TitleReading {
  /** Other readings of the name, most likely first. */
  alternatives?: readonly TitleReading[] | undefined;
  kind?: 'series' | 'movie' | undefined;
}

/** In the order in which to search. */
export const readingsOf = ({ title, year, kind, alternatives = [] }: WantedTitle): TitleReading[] => [
  { title, year },
  ...alternatives.filter(({ seriesOnly }) => kind !== 'movie' || !seriesOnly),
];

/** Sorts search results by similarity, then by how they fit the files, stably. Films don't match series. */
export function rankMatches<T extends MatchCandidate>(candidates: readonly T[], wanted: WantedTitle): T[] {
  const readings = readingsOf(wanted).map(({ title, year }) => ({ names: foldName(title).bare, year }));
  return ofKind(candidates, wanted)
    .map((candidate) => ({ candidate, score: score(candidate, readings), fit: candidate.fit ?? UNKNOWN }))
    .sort(
      (a, b) =>
        b.score - a.score ||
        a.fit.misfits - b.fit.misfits ||
        a.fit.converted - b.fit.converted ||
        a.fit.missing - b.fit.missing,
    )
    .map(({ candidate }) => candidate);
}

/**
 * The only result with the wanted title among its names; undefined for none or several. A wanted year must match if
 * known; of several, those that may have an episode for each file count, best by the season that it names.
 */
export function clearMatch<T extends MatchCandidate>(candidates: readonly T[], wanted: WantedTitle): T | undefined {
  const namesakes = namesakesOf(candidates, wanted);
  if (namesakes.length < 2) return namesakes[0];
  const fitting = namesakes.filter((candidate) => !candidate.fit?.misfits);
  const asNamed = fitting.every(({ fit }) => fit) ? fitting.filter(({ fit }) => fit?.converted === 0) : [];
  return [fitting, asNamed].find((found) => found.length === 1)?.[0];
}

/** The results with the wanted title among their names, and with its year if any has it. */
export function namesakesOf<T extends MatchCandidate>(candidates: readonly T[], wanted: WantedTitle): T[] {
  const possible = ofKind(candidates, wanted).map((candidate) => ({
    candidate,
    names: namesOf(candidate).map(foldName),
  }));
  for (const { title, year } of readingsOf(wanted)) {
    const folded = foldName(title);
    // Keep a country in brackets only if the wanted title has one.
    for (const form of title.includes('(') ? FORMS : FORMS.slice(1)) {
      const named = possible
        .filter(({ names }) => names.some((name) => name[form].some((text) => folded[form].includes(text))))
        .map(({ candidate }) => candidate);
      const best = ofYear(named, year);
      if (best.length > 0) return best;
    }
  }
  return [];
}

const FORMS = ['whole', 'exact', 'bare'] as const;

function ofYear<T extends MatchCandidate>(candidates: T[], year: number | null): T[] {
  if (year === null) return candidates;
  const ofThatYear = candidates.filter((candidate) => candidate.year === year);
  return ofThatYear.length > 0 ? ofThatYear : candidates.filter((candidate) => candidate.year === null);
}

/** Between a series that fits and one that doesn't. */
const UNKNOWN = { misfits: 0.5, converted: 0, missing: 0 };

const ofKind = <T extends MatchCandidate>(candidates: readonly T[], { kind }: WantedTitle): T[] =>
  candidates.filter((candidate) => !kind || !candidate.kind || candidate.kind === kind);

export const namesOf = ({
  name,
  original_name: original,
  translations = [],
  aliases = [],
}: MatchCandidate): string[] => [
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

/** Dice's coefficient of character pairs: 1 for equal texts, 0 without a common pair. */
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
