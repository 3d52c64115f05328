import { topLevelPieces, type ReadAt } from './container-pieces.ts';

/**
 * Whether a file ends before its own container says, as it does while it is being downloaded. Containers that name no
 * sizes (MPEG, Ogg, MP3) say nothing.
 */
export function isTruncated(read: ReadAt, sizeBytes: number): boolean {
  const names = new Set<string>();
  for (const { name, end } of topLevelPieces(read, sizeBytes)) {
    if (end > sizeBytes) return true;
    names.add(name);
  }
  // The media are all there, but not the table that is often written behind them.
  return names.has('mdat') && !names.has('moov');
}
