import { topLevelPieces, type ReadAt } from './container-pieces.ts';

/**
 * Whether a file ends earlier than its container states, as during a download. Containers without sizes (MPEG, Ogg,
 * MP3) can't tell.
 */
export function isTruncated(read: ReadAt, sizeBytes: number): boolean {
  const names = new Set<string>();
  for (const { name, end } of topLevelPieces(read, sizeBytes)) {
    if (end > sizeBytes) return true;
    names.add(name);
  }
  // All media are there, but not the table that often follows them.
  return names.has('mdat') && !names.has('moov');
}
