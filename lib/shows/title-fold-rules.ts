import { withoutBroadcastPrefix } from './broadcast-prefix-rules.ts';
import { withoutSeasonWords } from './season-word-rules.ts';

/** Letters that don't decompose, and signs read as letters. */
const SPELLED: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ı: 'i',
  '×': 'x',
  '✕': 'x',
  '&': ' and ',
};
const SPELLED_LETTERS = /[ßæœøłđı×✕&]/gu;
/** Accents with a two-letter spelling: ä as ae, ō as ou. */
const WRITTEN_OUT: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue', ø: 'oe', å: 'aa', ō: 'ou', ū: 'uu' };
const WRITTEN_OUT_LETTERS = /[äöüøåōū]/gu;
const YEAR_OR_COUNTRY = /[([{【]\s*(?:(?:19|20)\d\d(?:年版?|版)?(?:\s*[-–]\s*(?:\d{4})?)?|[A-Z]{2}|USA)\s*[)\]}】]/gu;
const TRAILING_ARTICLE = /^(.+), (the|an?|la|el|los|las|le|les|il|lo|der|die|das)$/iu;

/** Spellings of a name for comparison. */
export interface FoldedName {
  /** With year and country in brackets. */
  whole: string[];
  /** Without them. */
  exact: string[];
  /** Also without season words and the kind of broadcast. */
  bare: string[];
}

/** Ignores case, width, accents, punctuation, kind of kana, and bracketed years. */
export function foldName(name: string): FoldedName {
  const plain = name.normalize('NFKC');
  const bare = withoutBroadcastPrefix(withoutSeasonWords(plain)).replaceAll(/[\s\-–:]+$/gu, '');
  return {
    whole: spellings([plain]),
    exact: spellings([plain, ...untagged(plain)]),
    bare: spellings([bare, ...untagged(bare)]),
  };
}

function untagged(name: string): string[] {
  const text = name.replaceAll(YEAR_OR_COUNTRY, ' ').trim();
  return [text, text.replace(TRAILING_ARTICLE, '$2 $1')];
}

function spellings(names: string[]): string[] {
  const lower = names.map((name) => name.toLowerCase().normalize('NFC'));
  const writtenOut = lower.map((text) => text.replaceAll(WRITTEN_OUT_LETTERS, (letter) => WRITTEN_OUT[letter] ?? ''));
  return [...new Set([...lower, ...writtenOut].map((text) => fold(text)))].filter((text) => text !== '');
}

/** Letters and digits only, unless there are none. */
function fold(lower: string): string {
  // Strips only European accents: in Japanese they change the letter (は, ば).
  const folded = lower
    .replaceAll(SPELLED_LETTERS, (letter) => SPELLED[letter] ?? '')
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036F]/gu, '')
    .normalize('NFC')
    .replaceAll(/[ァ-ヶ]/gu, (kana) => String.fromCodePoint((kana.codePointAt(0) ?? 0) - KATAKANA_BEHIND_HIRAGANA));
  return folded.replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '') || folded.trim();
}

const KATAKANA_BEHIND_HIRAGANA = 0x60;
