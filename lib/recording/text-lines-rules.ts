/** Null if neither UTF-8 nor UTF-16 with a byte order mark. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | null;

/** The text, and the bytes with the line ending. */
export interface TextLine {
  text: string;
  bytes: Uint8Array;
}

/** The mark and the lines' bytes make up the file. */
export interface TextLines {
  encoding: TextEncoding;
  mark: Uint8Array;
  lines: TextLine[];
}

const MARKS = [
  { encoding: 'utf-8', mark: [0xef, 0xbb, 0xbf] },
  { encoding: 'utf-16le', mark: [0xff, 0xfe] },
  { encoding: 'utf-16be', mark: [0xfe, 0xff] },
] as const;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Splits a file into lines with Unix, Windows or old Mac endings. Other encodings, such as Shift-JIS, are decoded as
 * ASCII, which is enough for URLs.
 */
export function readTextLines(bytes: Uint8Array): TextLines {
  const marked = MARKS.find(({ mark }) => mark.every((byte, index) => bytes[index] === byte));
  const mark = bytes.subarray(0, marked?.mark.length ?? 0);
  const rest = bytes.subarray(mark.length);
  const encoding = marked?.encoding ?? 'utf-8';
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  const lines = splitLines(rest, encoding).map((line) => ({
    text: decoder.decode(line).replace(/[\r\n]+$/, ''),
    bytes: line,
  }));
  return { encoding: isEncoded(rest, encoding) ? encoding : null, mark, lines };
}

/** Text contains no zero bytes; without this check, UTF-16 without a mark would pass as UTF-8. */
function isEncoded(bytes: Uint8Array, encoding: NonNullable<TextEncoding>): boolean {
  try {
    return !new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes).includes('\0');
  } catch {
    return false;
  }
}

function splitLines(bytes: Uint8Array, encoding: NonNullable<TextEncoding>): Uint8Array[] {
  const width = encoding === 'utf-8' ? 1 : 2;
  const unitAt = (index: number) =>
    width === 1
      ? bytes[index]
      : encoding === 'utf-16le'
        ? (bytes[index] ?? 0) + (bytes[index + 1] ?? 0) * 256
        : (bytes[index] ?? 0) * 256 + (bytes[index + 1] ?? 0);
  const lines: Uint8Array[] = [];
  let start = 0;
  for (let index = 0; index < bytes.length; index += width) {
    const unit = unitAt(index);
    const isEnd = unit === LINE_FEED || (unit === CARRIAGE_RETURN && unitAt(index + width) !== LINE_FEED);
    if (!isEnd) continue;
    lines.push(bytes.subarray(start, index + width));
    start = index + width;
  }
  if (start < bytes.length) lines.push(bytes.subarray(start));
  return lines;
}
