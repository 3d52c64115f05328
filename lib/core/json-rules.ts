const LONG_NUMBER = /\d{16}/;
const WHOLE_NUMBER = /^-?\d+$/;

/** `JSON.parse`, but whole numbers that a number cannot hold come as text: ids of 64 bits would lose their last digits. */
export const parseJson = (text: string): unknown =>
  JSON.parse(text, LONG_NUMBER.test(text) ? keepLongNumbers : undefined) as unknown;

const keepLongNumbers = (_key: string, value: unknown, context?: { source?: string }): unknown => {
  const source = context?.source ?? '';
  return typeof value === 'number' && !Number.isSafeInteger(value) && WHOLE_NUMBER.test(source) ? source : value;
};
