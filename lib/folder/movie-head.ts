import { boxesIn, topLevelPieces, type Piece, type ReadAt } from './container-pieces.ts';

const MAXIMUM_EDITS_BYTES = 65_536;

/** The header of an MP4 or QuickTime file. */
export interface MovieHead {
  /** The longest track after edits; 0 if not stated. */
  seconds: number;
  /** Whether fragments with their own tables follow. */
  isFragmented: boolean;
}

/** Undefined for other files. */
export function readMovieHead(read: ReadAt, sizeBytes: number): MovieHead | undefined {
  const movie = topLevelPieces(read, sizeBytes).find(({ name }) => name === 'moov');
  if (!movie) return undefined;
  const boxes = [...boxesIn(read, movie)];
  const header = boxes.find(({ name }) => name === 'mvhd');
  const tracks = boxes.filter(({ name }) => name === 'trak');
  const perSecond = header ? readTimes(read, header).perSecond : 0;
  return {
    seconds: Math.max(0, ...tracks.map((track) => readTrackSeconds(read, track, perSecond))),
    isFragmented: boxes.some(({ name }) => name === 'mvex'),
  };
}

/** The sum of a track's edits, in the movie's time scale; without edits, the length of its media. */
function readTrackSeconds(read: ReadAt, track: Piece, moviePerSecond: number): number {
  const handler = findBox(read, track, ['mdia', 'hdlr']);
  const media = findBox(read, track, ['mdia', 'mdhd']);
  if (!media || !handler || !/^(?:vide|soun)$/.test(read(handler.contentStart + 8, 4).toString('latin1'))) return 0;
  const edits = findBox(read, track, ['edts', 'elst']);
  const edited = edits && moviePerSecond > 0 ? sumEdits(read, edits) / moviePerSecond : 0;
  if (edited > 0) return edited;
  const { duration, perSecond } = readTimes(read, media);
  return perSecond > 0 ? duration / perSecond : 0;
}

function sumEdits(read: ReadAt, { contentStart, end }: Piece): number {
  const bytes = read(contentStart, Math.min(end - contentStart, MAXIMUM_EDITS_BYTES));
  const isWide = bytes[0] === 1;
  let sum = 0;
  for (let at = 8; at + (isWide ? 20 : 12) <= bytes.length; at += isWide ? 20 : 12) {
    sum += isWide ? Number(bytes.readBigUInt64BE(at)) : bytes.readUInt32BE(at);
  }
  return sum;
}

/** `mvhd` and `mdhd` begin with a version that determines the width of times. */
function readTimes(read: ReadAt, { contentStart }: Piece): { perSecond: number; duration: number } {
  const bytes = read(contentStart, 32);
  if (bytes.length < 32) return { perSecond: 0, duration: 0 };
  return bytes[0] === 1
    ? { perSecond: bytes.readUInt32BE(20), duration: Number(bytes.readBigUInt64BE(24)) }
    : { perSecond: bytes.readUInt32BE(12), duration: bytes.readUInt32BE(16) };
}

const findBox = (read: ReadAt, inside: Piece, [first, ...rest]: string[]): Piece | undefined => {
  const found = boxesIn(read, inside).find(({ name }) => name === first);
  return found && rest.length > 0 ? findBox(read, found, rest) : found;
};
