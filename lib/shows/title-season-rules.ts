import { FORMAL_KANJI_NUMERAL, kanjiValue, romanValue } from './numeral-rules.ts';

const SEASON_RANGE = /§\d{1,2}\s?[-~+&]\s?§?\d|(?<!\p{L})(?:seasons|saisons|temporadas)(?!\p{L})/iu;
const COUNTED = /§(?<season>\d{1,4})/u;
const ROMAN_END = /\s(?<roman>II|III|IV|VI{1,3})$/u;
const KANJI_END = new RegExp(`(?<=[^A-Za-z\\d])(?<kanji>${FORMAL_KANJI_NUMERAL})$`, 'u');
const SPECIALS_FOLDER = /(?<![+&]\s?)†(?=\s?(?:$|[[(|]))|^(?:extras?|bonus|featurettes?)$/iu;

/** The season marked in a text. */
export function countedSeason(marked: string): number | undefined {
  const season = COUNTED.exec(marked)?.groups?.['season'];
  return season === undefined ? undefined : Number(season);
}

/** The season after a title (`Overlord II`, 夏目友人帳 参) or after one of the series' names (`Log Horizon 2`). */
export function seasonOfTitle(marked: string, seriesNames: readonly string[] = []): number | undefined {
  const title = withoutBrackets(marked);
  const folded = fold(title);
  const name = seriesNames
    .map(fold)
    .filter((one) => one !== '' && folded.startsWith(one))
    .sort((a, b) => b.length - a.length)[0];
  if (name !== undefined) {
    const rest = folded.slice(name.length);
    if (rest === '') return undefined;
    if (/^\d{1,2}$/.test(rest)) return Number(rest);
    const roman = romanValue(rest);
    if (roman !== undefined) return roman;
  }
  const roman = ROMAN_END.exec(title)?.groups?.['roman'];
  const beforeRoman = title.slice(0, -1 - (roman?.length ?? 0));
  if (roman !== undefined && !/(?<!\p{L})(?:part|vol|volume|act|type|mark)\.?$/iu.test(beforeRoman))
    return romanValue(roman);
  const kanji = KANJI_END.exec(title)?.groups?.['kanji'];
  return kanji === undefined ? undefined : kanjiValue(kanji);
}

/** A folder's season; 0 for specials. */
export function seasonOfFolder(marked: string, seriesNames: readonly string[] = []): number | undefined {
  if (SEASON_RANGE.test(marked)) return undefined;
  const counted = countedSeason(marked);
  if (counted !== undefined) return counted;
  return SPECIALS_FOLDER.test(marked) ? 0 : seasonOfTitle(marked, seriesNames);
}

/** Drops groups, tags, and everything from the first bracket after the title. */
export const withoutBrackets = (marked: string): string =>
  marked
    .replace(/^\s?(?:\[[^\]]{0,60}\]\s?){1,3}(?=[^\s[|])/u, '')
    .replace(/^\[(?<title>[^\]]{1,120})\]$/u, '$<title>')
    .replace(/\s?(?:[[(|「]|(?<=\p{L}\s)-\s?$)[^\n]{0,255}$/u, '')
    .replace(/[\s\-:,]{1,4}$/u, '');

const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
