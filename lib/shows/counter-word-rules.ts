import { KANJI_NUMERAL, ORDINAL, kanjiValue, ordinalValue, romanValue } from './numeral-rules.ts';

/** Inserted before season, episode and special numbers, whatever the language and word order. */
export const SEASON = '§';
export const EPISODE = '¶';
export const SPECIAL = '†';
/** An episode word whose number may precede it; temporary. */
const EITHER = '‡';

const SEASONS =
  'season|saison|staffel|temporada|temp|stagione|сезон|säsong|sæson|sesong|seizoen|sezon|sezonul|sezóna|kausi|évad|musim|mùa';
/** Ambiguous words that count seasons only before a number. */
const SEASONS_BEFORE = 'series|book|livre|libro|phần';
const SEASONS_GLUED = '시즌|シーズン|ซีซั่นที่|ซีซั่น|ซีซันที่|ซีซัน|ฤดูกาลที่';
const EPISODES = 'episode|episodes|eps?|épisodes?|cap[ií]tulos?|tập';
const EPISODES_GLUED = 'エピソード|話数|ตอนที่|ตอน|الحلقة|حلقة';
const EPISODES_EITHER =
  'episod(?:io|ios|i|ul)?|episódios?|epizod[au]?|folgen?|avsnitt|afsnit|odcinek|odc|aflevering|afl|сери[яию]|эпизод|выпуск|серія|випуск|епізод|bölüm|puntata|díl|rész|jakso';
/** Count as episodes only with a season and no other episode: films and episodes have chapters, too. */
const CHAPTERS = 'chapter|chapitre|kapitel|capitolo|глава';
const SPECIALS =
  'specials?|picture ?drama|tokuten|omake|bonus|ova|oad|ona|sp|especial|spécial|hors-série|спешл|спецвыпуск';
const SPECIALS_GLUED = 'スペシャル|特別編|番外編|特别篇|番外篇|番外|特典|특별편|스페셜';

const LIST = String.raw`\d{1,4}(?:\.\d)?(?:\s?[-~,、・&+]\s?\d{1,4})?`;
/** Without 第 in front, `8 - 3회` is episode 3 of `Title 8`. */
const TIGHT_LIST = String.raw`\d{1,4}(?:\.\d)?(?:(?:-|\s?[~,、・&+]\s?)\d{1,4})?`;
const NUMBER_WORDS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
/** Some series use their own counters: 第1羽, 第1滑走, 第1Q. */
const JAPANESE_COUNTERS =
  '(?:[話话回集夜幕羽怪局皿杯席品件球試膳泊輪走打首曲箱札頁缶筆訓]|(?:滑走|時限目?|時間目|ラウンド|[QR])(?!\\p{L}))';
const ORDINAL_ENDING = '(?:st|nd|rd|th|ème|eme|er|re|de|[eao°]|-?(?:ый|ий|ой|ая|ья|й|я))?';
const GAP = String.raw`(?:\s?[.:]\s?|[\s-])?`;

type Rewrite = [pattern: RegExp, by: string | ((...groups: string[]) => string)];
const words = (list: string, behind = '') => new RegExp(String.raw`(?<!\p{L})(?:${list})(?!\p{L})${behind}`, 'giu');
const glued = (list: string) => new RegExp(`(?:${list})`, 'gu');

const REWRITES: Rewrite[] = [
  [new RegExp(String.raw`第\s?(${KANJI_NUMERAL})`, 'gu'), (_, numeral = '') => `第${kanjiValue(numeral)}`],
  [
    new RegExp(String.raw`(?<![\p{L}\d])(${KANJI_NUMERAL})(?=[話话集回期季])`, 'gu'),
    (_, numeral = '') => String(kanjiValue(numeral)),
  ],
  // 第05期 of a Chinese show is an episode, 第2期 a season.
  [/(?<=季.{0,40})第\s?(\d{1,4})\s?期|第\s?(0\d{1,2}|\d{3})\s?期/gu, ` ${EPISODE}$1$2 `],
  [/[第제]\s?(\d{1,2})\s?(?:期|季|기|シーズン|シリーズ|시즌)/gu, ` ${SEASON}$1 `],
  [/(?<!\d)(\d{1,2})(?:期|季|기)(?!\p{L})/gu, ` ${SEASON}$1 `],
  [new RegExp(String.raw`[第제]\s?(${LIST})\s?(?:${JAPANESE_COUNTERS}|[화회부])`, 'gu'), ` ${EPISODE}$1 `],
  [/(?<=.)第\s?(\d{1,4})(?=$|[\s[「(])/gu, ` ${EPISODE}$1 `],
  [new RegExp(String.raw`(?<![\d.])(${TIGHT_LIST})\s?(?:[話话]|[集回화회부](?!\p{L}))`, 'gu'), ` ${EPISODE}$1 `],
  // 2x05, 1x02x03; but 10x10 alone is a film.
  [/(?<![\p{L}\d])(\d|0\d|(?<!^)\d\d)x(?=\d{2,3}(?!\d))/giu, ` ${SEASON}$1${EPISODE}`],
  [/(?<=¶\d{2}(?:x\d{2}){0,8})x(?=\d{2}(?!\d))/giu, EPISODE],
  // 2-05
  [/(?<![\p{L}\d.§¶-]|[\p{L}\d]\s)(\d)-(?=0\d(?:$|\s?[[(]))/gu, ` ${SEASON}$1${EPISODE}`],
  [/(?<![\p{L}\d.-])(\d{1,2})-(\d\d)(?=\s?(?:&|and)\s?(\d\d)(?!\d))/giu, seasonAndPair],
  // S02E05, S02xE09, S2 - EP14, S01SP02, T01E05, T1 Cap 03, St. 2 Ep. 3
  [/(?:(?<![\p{L}\d])|(?<=\p{Lo}))s(?=\d{1,4}(?:x?ep?[. ]?\d|f\d|sp\d|and|[^\p{L}\d]|$))/giu, ` ${SEASON}`],
  [/(?<![\p{L}\d])se(?=\d{1,2}[\s-]{0,3}ep?[. ]?\d)/giu, ` ${SEASON}`],
  [/(?<![\p{L}\d])(?:t|st) ?(?=\d{1,2}[\s,:x-]{0,3}(?:e|ep|cap|cap[ií]tulo|episodio)[\s-]?\d)/giu, ` ${SEASON}`],
  [/(?<![\p{L}\d])(?:t|st )(?=\d{1,2}$)/giu, ` ${SEASON}`],
  [/(?<=§\d{1,2})f(?=\d{1,3}(?!\d))/giu, EPISODE],
  [/(?:(?<=[§e]\d{1,4})x?|(?<![\p{L}\d])|(?<=\p{Lo}))(?:eps?[ -]{0,2}|e)(?=\d{1,4}(?!\d))/giu, EPISODE],
  // Cap.104 is 1x04, Cap.1314 is 13x14; but `Cap 167` isn't.
  [
    /(?<!\p{L})(?:cap|(?<=\[)cap )([1-9]\d?)(\d\d)(?!\d)(?:([-&])\1(\d\d)(?!\d))?/giu,
    (_, season, first, joint = '', last = '') => ` ${SEASON}${season} ${EPISODE}${first}${joint}${last}`,
  ],
  [/(?<!\p{L})caps?(?=\s?\d)/giu, EPISODE],
  [words(SEASONS), SEASON],
  [/(?<!\p{L})S(?:eason|EASON)(?=[IVX]{1,4}(?![\p{L}\d]))/gu, SEASON],
  [words(SEASONS_BEFORE, String.raw`(?=\s(?:\d|[IVX]))`), SEASON],
  [glued(SEASONS_GLUED), SEASON],
  [words(EPISODES), EPISODE],
  [glued(EPISODES_GLUED), EPISODE],
  [words(EPISODES_EITHER), EITHER],
  [words(SPECIALS), SPECIAL],
  [glued(SPECIALS_GLUED), SPECIAL],
  // 2nd Season 11, 2ª Temporada 11, Second Season 11
  [/(\d{1,2})(?:st|nd|rd|th|è?me|[ao])\s?§(?=\s\d)/giu, ` ${SEASON}$1 `],
  [new RegExp(String.raw`(${ORDINAL})\s?§(?=\s\d)`, 'giu'), (_, word = '') => ` ${SEASON}${ordinalValue(word)} `],
  [new RegExp(String.raw`(${ORDINAL})\s?(?=§(?!${GAP}\d))`, 'giu'), (_, word = '') => `${ordinalValue(word)} `],
  [
    new RegExp(String.raw`§\s?(${NUMBER_WORDS.join('|')})(?!\p{L})`, 'giu'),
    (_, word = '') => `${SEASON}${NUMBER_WORDS.indexOf(word.toLowerCase()) + 1}`,
  ],
  [/§\s?([IVX]{1,4})(?![\p{L}\d])/gu, (all, roman = '') => `${SEASON}${romanValue(roman) ?? all}`],
];
/** 5 серия is серия 5, but in `Сезон 2 Серия 05` the 2 belongs to the season. */
const NUMBER_BEFORE = new RegExp(
  String.raw`(?<![\d.§¶‡†]|[§¶‡†][ -]|\d-)(\d{1,4}(?:(?:-|\s?(?:&|и|y|et|und)\s?)\d{1,4})?)${ORDINAL_ENDING}(?: -)?\s?([§‡])(?!${GAP}\d{1,4}(?:-\d{1,4})?(?!\d|-\d)(?!${ORDINAL_ENDING}\s?[§‡](?!${GAP}\d)))`,
  'iu',
);
const COUNTED_PAIRS = 3;

/** Replaces season, episode and special words by marks directly before their numbers. */
export function withMarks(plain: string): string {
  let text = plain;
  for (const [pattern, by] of REWRITES) text = text.replaceAll(pattern, by as string);
  for (let pair = 0; pair < COUNTED_PAIRS; pair += 1) text = text.replace(NUMBER_BEFORE, ' $2$1 ');
  text = text.replaceAll(EITHER, EPISODE).replaceAll(TIGHT, (mark) => mark.charAt(0));
  if (/§\d/u.test(text) && !/¶\d/u.test(text))
    text = text.replaceAll(words(`(?:${CHAPTERS})`, String.raw`\s?(?=\d)`), EPISODE);
  return text
    .replaceAll(LONE, ' ')
    .replaceAll(/#\s?(?=\d{1,4}(?!\d))/gu, EPISODE)
    .replaceAll(/\s{2,}/gu, ' ')
    .trim();
}

/** 03-18 & 19 is 3x18 and 3x19. */
function seasonAndPair(all: string, season = '', first = '', second = ''): string {
  return Number(second) === Number(first) + 1 ? ` ${SEASON}${season} ${EPISODE}${first}` : all;
}

const TIGHT = new RegExp(String.raw`(§${GAP}|¶(?:\s-\s|\s?#\s?|${GAP}))(?=\d)`, 'gu');
/** A mark without a number is part of the title. */
const LONE = /[§¶](?!\d)/gu;
