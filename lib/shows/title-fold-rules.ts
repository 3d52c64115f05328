import { withoutBroadcastPrefix } from './broadcast-prefix-rules.ts';
import { withoutSeasonWords } from './season-word-rules.ts';

/** Letters that no decomposition takes apart, and signs that are read as letters. */
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
/** Accents that are also written as a second letter: ä as ae, ō as ou. */
const WRITTEN_OUT: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue', ø: 'oe', å: 'aa', ō: 'ou', ū: 'uu' };
const WRITTEN_OUT_LETTERS = /[äöüøåōū]/gu;
const YEAR_OR_COUNTRY = /[([{【]\s*(?:(?:19|20)\d\d(?:年版?|版)?(?:\s*[-–]\s*(?:\d{4})?)?|[A-Z]{2}|USA)\s*[)\]}】]/gu;
const TRAILING_ARTICLE = /^(.+), (the|an?|la|el|los|las|le|les|il|lo|der|die|das)$/iu;

/** How a name is compared: each text stands for one way to write it. */
export interface FoldedName {
  /** With year and country in brackets. */
  whole: string[];
  /** With what belongs to the name alone. */
  exact: string[];
  /** Without words for a season and the kind of broadcast. */
  bare: string[];
}

/** A name without what says nothing about which show it is: case, width, accents, signs, kind of kana, year in brackets. */
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

/** Letters and digits alone; a name of signs alone stays. */
function fold(lower: string): string {
  // Only the accents of European letters go: in Japanese the marks make another letter (は, ば).
  const folded = lower
    .replaceAll(SPELLED_LETTERS, (letter) => SPELLED[letter] ?? '')
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036F]/gu, '')
    .normalize('NFC')
    .replaceAll(/[ァ-ヶ]/gu, (kana) => String.fromCodePoint((kana.codePointAt(0) ?? 0) - KATAKANA_BEHIND_HIRAGANA));
  return folded.replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '') || folded.trim();
}

const KATAKANA_BEHIND_HIRAGANA = 0x60;
