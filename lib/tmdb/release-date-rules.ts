/**
 * Whether something released on `date` was out on the day of `other`: `YYYY-MM-DD`, `YYYY-MM` or `YYYY`, compared as far
 * as both go. An unknown date is never said to be earlier.
 */
export function isReleasedBy(date: string | null, other: string | null): boolean {
  if (date === null || other === null) return false;
  const length = Math.min(date.length, other.length);
  return date.slice(0, length) <= other.slice(0, length);
}
