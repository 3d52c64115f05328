/** Code points in a folder or file name. */
export const MAXIMUM_NAME_CHARACTERS = 255;

/** macOS sends decomposed names, and the same show must not become two. */
export const normalizeName = (name: string): string => name.normalize('NFC');

/**
 * What is wrong with a folder or file name, or undefined. Separators and `..` are fine, since the server never uses a
 * name as a path. Measured after normalization: decomposed Korean is three times as long.
 */
export function nameFault(name: string): string | undefined {
  if (name === '') return 'must not be empty';
  if (!name.isWellFormed()) return 'contains half of a surrogate pair';
  if (/\p{Cc}/u.test(name)) return 'contains a control character';
  const composed = normalizeName(name);
  const isTooLong = composed.length > MAXIMUM_NAME_CHARACTERS && Array.from(composed).length > MAXIMUM_NAME_CHARACTERS;
  return isTooLong ? `must have at most ${MAXIMUM_NAME_CHARACTERS} characters` : undefined;
}
