const LONG_NUMBER = /\d{16}/;
const WHOLE_NUMBER = /^-?\d+$/;

/** `JSON.parse` that returns integers beyond the safe range as strings, since 64-bit ids would lose digits. */
export const parseJson = (text: string): unknown =>
  JSON.parse(text, LONG_NUMBER.test(text) ? keepLongNumbers : undefined) as unknown;

const keepLongNumbers = (_key: string, value: unknown, context?: { source?: string }): unknown => {
  const source = context?.source ?? '';
  return typeof value === 'number' && !Number.isSafeInteger(value) && WHOLE_NUMBER.test(source) ? source : value;
};

/**
 * Whether a JSON text has more values or deeper nesting than this, without parsing it. Counts commas and brackets outside
 * of strings.
 */
export function isLargeJson(text: string, maximum: { values: number; depth: number }): boolean {
  if (text.length <= maximum.depth) return false;
  let values = 0;
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    switch (text[index]) {
      case '"':
        index = endOfString(text, index);
        break;
      case '[':
      case '{':
        depth += 1;
        values += 1;
        break;
      case ']':
      case '}':
        depth -= 1;
        break;
      case ',':
        values += 1;
    }
    if (depth > maximum.depth || values > maximum.values) return true;
  }
  return false;
}

/** The index of the closing quote. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text[end - 1 - escapes] === '\\') escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}
