/** A suggestion for a misspelled word; empty if no word is close. */
export function didYouMean(typed: string, words: readonly string[], prefix = ''): string[] {
  const nearest = nearestOf(typed, words);
  return nearest === undefined ? [] : [`Did you mean ${prefix}${nearest}?`];
}

/** The closest word, with at most one extra, missing, wrong or swapped letter in three. */
function nearestOf(typed: string, words: readonly string[]): string | undefined {
  const allowed = Math.max(1, Math.floor(typed.length / 3));
  const near = words
    .map((word) => ({ word, distance: distanceOf(typed.toLowerCase(), word) }))
    .filter(({ word, distance }) => distance <= allowed || (typed.length >= 3 && word.startsWith(typed)))
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.word;
}

/** Letters to add, remove, replace or swap with their neighbor to get from one word to the other. */
function distanceOf(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= from.length; row += 1) {
    rows[row] = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const at = (up: number, left: number) => rows[row - up]?.[column - left] ?? Infinity;
      const isSame = from[row - 1] === to[column - 1];
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const distance = Math.min(at(1, 0) + 1, at(0, 1) + 1, at(1, 1) + (isSame ? 0 : 1));
      rows[row]?.push(isSwapped ? Math.min(distance, at(2, 2) + 1) : distance);
    }
  }
  return rows[from.length]?.[to.length] ?? Infinity;
}
