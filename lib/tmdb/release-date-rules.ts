/**
 * Whether `date` is on or before `other`, both `YYYY-MM-DD`, `YYYY-MM` or `YYYY`, compared in their common precision.
 * False if either is unknown.
 */
export function isReleasedBy(date: string | null, other: string | null): boolean {
  if (date === null || other === null) return false;
  const length = Math.min(date.length, other.length);
  return date.slice(0, length) <= other.slice(0, length);
}
