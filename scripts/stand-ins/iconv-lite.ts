// Stands in for iconv-lite (490 kB of tables) inside the bundles: the body parser reads JSON as UTF-8 and nothing else.
import { TextDecoder } from 'node:util';

/** Decodes a body as it arrives. Throws for an unknown encoding, with the words by which raw-body answers 415. */
export function getDecoder(encoding: string): { write(chunk: Uint8Array): string; end(): string } {
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(encoding);
  } catch (cause) {
    throw new Error(`Encoding not recognized: '${encoding}'`, { cause });
  }
  return { write: (chunk) => decoder.decode(chunk, { stream: true }), end: () => decoder.decode() };
}
