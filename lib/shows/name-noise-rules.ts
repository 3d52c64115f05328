import { withAsciiDigits } from './numeral-rules.ts';

/** Replaces technical parts; a title ends there. */
export const TAG = '|';
/** Before the number of a part, which counts if there is no other number. */
export const PART = '‖';

const EXTENSION =
  /\.(?:mkv|mp4|m4v|avi|mov|wmv|flv|webm|ts|m2ts|mts|mpe?g|ogm|ogv|rmvb|3gp|vob|mp3|m4a|m4b|ogg|opus|flac|aac)$/iu;

const SAME = [
  [/[|‖§¶‡†]/gu, ' '],
  [/\d{0,3}[¼½¾⅓⅔]/gu, ' '],
  [/№|(?<!\p{L})n[°º]/giu, 'No.'],
] as const;
/** Applied after compatibility normalization. */
const FOLDED = [
  [/[‐‑‒–—―−]/gu, '-'],
  [/[〜∼]/gu, '~'],
  [/[【〔{]/gu, '['],
  [/[】〕}]/gu, ']'],
  [/[『《〈]/gu, '「'],
  [/[』》〉]/gu, '」'],
  [/(?<=\d)×(?=\d)/gu, 'x'],
] as const;

const WHOLE = (alternatives: string) => new RegExp(String.raw`(?<![\p{L}\d])(?:${alternatives})(?![\p{L}\d])`, 'giu');
const YEAR = String.raw`(?:19|20)\d\d`;
const MONTH = '(?:0[1-9]|1[0-2])';
const DAY = String.raw`(?:0[1-9]|[12]\d|3[01])`;

const NOISE = [
  // Checksums, hexadecimal groups, heights without p, video keys
  /[[(](?:[0-9a-f]{8}|0x[0-9a-f]{1,8}|480|540|576|720|1080|2160)[\])]/giu,
  /\[(?=[^\]]{0,10}\d)(?=[^\]]{0,10}[a-z])(?!s\d|\d{1,3}v\d)[\w-]{11}\]$/giu,
  // Dates with or without a time of day
  new RegExp(
    String.raw`(?<!\d)(?:${YEAR}([ ._-]?)${MONTH}\1${DAY}(?:[ _T-]?[0-2]\d[-:.]?[0-5]\d(?:[-:.]?[0-5]\d)?)?|${DAY}([ ._-])${MONTH}\2${YEAR}|\d\d${MONTH}${DAY})(?!\d)`,
    'gu',
  ),
  /\d{1,3}(?:集全|부작)|(?:全|총)\s?\d{1,3}\s?(?:話|话|回|集|부작|화)|(?<![\p{L}\d])\d{1,3} (?:episodes|eps|episodios|folgen)(?![\p{L}\d])/giu,
  WHOLE(
    [
      String.raw`(?:bd|web|dvd|tv)?\d{3,4}[pi](?:\d\d)?\+?|\d{3,4}\s?x\s?\d{3,4}p?|[48]k|[uqf]?hd`,
      String.raw`[hx][. ]?26[456](?:-?10b)?|hevc(?:-?10)?|avc|av1|vp9|xvid|divx|mpeg-?[24]|mp4|mkv|avi`,
      String.raw`(?:hi|ma)(?:8|10|12|444)p{0,2}|(?:8|10|12)[- ]?bits?|hdr(?:10)?\+?|sdr|dovi`,
      String.raw`(?:e-?opus|e?-?ac-?3|he-?aac|aac|ddp?a?|dts(?:-?hd)?(?:[ -]?ma)?|flac|opus|mp3|truehd|atmos|l?pcm|vorbis)(?:[ .]?\d(?:\.\d)?)?(?:ch)?(?:x\d)?`,
      String.raw`[257]\.[01](?:ch)?|\d{2,4} ?k(?:bps|hz)|\d{2,3}(?:[.,]\d{1,3})? ?fps|\d{1,4}(?:[.,]\d{1,2})? ?[mg]i?b`,
      String.raw`(?:bd|br|web|dvd|hd|hdtv|tv|vhs|sat)-?rip|bd(?:mv|remux)?|blu-?ray|web(?:-?dl)?|hdtv|pdtv|dsr|remux|dvd[59]?|b-global|amzn|nf|dsnp|hulu|baha`,
      String.raw`vost(?:fr|a)?|vf|subfrench|truefrench|french|german|english|italian|spanish|korean|japanese|russian|castellano|latino|(?:sub(?:titulado)?|audio) (?:español|espanol|latino|ita|eng)|español|legendado|dublado|jpn?|jap|kor|ita|eng|ger|rus|chs|cht|big5`,
      String.raw`(?:multi|dual)[ .-]?(?:audio|subs?)|multi(?:ple)?(?: ?sub(?:title)?s?)?|dual|(?:ger|eng|jap|jpn|ita|hard|soft|fan)?(?:subs?|dubs?|subbed|dubbed)|raws?`,
      String.raw`proper|repack|rerip|internal|uncensored|complete|batch|sample`,
      String.raw`(?:vol(?:ume)?|part|pt|parte|partie|teil|cz[eę]ść|часть|том|dis[ck]|cd|cour)[. ]?(?:\d{1,2}|i{2,3}|iv)(?: (?:of|из|de) \d{1,2})?(?:\.\d)?|act[. ]?\d|\d(?:st|nd|rd|th) cour`,
      String.raw`ver\.? ?\d{1,2}(?:\.\d{1,2}[a-z]?)?`,
    ].join('|'),
  ),
  /파트\s?\d{1,2}|第?\d{1,2}\s?(?:クール|巻|卷|部(?!\p{L})|章(?!\p{L}))|(?<=\d話\.)v\d/gu,
];
/** `Part 07`, `Part 3 of 6`; `Part 2` may be of a season, of an episode or of a film. */
const NUMBERED_PART =
  /(?<![\p{L}\d])(?:part|pt|parte|partie|teil)[. ]?(0\d|\d{1,2}(?=[. ](?:of|de|von)[. ]\d))(?:[. ](?:of|de|von)[. ]\d{1,2})?(?![\p{L}\d])/giu;
const COPY = /(?:\s-?\s?(?:copy|kopie|copia|copie|копия|コピー)(?:\s?\(?\d{1,2}\)?)?|\s\(\d\))$/iu;

/** Removes the extension and technical parts, and unifies width, dashes, brackets and spaces. */
export function plainName(name: string): string {
  let text = name.replace(EXTENSION, '');
  for (const [pattern, same] of SAME) text = text.replaceAll(pattern, same);
  text = withAsciiDigits(text.normalize('NFKC'));
  for (const [pattern, same] of FOLDED) text = text.replaceAll(pattern, same);
  text = text.replaceAll(/(?<!\d)(\d{2,4})_(\d{2,4})(?!\d)/gu, (both, first: string, second: string) =>
    Number(second) === Number(first) + 1 ? `${first}&${second}` : both,
  );
  // `(3_8)`, `(3／8)`
  text = text.replaceAll(/\((\d{1,2})[_/](\d{1,2})\)/gu, (all, number: string, of: string) =>
    Number(number) <= Number(of) ? `(${number} of ${of})` : all,
  );
  text = text.replaceAll('_', ' ').replace(COPY, '');
  text = text.replaceAll(NUMBERED_PART, ` ${PART}$1 `);
  for (const noise of NOISE) text = text.replaceAll(noise, ` ${TAG} `);
  text = text.replace(/^(\d{1,3})\.\s/u, '$1 - ');
  text = text.replaceAll(/\.(?=\d{1,2} ?of ?\d)/giu, ' ');
  text = text.replaceAll(/(?<=(?<!\p{L})cap)\.(?=\d{3,4}(?!\d))/giu, '');
  // A dot between words is a space; between digits it may be a decimal point.
  text = text.replaceAll(/(?<!\d)\.|\.(?!\d)|\.(?=\d{3,4}(?!\d))/gu, ' ');
  return text.replaceAll(/\s+/gu, ' ').trim();
}
