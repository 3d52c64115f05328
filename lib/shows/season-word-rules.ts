const NAMES =
  'saisons?|staffeln?|temporadas?|stagion[ei]|seizoen|sezon|säsong|sæson|sesong|сезон|mùa|ซีซั่น(?:ที่)?|ซีซัน(?:ที่)?';
/** Names of seasons only before a number. */
const NUMBERED_NAMES = 'series|book|livre|libro|livro|buch|boek|phần|temp|st|ภาค(?:ที่)?|ปี';
const ORDINALS = [
  'first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth',
  'primera|segunda|tercera|cuarta|quinta|sexta|séptima|octava|primeira|terceira|quarta',
  'première|deuxième|seconde|troisième|quatrième|cinquième|sixième',
  'erste|zweite|dritte|vierte|fünfte|sechste|prima|seconda|terza|sesta',
  'первый|второй|третий|четвёртый|четвертый|пятый|eerste|tweede|derde',
  'första|andra|tredje|første|anden|andre|birinci|ikinci|üçüncü|pierwszy|drugi|trzeci',
].join('|');
const LAST = 'final|last|última|ultima|dernière|letzte|finale|последний|laatste|son';
const NUMBER_WORDS = 'one|two|three|four|five|six|seven|eight|nine|ten|deux|trois|zwei|drei|due|tre|dos|tres';
const NUMBER = String.raw`(?:[\s.:]*(?:n[°º]\s?)?\d{1,4}|[\s.:]+(?:[ivx]{1,5}|${NUMBER_WORDS}))`;
const HAN = '〇零一二三四五六七八九十百壱壹弐貳参參肆伍陸漆捌玖拾';
const HANGUL = String.raw`[일이삼사오육칠팔구십]{1,3}(?!\p{L})`;
const ASIAN_NUMBER = String.raw`(?:\d{1,4}|[${HAN}]{1,4}|${HANGUL})`;
const START = String.raw`(?<![\p{L}\p{M}\p{N}])`;
const END = String.raw`(?![\p{L}\p{M}\p{N}])`;
const ASIAN_END = String.raw`(?=\s|$|[\[\](){}【】「『:])`;

const FINAL = [
  `${START}(?:(?:the|la|die|de)\\s)?(?:${LAST})\\s(?:seasons?|${NAMES})${END}`,
  `${START}(?:season|${NAMES})\\s(?:final|finale)${END}`,
  '(?:ファイナル・?|最終|最终)(?:シーズン|季)|파이널\\s?시즌',
].join('|');
const NUMBERED = [
  `${START}(?:seasons?|${NAMES}|${NUMBERED_NAMES})${NUMBER}(?:\\s?(?:[-–~&,+]|to|bis|à|al?|y|et|und|e)\\s?s?\\d{1,4})?${END}`,
  `${START}\\d{1,2}(?:st|nd|rd|th)\\s(?:season|series)${END}`,
  `${START}\\d{1,2}\\s?(?:[ªºaoe.]|-?й|er|ère|re|è?me)?\\s?(?:${NAMES})${END}(?!\\s?\\d)`,
  `${START}(?:(?:the|la|die|de)\\s)?(?:${ORDINALS})\\s(?:season|${NAMES})${END}`,
  `${START}s\\d{1,4}(?:[-–~\\s]{0,3}s?\\d{1,2})?${END}|(?<=[\\s\\]】])t\\d{1,2}${END}`,
  `第\\s?${ASIAN_NUMBER}\\s?(?:期|シーズン|シリーズ|季|部)|제\\s?${ASIAN_NUMBER}\\s?(?:기|시즌|부)`,
  `(?:シーズン|시즌|시리즈)\\s?${ASIAN_NUMBER}|(?<=\\S\\s?)\\d{1,2}\\s?(?:期|季|기|시즌)${ASIAN_END}`,
  `(?<=\\s)(?!四季)[${HAN}]{1,3}(?:期|季)${ASIAN_END}`,
  '(?:ファースト|セカンド|サード|フォース)・?シーズン|(?:첫|두|세|네|다섯)\\s?번째\\s?시즌',
].join('|');
const PART = [
  `${START}(?:part|parte|partie|teil|deel|część|часть|cour)[\\s.]*(?<behind>\\d|i{1,3}|iv|one|two|three|four)${END}`,
  `${START}(?<before>\\d)(?:st|nd|rd|th|[ªº]|e)\\s(?:part|parte|partie|teil|cour)${END}`,
  `第\\s?(?<counted>[\\d${HAN}])\\s?クール|(?:パート|파트)\\s?(?<named>\\d)|(?:분할\\s?)?(?<half>\\d)쿨${ASIAN_END}`,
  '(?<second>後半)クール',
].join('|');

const SEASON_WORDS = new RegExp(`${FINAL}|${NUMBERED}`, 'giu');
const FINAL_SEASON = new RegExp(FINAL, 'iu');
const PART_WORDS = new RegExp(PART, 'iu');
const PART_BEFORE_NUMBER = new RegExp(
  `(?:${PART})[\\s\\-–[\\]()#/]*(?:s\\d{1,2})?\\s?(?:e|ep|第)?\\s?\\d{1,4}(?!\\d|(?!v\\d)[\\p{Script=Latin}])`,
  'iu',
);

/** What a name states about its season besides the number. */
export interface SeasonHint {
  /** 2 for `2nd Season Part 2` and `第2クール`; null without a part. */
  part: number | null;
  isFinalSeason: boolean;
}

/** Season words in any language: `Season 2`, `2ª Temporada`, `第二期`, `시즌2`, `Сезон 2`, `S01-S03`. */
export const seasonWordsIn = (text: string): RegExpExecArray[] => [...text.matchAll(SEASON_WORDS)];

export const withoutSeasonWords = (text: string): string => text.replaceAll(SEASON_WORDS, ' ');

/**
 * The part of a season, and whether it is the final one. In a file name the part must precede the number: after it,
 * `Part 2` is a part of the episode.
 */
export function readSeasonHint(folderName: string, fileName = ''): SeasonHint {
  const [folder, file] = [plainText(folderName), plainText(fileName)];
  const part = partOf(PART_BEFORE_NUMBER.exec(file)) ?? partOf(PART_WORDS.exec(folder)) ?? null;
  return { part, isFinalSeason: FINAL_SEASON.test(folder) || FINAL_SEASON.test(file) };
}

function partOf(match: RegExpExecArray | null): number | undefined {
  const { behind, before, counted, named, half, second } = match?.groups ?? {};
  return smallNumber(behind ?? before ?? counted ?? named ?? half ?? (second ? '2' : ''));
}

const plainText = (name: string): string => name.normalize('NFKC').replaceAll(/[._]/g, ' ');

const SMALL_NUMBERS = [
  ['i', 'one', '一', '壱', '壹'],
  ['ii', 'two', '二', '弐', '貳'],
  ['iii', 'three', '三', '参', '參'],
  ['iv', 'four', '四', '肆'],
  ['v', '五', '伍'],
  ['vi', '六', '陸'],
  ['vii', '七', '漆'],
  ['viii', '八', '捌'],
  ['ix', '九', '玖'],
  ['x', '十', '拾'],
];

/** A small number after a title or `Part`: `2`, `II`, `弐`. */
export function smallNumber(text: string): number | undefined {
  if (/^\d{1,2}$/.test(text)) return Number(text);
  return SMALL_NUMBERS.findIndex((words) => words.includes(text.toLowerCase())) + 1 || undefined;
}
