import type { FolderTitle } from './folder-name-rules.ts';

/** What of a search hit decides how well it fits. */
export interface MatchCandidate {
  name: string;
  original_name: string | null;
  year: number | null;
}

/** Search hits, the best fitting first; hits that fit equally well keep the order of the search. */
export function rankMatches<T extends MatchCandidate>(candidates: readonly T[], wanted: FolderTitle): T[] {
  return candidates
    .map((candidate) => ({ candidate, score: score(candidate, wanted) }))
    .sort((a, b) => b.score - a.score)
    .map(({ candidate }) => candidate);
}

/** The one hit that carries the wanted title (and year, where there is one), or undefined when none or several do. */
export function clearMatch<T extends MatchCandidate>(candidates: readonly T[], wanted: FolderTitle): T | undefined {
  const exact = candidates.filter(
    (candidate) =>
      (wanted.year === null || candidate.year === wanted.year) &&
      [candidate.name, candidate.original_name].some((name) => name !== null && plain(name) === plain(wanted.title)),
  );
  return exact.length === 1 ? exact[0] : undefined;
}

function score(candidate: MatchCandidate, wanted: FolderTitle): number {
  const names = [candidate.name, candidate.original_name ?? ''].map(plain);
  const title = plain(wanted.title);
  const likeness = Math.max(...names.map((name) => similarity(name, title)));
  return likeness + (wanted.year !== null && candidate.year === wanted.year ? 0.5 : 0);
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

/** Letters and digits alone, in lower case and full compatibility form, without accents; a name of signs alone stays. */
function plain(text: string): string {
  // Only the accents of European letters go: in Japanese the marks make another letter (は, ば).
  const lower = text
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036F]/gu, '')
    .toLowerCase()
    .normalize('NFC');
  return lower.replaceAll(/[^\p{L}\p{N}]+/gu, '') || lower;
}
