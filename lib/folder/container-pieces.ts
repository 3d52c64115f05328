/** Reads up to `length` bytes at an offset. */
export type ReadAt = (offset: number, length: number) => Buffer;

/** A piece of a container. `end` is according to its header, possibly beyond the end of the file. */
export interface Piece {
  /** Four letters in boxes and RIFF, hexadecimal digits in Matroska and ASF. */
  name: string;
  contentStart: number;
  end: number;
}

/** Parses a header, or returns undefined. `limit` is the end of a piece without a size. */
type ReadHeader = (bytes: Buffer, offset: number, limit: number) => Piece | undefined;

/** Container kinds by their first bytes. */
const CONTAINERS: { kind: string; begins: (head: Buffer) => boolean; readHeader?: ReadHeader }[] = [
  { kind: 'matroska', begins: (head) => head.subarray(0, 4).equals(hex('1a45dfa3')), readHeader: readElement },
  {
    kind: 'mp4',
    begins: (head) => /^(?:ftyp|moov|mdat|wide|free|skip|pnot)$/.test(letters(head, 4)),
    readHeader: readBox,
  },
  { kind: 'riff', begins: (head) => letters(head, 0) === 'RIFF', readHeader: readChunk },
  { kind: 'asf', begins: (head) => head.subarray(0, 8).equals(hex('3026b2758e66cf11')), readHeader: readObject },
  { kind: 'flv', begins: (head) => letters(head, 0).startsWith('FLV') },
  { kind: 'real', begins: (head) => letters(head, 0) === '.RMF' },
  { kind: 'ogg', begins: (head) => letters(head, 0) === 'OggS' },
  { kind: 'mpeg', begins: (head) => /^000001b[a3]$/.test(head.toString('hex', 0, 4)) },
  { kind: 'mpeg-ts', begins: (head) => [0, 4].some((at) => head[at] === 0x47 && head[at + 188 + at] === 0x47) },
];

/** Undefined if unknown. */
export const containerOf = (read: ReadAt): string | undefined => entryOf(read)?.kind;

/** The consecutive pieces of a file; none for containers without sizes. */
export function* topLevelPieces(read: ReadAt, sizeBytes: number): Generator<Piece> {
  const readHeader = entryOf(read)?.readHeader;
  if (readHeader) yield* pieces(read, readHeader, 0, sizeBytes);
}

/** Child boxes in MP4 or QuickTime. */
export const boxesIn = (read: ReadAt, { contentStart, end }: Piece) => pieces(read, readBox, contentStart, end);

/** Child elements in Matroska. */
export const elementsIn = (read: ReadAt, { contentStart, end }: Piece) => pieces(read, readElement, contentStart, end);

function* pieces(read: ReadAt, readHeader: ReadHeader, from: number, to: number): Generator<Piece> {
  for (let offset = from; offset < to;) {
    const bytes = read(offset, 24);
    const piece = bytes.length < 8 ? undefined : readHeader(bytes, offset, to);
    if (!piece || piece.end <= offset) return;
    yield piece;
    offset = piece.end;
  }
}

function readBox(bytes: Buffer, offset: number, limit: number): Piece | undefined {
  const size = bytes.readUInt32BE(0);
  const name = letters(bytes, 4);
  // Anything may follow the last box; box names are readable.
  if (!/^[\w© -]{4}$/.test(name) || (size > 1 && size < 8)) return undefined;
  if (size === 1 && bytes.length < 16) return undefined;
  const end = size === 0 ? limit : offset + (size === 1 ? Number(bytes.readBigUInt64BE(8)) : size);
  return { name, contentStart: offset + (size === 1 ? 16 : 8), end };
}

/** Streams that couldn't seek back have chunks without a size. */
function readChunk(bytes: Buffer, offset: number): Piece | undefined {
  const size = bytes.readUInt32LE(4);
  if (letters(bytes, 0) !== 'RIFF' || size === 0 || size === 0xff_ff_ff_ff) return undefined;
  return { name: 'RIFF', contentStart: offset + 8, end: offset + 8 + size };
}

function readObject(bytes: Buffer, offset: number): Piece | undefined {
  const size = bytes.length < 24 ? 0 : Number(bytes.readBigUInt64LE(16));
  if (size < 24) return undefined;
  return { name: bytes.toString('hex', 0, 16), contentStart: offset + 24, end: offset + size };
}

/** An identifier and a size, each with its length in the leading zeros of its first byte. */
function readElement(bytes: Buffer, offset: number, limit: number): Piece | undefined {
  const nameLength = Math.clz32(bytes[0] ?? 0) - 23;
  const sizeLength = Math.clz32(bytes[nameLength] ?? 0) - 23;
  if (nameLength > 4 || sizeLength > 8 || nameLength + sizeLength > bytes.length) return undefined;
  const contentStart = offset + nameLength + sizeLength;
  const digits = BigInt(`0x${bytes.toString('hex', nameLength, nameLength + sizeLength)}`);
  const size = BigInt.asUintN(7 * sizeLength, digits);
  const isOpen = size === BigInt.asUintN(7 * sizeLength, -1n);
  return {
    name: bytes.toString('hex', 0, nameLength),
    contentStart,
    end: isOpen ? limit : contentStart + Number(size),
  };
}

function entryOf(read: ReadAt) {
  const head = read(0, 400);
  return CONTAINERS.find(({ begins }) => begins(head));
}

const hex = (digits: string): Buffer => Buffer.from(digits, 'hex');

const letters = (bytes: Buffer, from: number): string => bytes.toString('latin1', from, from + 4);
