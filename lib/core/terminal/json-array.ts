import { parseJson } from '../json-rules.ts';

/** Undefined if its text is invalid JSON. */
export type JsonElement = { value: unknown } | undefined;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/**
 * Yields the elements of a JSON array of any length. Throws `SyntaxError` if the text isn't an array, ends early, or
 * has an element longer than `maximumCharacters`.
 */
export async function* jsonArray(
  chunks: AsyncIterable<Uint8Array>,
  { maximumCharacters = 1024 * 1024 }: { maximumCharacters?: number } = {},
): AsyncGenerator<JsonElement> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let element = '';
  let depth = 0;
  let isText = false;
  let isEscaped = false;

  function* elementsOf(text: string): Generator<JsonElement> {
    let start = 0;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (isText) {
        if (isEscaped) isEscaped = false;
        else if (code === BACKSLASH) isEscaped = true;
        else if (code === QUOTE) isText = false;
      } else if (depth === 0) {
        if (/\s/.test(text[index] ?? '')) continue;
        if (code !== 0x5b || element !== '') throw new SyntaxError('not a JSON array');
        depth = 1;
        start = index + 1;
      } else if (code === QUOTE) isText = true;
      else if (OPENING.has(code)) depth += 1;
      else if (depth === 1 && (code === COMMA || CLOSING.has(code))) {
        const whole = element + text.slice(start, index);
        element = '';
        start = index + 1;
        if (code === COMMA || whole.trim() !== '') yield parsed(whole);
        // Only whitespace may follow the array.
        if (code !== COMMA) {
          depth = 0;
          element = ']';
        }
      } else if (CLOSING.has(code)) depth -= 1;
    }
    if (depth > 0) element += text.slice(start);
    if (element.length > maximumCharacters) throw new SyntaxError('one of its entries is too long');
  }

  for await (const chunk of chunks) yield* elementsOf(decoder.decode(chunk, { stream: true }));
  yield* elementsOf(decoder.decode());
  if (element !== ']') throw new SyntaxError('it ends too early');
}

function parsed(text: string): JsonElement {
  try {
    return { value: parseJson(text) };
  } catch {
    return undefined;
  }
}
