import { MAXIMUM_SORT_KEY_BYTES } from '../core/store/limit-rules.ts';

/**
 * The sort key of a watched episode. Names with `#` would make keys ambiguous, so they are encoded after `EPISODE##`,
 * which other keys can't begin with since folder names aren't empty.
 */
export const episodeKey = (folderName: string, fileName: string): string =>
  folderName.includes('#') || fileName.includes('#')
    ? `EPISODE##${encodeURIComponent(folderName)}#${encodeURIComponent(fileName)}`
    : `EPISODE#${folderName}#${fileName}`;

/** Why an episode's names can't be stored, although each alone could; undefined if they can. */
export function episodeNamesFault(folderName: string, fileName: string): string | undefined {
  const bytes = Buffer.byteLength(episodeKey(folderName, fileName));
  if (bytes <= MAXIMUM_SORT_KEY_BYTES) return undefined;
  return `its names are too long to store (a key of ${bytes} bytes, at most ${MAXIMUM_SORT_KEY_BYTES})`;
}
