const KANJI_DIGITS = new Map(
  ['〇零', '一壱壹', '二弐貳两', '三参參', '四肆', '五伍', '六陸', '七漆', '八捌', '九玖'].flatMap((forms, digit) =>
    Array.from(forms, (form) => [form, digit]),
  ),
);
const KANJI_UNITS = new Map([
  ['十', 10],
  ['拾', 10],
  ['百', 100],
  ['千', 1000],
]);

/** Plain or formal digits: 二十一, 拾壱, 二〇一. */
export const KANJI_NUMERAL = `[${[...KANJI_DIGITS.keys(), ...KANJI_UNITS.keys()].join('')}]{1,8}`;
/** Numerals used as a season after a title: 夏目友人帳 参. */
export const FORMAL_KANJI_NUMERAL = '[弐貳参參肆伍陸漆捌]';

/** 十二 → 12, 二〇一 → 201 */
export function kanjiValue(numeral: string): number {
  let value = 0;
  let digits = 0;
  for (const kanji of numeral) {
    const unit = KANJI_UNITS.get(kanji);
    if (unit === undefined) digits = digits * 10 + (KANJI_DIGITS.get(kanji) ?? 0);
    else {
      value += (digits || 1) * unit;
      digits = 0;
    }
  }
  return value + digits;
}

const ROMAN = ['I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX', 'X'];

export function romanValue(numeral: string): number | undefined {
  const index = ROMAN.indexOf(numeral.toUpperCase());
  return index === -1 ? undefined : index + 1;
}

/** ๕ → 5, ٣ → 3, ５ → 5 */
export const withAsciiDigits = (text: string): string =>
  text.replaceAll(/(?![0-9])\p{Nd}/gu, (digit) => {
    // The ten digits of a script are consecutive, starting at a code point that ends in 0 or 6.
    const code = digit.codePointAt(0) ?? 0;
    const first = code - (code % 16);
    return String(/\p{Nd}/u.test(String.fromCodePoint(first)) ? code - first : code - first - 6);
  });

const ORDINALS = [
  'first|primera|primeira|prima|première|erste|первый|birinci|ファースト',
  'second|segunda|seconda|deuxième|seconde|zweite|второй|ikinci|セカンド',
  'third|tercera|terceira|terza|troisième|dritte|третий|üçüncü|サード',
  'fourth|cuarta|quarta|quatrième|vierte|четвертый|четвёртый|dördüncü|フォース',
  'fifth|quinta|cinquième|fünfte|пятый|beşinci|フィフス',
  'sixth|sexta|sesta|sixième|sechste|шестой|altıncı',
  'seventh',
  'eighth',
  'ninth',
  'tenth',
].map((words) => words.split('|'));
const ORDINAL_VALUES = new Map(ORDINALS.flatMap((words, index) => words.map((word) => [word, index + 1])));

/** A regex alternation: `second`, `zweite`, `セカンド` … */
export const ORDINAL = [...ORDINAL_VALUES.keys()].join('|');

export const ordinalValue = (word: string): number => ORDINAL_VALUES.get(word.toLowerCase()) ?? 1;
