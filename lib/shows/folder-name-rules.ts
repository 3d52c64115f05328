import { withoutBroadcastPrefix } from './broadcast-prefix-rules.ts';
import { seasonWordsIn, smallNumber } from './season-word-rules.ts';

/** One reading of a name: title and year. */
export interface TitleReading {
  title: string;
  year: number | null;
  /** A season or specials were dropped from the title: `Log Horizon 2`. Not for films. */
  seriesOnly?: true;
}

/** Catalog ids in a folder's name: `{tvdb-370070}`, `[imdbid-tt0903747]`. */
export interface CatalogIds {
  tvdbId: number | null;
  tmdbId: number | null;
  imdbId: string | null;
}

export interface FolderTitle extends TitleReading {
  /** Other readings, most likely first: with and without a trailing year or number, and in another script. */
  alternatives: TitleReading[];
  ids: CatalogIds;
}

const WORD_START = String.raw`(?<![\p{L}\p{N}])`;
const WORD_END = String.raw`(?![\p{L}\p{N}])`;
/** Release tags: resolution, source, audio, episode ranges. The title ends before the first one. */
const TAGS = new RegExp(
  [
    /(?:\d{3,4}[pi]|\d{3,4}x\d{3,4}|[48]k|uhd|hdr(?:10)?|(?:8|10)-?bits?|hi10p?|x26[45]|h[ .]?26[45]|hevc|avc|av1|xvid|divx)/,
    /(?:bd(?:rip|remux)?|blu-?ray|(?:bd|dvd)-?box|dvd(?:rip)?|web-?(?:dl|rip)|hdtv|hdrip|remux|repack)/,
    /(?:(?:aac|flac|e-?ac-?3|ac3|dts|ddp|opus)[\d.]*|multi-?subs?|dual[ -]?audio|vost(?:fr|a|en)?|subfrench|truefrench|sub-?ita|dublado|legendado)/,
    /(?:e|ep|eps|episodes?|épisodes?|episodios?|episódios?|episodi|cap|caps|capítulos?|folgen?|puntate)[ .]?\d{1,4}\s?(?:[-–~]|to|à|al?|bis)\s?(?:e|ep)?\d{1,4}/,
    /\d{1,2}x\d{2,3}\s?-\s?\d{1,2}x\d{2,3}/,
  ]
    .map(({ source }) => WORD_START + source + WORD_END)
    .concat([
      String.raw`[全전]\s*\d+\s*[話话集回巻卷期화회부]|\d+\s*[話话集回]全|\d+\s?[-–]\s?\d+\.?\s?bölüm|\d+ tập(?!\p{L})|第?\d+\s?[-~–]\s?\d+\s?[話话集回화회]|(?:第\s*\S{1,3}\s*|[前後]半)クール|[总總]?[全合]集(?=\s|$)`,
    ])
    .join('|'),
  'giu',
);
/** Meaningless at the end of a name, but possibly part of a title elsewhere. */
const ENDINGS = new RegExp(
  String.raw`[\s\-–~:]+(?:(?:the\s)?complete(?: (?:series|collection))?|batch|subbed|dubbed|proper|uncut|uncensored|(?:(?:la|a)\s)?(?:serie|temporada|série|stagione)?\s?(?:complet[ae]|complète)|(?:l['’])?intégrale|(?:die\s)?komplett(?:e(?:\sserie)?)?|tv series|(?:part|cour|parte|partie|teil|del|パート|파트)\s?(?:\d|i{2,3}|iv|one|two|three|four)|\d(?:st|nd|rd|th) cour|\d{2,4}\s*[-~–]\s*\d{2,4}|완결|전편|더빙|자막|完結|完结|完全版|字幕版?|吹替版?|中字|[国國][语語]|[粤粵][语語]|[双雙][语語]字幕)$`,
  'iu',
);
const SHOUTED_ENDINGS =
  /\s+(?:WEB|TV|BOX|VF|VO|MULTI|FRENCH|GERMAN|SPANISH|CASTELLANO|LATINO|ITA|ENG|JAP|KOREAN|JAPANESE|DL|AMZN|NF|DSNP|CR)$/u;
const YEAR = String.raw`(?:19[3-9]|20[0-3])\d`;
const BRACKETED = new RegExp(
  String.raw`\[[^\]]*\]|【[^】]*】|\((?!${YEAR}(?:年版?|版)?(?:\s*[-–](?:\s*${YEAR})?)?\s*\)|(?:US|UK|USA|AU|CA|JP|KR|CN|TW|FR|DE|IT|ES|MX)\))[^)]*\)|\{[^}]*\}`,
  'gu',
);
const BRACKETED_YEAR = new RegExp(String.raw`\((${YEAR})(?:年版?|版)?(?:\s*[-–][\s\d]*)?\s*\)`, 'u');
const TAG_YEAR = new RegExp(String.raw`[\[{](${YEAR})(?:年版?|版)?[\]}]|(?<=\s)(${YEAR})年版?(?=\s|$)`, 'u');
const BARE_YEAR = new RegExp(String.raw`^(.*\S)\s+(${YEAR})$`, 'u');
const IDS = /[[{(]\s*(tvdb|tmdb|imdb)(?:[ -]?id)?\s*[-=:\s]\s*(tt\d{5,10}|[1-9]\d{0,9})\s*[\]})]/giu;
const MAXIMUM_ID = 2_147_483_647;
/** A season number after a title, without a word. */
const BARE_SEASON = /^(.*[^\s\-:–])(?:\s+([2-9]|II|III|IV|V|VI|VII|VIII|IX)|[\s・]+([弐貳参參肆伍陸漆捌]))$/u;
/** Extras next to a series' seasons, possibly a series of their own: `Area 88 OVA`. */
const SPECIALS_BEHIND = /(?<=\S\s)(?:[+&-]\s?)?(?:OVAs?|OADs?|ONAs?|[Ss]pecials|[Ee]xtras)$/u;
const FULL_WIDTH = /[\uFF01-\uFF5E\uFF61-\uFFDC\u2160-\u217F\u3000]+/gu;
const ASIAN = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]`;
const TWO_SCRIPTS = [
  new RegExp(String.raw`^(${ASIAN}[^A-Za-z]*)\s+([A-Za-z][^\p{Lo}]*\s[^\p{Lo}]*)$`, 'u'),
  new RegExp(String.raw`^([A-Za-z][^\p{Lo}]*)\s+(${ASIAN}[^A-Za-z]*)$`, 'u'),
];

/** Extracts the title, year and ids from a folder's name. */
export function titleOfFolder(folderName: string): FolderTitle {
  const half = folderName.normalize('NFC').replaceAll(FULL_WIDTH, (run) => run.normalize('NFKC'));
  const ids = idsIn(half);
  const named = half.replaceAll(IDS, ' ').trim();
  const spaced = named.includes(' ') ? named.replaceAll('_', ' ') : named.replaceAll(/[._]+/gu, ' ');
  const [first, ...others] = readingsOf(spaced);
  // A name in brackets: 【推しの子】 is a title.
  const title = first?.title || withoutTags(spaced.replaceAll(/[[\](){}【】]/gu, ' ')) || tidy(spaced) || folderName;
  const alternatives = others.filter((other) => other.title !== '' && other.title !== title);
  return { title, year: first?.year ?? null, alternatives, ids };
}

function readingsOf(spaced: string): TitleReading[] {
  const tagged = BRACKETED_YEAR.exec(spaced) ?? TAG_YEAR.exec(spaced);
  const plain = withoutBroadcastPrefix(spaced.replaceAll(BRACKETED, ' ').trim());
  const year = BRACKETED_YEAR.exec(plain) ?? TAG_YEAR.exec(plain);
  const before = year ? plain.slice(0, year.index) : plain;
  const behind = year ? plain.slice(year.index + year[0].length) : '';
  const title = withoutTags(before) || withoutTags(behind);
  const found = tagged && !isLaterSeason(spaced.slice(0, tagged.index)) ? Number(tagged[1] ?? tagged[2]) : null;
  return [...numberedReadings(title, found, before), ...otherScript(title, found, spaced)];
}

/** With and without a trailing year or season. A year before tags is a tag; at the end it is part of the title. */
function numberedReadings(title: string, year: number | null, named: string): TitleReading[] {
  const whole = { title, year };
  const [, bare, digits] = (year === null && BARE_YEAR.exec(title)) || [];
  if (bare !== undefined) {
    const dated = { title: withoutTags(bare), year: isLaterSeason(bare) ? null : Number(digits) };
    return tidy(named).endsWith(title) ? [whole, dated] : [dated, whole];
  }
  const specials = SPECIALS_BEHIND.exec(title)?.index;
  if (specials !== undefined) return [whole, { title: tidy(title.slice(0, specials)), year, seriesOnly: true }];
  const [, series, number, han] = BARE_SEASON.exec(title) ?? [];
  return series !== undefined && smallNumber(number ?? han ?? '') !== undefined
    ? [whole, { title: tidy(series), year, seriesOnly: true }]
    : [whole];
}

/** A title in two scripts: `葬送のフリーレン Sousou no Frieren`, `Frieren (葬送のフリーレン)`. */
function otherScript(title: string, year: number | null, spaced: string): TitleReading[] {
  const parts = TWO_SCRIPTS.map((pattern) => pattern.exec(title)).find((match) => match !== null);
  const sides = parts?.slice(1) ?? [];
  const isAsian = new RegExp(ASIAN, 'u').test(title);
  const bracketed = [...spaced.matchAll(/[([【]([^)\]】]+)[)\]】]/gu)].map(([, inner = '']) => withoutTags(inner));
  const others = isAsian ? [] : bracketed.filter((inner) => new RegExp(String.raw`^${ASIAN}{2}`, 'u').test(inner));
  return [...sides, ...others].map((side) => ({ title: tidy(side), year }));
}

function idsIn(name: string): CatalogIds {
  const ids: CatalogIds = { tvdbId: null, tmdbId: null, imdbId: null };
  for (const [, catalog = '', id = ''] of name.matchAll(IDS)) {
    const isImdb = id.startsWith('tt');
    if (catalog.toLowerCase() === 'imdb') ids.imdbId ??= isImdb ? id : null;
    else if (!isImdb && Number(id) <= MAXIMUM_ID)
      ids[catalog.toLowerCase() === 'tvdb' ? 'tvdbId' : 'tmdbId'] ??= Number(id);
  }
  return ids;
}

const FIRST_SEASON = /^\D*?(?:0*1(?!\d)|\s(?:I|one)$|first|prim|premi|erste|перв|一|壱|ファースト|첫)/iu;

/** A year after a later season is that season's year. */
const isLaterSeason = (text: string): boolean => seasonWordsIn(text).some(([words]) => !FIRST_SEASON.test(words));

function withoutTags(text: string): string {
  const tags = [...text.matchAll(TAGS), ...seasonWordsIn(text)].sort((a, b) => a.index - b.index);
  // Tags before the title are dropped; a tag after it ends it.
  let start = 0;
  let end = text.length;
  for (const tag of tags) {
    if (tag.index < start) continue;
    if (tidy(text.slice(start, tag.index)) !== '') {
      end = tag.index;
      break;
    }
    start = tag.index + tag[0].length;
  }
  let title = tidy(text.slice(start, end));
  for (;;) {
    const shorter = tidy(title.replace(ENDINGS, '').replace(SHOUTED_ENDINGS, ''));
    if (shorter === title || shorter === '') return title;
    title = shorter;
  }
}

const tidy = (text: string): string =>
  text
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/^[\s\-–—_.,:]+|[\s\-–—_.,:]+$/gu, '')
    .trim();
