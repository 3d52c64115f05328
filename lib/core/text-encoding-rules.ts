export type TextEncoding = 'UTF-8' | 'UTF-16LE' | 'UTF-16BE';

/** The encoding that the byte order mark at the start of a text names; UTF-8 without one. */
export function encodingOf([first, second]: Uint8Array): TextEncoding {
  if (first === 0xff && second === 0xfe) return 'UTF-16LE';
  return first === 0xfe && second === 0xff ? 'UTF-16BE' : 'UTF-8';
}
