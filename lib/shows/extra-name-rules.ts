const END = String.raw`(?=\s?(?:$|[[(|\])「]|-\s))`;
const NUMBERED = String.raw`\s?(?:-\s)?[#¶]?\d{1,2}[a-z]?(?:v\d)?`;
/** Also words in titles: they count only when alone or numbered. */
const WORDS =
  'trailer|tráiler|teaser|bande-annonce|трейлер|тизер|fragman[ıi]?|menu|preview|promo|opening|ending|featurette|interview|making ?of|メイキング|behind ?the ?scenes|deleted|オープニング|エンディング|メニュー';

const EXTRAS = [
  /(?<!\p{L})(?:nc ?(?:op|ed)|creditless|textless|clean ?(?:op|ed|opening|ending))(?!\p{L})/iu,
  /ノンクレジット|ノンテロップ|予告|预告|預告|예고|티저/u,
  /(?<![\p{L}\d])(?:PV|CM)(?:\d{1,2}[a-z]?)?(?:v\d)?(?!(?!第)[\p{L}\d])/u,
  new RegExp(String.raw`(?<![\p{L}\d])(?:OP|ED)(?:${NUMBERED}|v\d)?${END}`, 'u'),
  new RegExp(String.raw`(?:^|[-[(|「]\s?|\d\s)(?:${WORDS})s?(?:${NUMBERED})?${END}`, 'iu'),
  new RegExp(String.raw`(?<!\p{L})(?:${WORDS})${NUMBERED}${END}`, 'iu'),
];
const FILM = /(?<!\p{L})(?:movie|film|gekijou?ban)\s?(?:-\s)?[#¶]?\d|劇場版|剧场版|극장판/iu;

/** A trailer, an opening, a menu or the like. */
export const isExtra = (marked: string): boolean => EXTRAS.some((pattern) => pattern.test(marked));

/** `Title Movie 3` */
export const isFilm = (marked: string): boolean => FILM.test(marked);
