// Replaces iconv-lite (490 kB of tables) in the bundles: the body parser only reads JSON in UTF-8.
import { TextDecoder } from 'node:util';

/** Decodes a body incrementally. Throws for unknown encodings, with the message that raw-body turns into a 415. */
export function getDecoder(encoding: string): { write(chunk: Uint8Array): string; end(): string } {
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(encoding);
  } catch (cause) {
    throw new Error(`Encoding not recognized: '${encoding}'`, { cause });
  }
  return { write: (chunk) => decoder.decode(chunk, { stream: true }), end: () => decoder.decode() };
}
