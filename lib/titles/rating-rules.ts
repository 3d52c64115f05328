export type Rating = 1 | 2 | 3 | 4 | 5;

export const RATING_NAMES: Record<Rating, string> = {
  1: 'Waste',
  2: 'Meh',
  3: 'Decent',
  4: 'Entertaining',
  5: 'Outstanding',
};

/** Converts 1 to 10; undefined for anything else. */
export function ratingOfTrakt(traktRating: number): Rating | undefined {
  if (!Number.isInteger(traktRating) || traktRating < 1 || traktRating > 10) return undefined;
  return Math.ceil(traktRating / 2) as Rating;
}
