/** What a file's name says of the place of its episodes in their series. */
export interface EpisodeNumber {
  /** 0 is the specials. Null where the name gives none: the number counts within the only season, or across all of them. */
  seasonNumber: number | null;
  /** One number, or all of a range. */
  episodeNumbers: number[];
}

type Reader = (text: string) => EpisodeNumber | undefined;

const LONGEST_RANGE = 100;

/**
 * Season and episode from a file's name; undefined where it names none, as films, trailers and daily shows do.
 * A season that only the folder's name gives (`Title Season 2`) is taken from there.
 */
export function readEpisodeNumber(fileName: string, folderName = ''): EpisodeNumber | undefined {
  const text = plainText(fileName);
  if (NO_EPISODE.test(text)) return undefined;
  for (const read of READERS) {
    const found = read(text);
    if (found)
      return {
        ...found,
        seasonNumber: found.seasonNumber ?? seasonOf(text) ?? seasonOf(plainText(folderName)) ?? null,
      };
  }
  return undefined;
}

const EXTENSION = /\.(?:mkv|mp4|m4v|avi|mov|wmv|webm|ts|m2ts|mpg|mpeg|ogm|rmvb)$/iu;
/** Technical words that hold digits of their own, checksums, dates. */
const NOISE = [
  /\[[0-9a-f]{8}\]|\([0-9a-f]{8}\)/giu,
  /\b(?:19|20)\d\d([ .-])(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])\b/gu,
  /\b\d{3,4}\s?x\s?\d{3,4}p?\b/giu,
  /(?<![\p{L}\d])\d{3,4}[pi](?:\d\d)?(?![\p{L}\d])/giu,
  /(?<![\p{L}\d])[48]k(?![\p{L}\d])/giu,
  /\b[hx][. ]?26[456]\b/giu,
  /\b(?:hi)?(?:8|10|12)[- ]?bits?\b|\bhi10p?\b/giu,
  /\b(?:aac|ac3|e-?ac-?3|ddp?|dts|flac|opus|mp3|truehd|atmos)[ .]?\d?(?:\.\d)?\b|(?<!\d)[257]\.[01](?!\d)/giu,
  /\b\d{2,3}(?:[.,]\d+)?\s?fps\b/giu,
  /\b\d+(?:\.\d+)?\s?[mg]i?b\b/giu,
  /\bhdr10\+?\b|\bmp4\b|\bav1\b/giu,
  /\bvol(?:ume)?[. ]?\d+\b|\bpart[. ]?\d+\b|\bcour[. ]?\d\b|\bdis[ck][. ]?\d+\b|\bcd\d\b|\bno[.] ?\d+(?! ?$)/giu,
  /\((?:19|20)\d\d(?:-(?:19|20)\d\d)?\)|\[(?:19|20)\d\d\]/gu,
];
const NO_EPISODE =
  /(?<!\p{L})(?:nc(?:op|ed)|creditless|trailer|teaser|preview|menu|clean ?(?:op|ed|opening|ending))\s?\d*(?!\p{L})|ノンクレジット|予告/iu;

const DIGITS = String.raw`\d{1,4}`;
/** `03`, `03-05`, `03v2`: not a fraction (recaps are numbered 12.5) and not the start of a longer number. */
const NUMBERS = String.raw`(?<from>${DIGITS})(?:v\d)?(?!\d|[.]\d(?!\d))(?:\s?[-~–]\s?(?:e|ep)?(?<to>${DIGITS})(?:v\d)?(?!\d|[.]\d(?!\d)|\p{L}))?`;
const END = String.raw`(?=\s*(?:$|[[(【「『]|end\b|fin\b|final\b|-\s|of\b|\s(?:web|bd|bluray|dvd|hdtv|sub|dub|raw|multi|dual|hevc|avc|complete|uncensored)\b))`;

const READERS: Reader[] = [
  // Show.S01E02, S1 E2, S01E02E03, S01E01-E03, S02 - 05
  (text) => {
    const match =
      /(?<![\p{L}\d])s(?<season>\d{1,4})[\s.]*(?:-\s*)?(?:e|ep|episode)[\s.]*(?<from>\d{1,4})(?<more>(?:\s?(?:[-~+&–]\s?(?:s\d{1,4})?)?e\d{1,4}|\s?[-~–+&]\s?\d{1,3}(?![\dpi.]|\s?\p{L}))*)/iu.exec(
        text,
      );
    if (!match?.groups) return undefined;
    return { seasonNumber: Number(match.groups['season']), episodeNumbers: several(match.groups) };
  },
  (text) =>
    numbered(text, new RegExp(String.raw`(?<![\p{L}\d])s(?<season>\d{1,2})\s*(?:-\s*|\s)${NUMBERS}${END}`, 'iu')),
  // 1x02, 1x02-03
  (text) =>
    numbered(
      text,
      /(?<![\p{L}\d])(?<season>\d{1,2})x(?<from>\d{2,3})(?:\s?[-~–]\s?(?:\d{1,2}x)?(?<to>\d{2,3}))?(?![\p{L}\d])/iu,
    ),
  // 第3話, 第1-2話, 3話, #03
  (text) => numbered(text, /第\s*(?<from>\d{1,4})(?:\s*[話回])?\s*[-~〜～–・]\s*第?\s*(?<to>\d{1,4})\s*[話回]/u),
  (text) => numbered(text, /第\s*(?<from>\d{1,4})\s*(?:[話回集夜幕]|$|[\s「『])/u),
  (text) => numbered(text, /(?<![\d.])(?<from>\d{1,4})\s*話/u),
  // Specials with a number of their own: OVA 2, SP1, 特別編
  (text) => special(text),
  // Episode 5, Ep.05, E05, Folge 5
  (text) =>
    numbered(
      text,
      new RegExp(
        String.raw`(?<![\p{L}\d])(?:episode|episodio|épisode|folge|capitulo|capítulo|chapter|ep|e|話数)[\s.#]*${NUMBERS}`,
        'iu',
      ),
    ),
  (text) => numbered(text, new RegExp(String.raw`#\s?${NUMBERS}`, 'iu')),
  // Title - 05, Title - 05v2, Title - 01-03
  (text) => last(text, new RegExp(String.raw`\s[-–]\s${NUMBERS}(?=\s|$|[[(【「『])`, 'giu')),
  // [05], (05), 【05】
  (text) => last(text, new RegExp(String.raw`[[(【]\s?${NUMBERS}(?:\s?(?:end|fin))?\s?(?:of\s?\d+)?[\])】]`, 'giu')),
  // 05 - Title, 05. Title, 05
  (text) =>
    numbered(text, new RegExp(String.raw`^(?:\[[^\]]*\]\s*)?${NUMBERS}(?=\s*$|\s*[-–.]\s|\s*[[(【「『])`, 'iu')),
  // Title 05
  (text) =>
    last(
      text,
      new RegExp(
        String.raw`(?<=[\p{L}!?.)'’\]】\d]\s)(?<!(?:season|saison|staffel|temporada|シーズン) )${NUMBERS}${END}`,
        'giu',
      ),
    ),
];

function numbered(text: string, pattern: RegExp): EpisodeNumber | undefined {
  const match = pattern.exec(text);
  return match ? fromMatch(match) : undefined;
}

function last(text: string, pattern: RegExp): EpisodeNumber | undefined {
  return [...text.matchAll(pattern)]
    .toReversed()
    .map((match) => (isYear(match.groups?.['from']) ? undefined : fromMatch(match)))
    .find((found) => found !== undefined);
}

function fromMatch({ groups = {} }: RegExpExecArray): EpisodeNumber | undefined {
  const season = groups['season'];
  return {
    seasonNumber: season === undefined ? null : Number(season),
    episodeNumbers: span(Number(groups['from']), groups['to'] === undefined ? undefined : Number(groups['to'])),
  };
}

function special(text: string): EpisodeNumber | undefined {
  const match =
    /(?<![\p{L}\d])(?:ova|oad|ona|sp|specials?)(?:\s?-\s?|[\s.#]*)(?<from>\d{1,2})(?![\d.]|\p{L})/iu.exec(text) ??
    /(?:特別編|番外編|スペシャル)\s*(?<from>\d{1,2})/u.exec(text);
  return match ? { seasonNumber: 0, episodeNumbers: [Number(match.groups?.['from'])] } : undefined;
}

/** `E02E03` names each; `E01-E03` and `E01-03` name all between. */
function several(groups: Record<string, string | undefined>): number[] {
  const numbers = [Number(groups['from'])];
  for (const [, joint = '', number] of (groups['more'] ?? '').matchAll(
    /\s?([-~–])?[+&\s]*(?:s\d{1,4})?e?(\d{1,4})/giu,
  )) {
    const next = Number(number);
    if (joint === '') numbers.push(next);
    else numbers.push(...span(numbers.at(-1) ?? next, next).slice(1));
  }
  return numbers;
}

function span(from: number, to: number | undefined): number[] {
  if (to === undefined || to <= from || to - from >= LONGEST_RANGE) return [from];
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

const isYear = (digits: string | undefined): boolean => digits !== undefined && /^(?:19|20)\d\d$/.test(digits);

function seasonOf(text: string): number | undefined {
  const match =
    /(?<![\p{L}\d])(?:season|saison|staffel|temporada)\s?(?<season>\d{1,2})(?!\d)/iu.exec(text) ??
    /(?<!\d)(?<season>\d{1,2})(?:st|nd|rd|th) season/iu.exec(text) ??
    /第\s*(?<season>\d{1,2})\s*(?:期|シーズン|シリーズ)|シーズン\s*(?<number>\d{1,2})/u.exec(text) ??
    /(?<![\p{L}\d])s(?<season>\d{1,2})(?![\p{L}\d])/iu.exec(text);
  const digits = match?.groups?.['season'] ?? match?.groups?.['number'];
  if (digits !== undefined) return Number(digits);
  const roman = /\s(?<roman>II|III|IV)(?=\s[-–]\s|\s\d|\s?$)/u.exec(text)?.groups?.['roman'];
  return roman === undefined ? undefined : ['II', 'III', 'IV'].indexOf(roman) + 2;
}

/** The name without extension and technical words, with half-width ASCII and one kind of blank. */
function plainText(name: string): string {
  let text = name.normalize('NFKC').replace(EXTENSION, '').replaceAll('_', ' ');
  for (const noise of NOISE) text = text.replaceAll(noise, ' ');
  text = text.replace(/^(\d{1,3})\.\s/u, '$1 - ');
  // A dot between words is a blank, one between digits may be a fraction.
  text = text.replaceAll(/(?<!\d)\.|\.(?!\d)/gu, ' ');
  return arabicNumerals(text).replaceAll(/\s+/gu, ' ').trim();
}

const KANJI_DIGITS = '〇一二三四五六七八九';

/** 第十二話 → 第12話 */
function arabicNumerals(text: string): string {
  return text.replaceAll(/第\s*(?<kanji>[〇一二三四五六七八九十百]+)\s*(?=[話回集期夜幕シ])/gu, (_, kanji: string) => {
    if (!/[十百]/u.test(kanji)) return `第${Array.from(kanji, (digit) => KANJI_DIGITS.indexOf(digit)).join('')}`;
    let value = 0;
    let digit = 0;
    for (const character of kanji) {
      const unit = { 十: 10, 百: 100 }[character];
      if (unit === undefined) digit = KANJI_DIGITS.indexOf(character);
      else {
        value += (digit || 1) * unit;
        digit = 0;
      }
    }
    return `第${value + digit}`;
  });
}
