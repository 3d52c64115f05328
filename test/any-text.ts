import * as fc from 'fast-check';

const SURROGATES = 0x800;
const FIRST_SURROGATE = 0xd800;

/** Any code point but surrogates. */
const codePoint = fc.nat(0x10ffff - SURROGATES).map(
  (index) => String.fromCodePoint(index < FIRST_SURROGATE ? index : index + SURROGATES),
  (text) => {
    const code = typeof text === 'string' ? (text.codePointAt(0) ?? -1) : -1;
    const isOne = code >= 0 && text === String.fromCodePoint(code);
    if (!isOne || (code >= FIRST_SURROGATE && code < FIRST_SURROGATE + SURROGATES)) throw new Error('No code point');
    return code < FIRST_SURROGATE ? code : code - SURROGATES;
  },
);

/** The texts of `fc.string({ unit: 'binary' })`, which first puts all of Unicode in a map and takes half a second for it. */
export const anyText = (constraints: { minLength?: number; maxLength?: number } = {}): fc.Arbitrary<string> =>
  fc.string({ ...constraints, unit: codePoint });
