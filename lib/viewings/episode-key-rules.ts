import { MAXIMUM_SORT_KEY_BYTES } from '../core/store/limit-rules.ts';

/**
 * The sort key of a watched episode. A `#` inside a name would make two episodes share the plain key, so such names are
 * encoded behind `EPISODE##`, which no plain key begins with, since a folder name is never empty.
 */
export const episodeKey = (folderName: string, fileName: string): string =>
  folderName.includes('#') || fileName.includes('#')
    ? `EPISODE##${encodeURIComponent(folderName)}#${encodeURIComponent(fileName)}`
    : `EPISODE#${folderName}#${fileName}`;

/** Why the names of an episode cannot be stored together, though each of them could; undefined where they can. */
export function episodeNamesFault(folderName: string, fileName: string): string | undefined {
  const bytes = Buffer.byteLength(episodeKey(folderName, fileName));
  if (bytes <= MAXIMUM_SORT_KEY_BYTES) return undefined;
  return `its names are too long to store (a key of ${bytes} bytes, at most ${MAXIMUM_SORT_KEY_BYTES})`;
}
