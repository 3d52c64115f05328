import { InvalidInputError } from '../errors.ts';

const MAXIMUM_BYTES = 16 * 1024 * 1024;

/** Reads standard input to its end, which it may not have: throws `InvalidInputError` if it is too large. */
export async function readInput(input: AsyncIterable<Uint8Array | string>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    size += bytes.length;
    if (size > MAXIMUM_BYTES) {
      throw new InvalidInputError(`Standard input is larger than ${MAXIMUM_BYTES / 1024 / 1024} MB.`, {
        code: 'invalid_argument',
      });
    }
  }
  return Buffer.concat(chunks);
}
