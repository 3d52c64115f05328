const LONG_NUMBER = /\d{16}/;
const WHOLE_NUMBER = /^-?\d+$/;

/** `JSON.parse` that returns integers beyond the safe range as strings, since 64-bit ids would lose digits. */
export const parseJson = (text: string): unknown =>
  JSON.parse(text, LONG_NUMBER.test(text) ? keepLongNumbers : undefined) as unknown;

const keepLongNumbers = (_key: string, value: unknown, context?: { source?: string }): unknown => {
  const source = context?.source ?? '';
  return typeof value === 'number' && !Number.isSafeInteger(value) && WHOLE_NUMBER.test(source) ? source : value;
};
