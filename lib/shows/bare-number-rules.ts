import { isFilm } from './extra-name-rules.ts';
import { type NumberList, numbersAt } from './number-list-rules.ts';

/** A name prepared for finding its number. */
export interface MarkedName {
  text: string;
  /** Names of all folders; may be empty. */
  folder: string;
  titleNumbers: readonly NumberInWords[];
  /** The name shows that it is part of a series: by a season, a fansub group, a broadcast. */
  isSeries: boolean;
  /** The name has a word for episode that films have, too. */
  saysEpisode: boolean;
}

/** A number and its neighboring words. */
interface NumberInWords {
  digits: string;
  before: string | undefined;
  behind: string | undefined;
}

/** `numbers` is empty for a fraction or a film. */
export interface FoundNumbers {
  numbers: number[];
  start: number;
  season?: number;
}

interface Candidate extends NumberList {
  start: number;
  /** Not followed by a word of a title. */
  ends: boolean;
}

const END = /^\s?(?:$|[[(|「\]」)~+]|-\s|(?:end|fin|final|finale|完|終)(?!\p{L}))/iu;
const NO_EPISODES: FoundNumbers = { numbers: [], start: 0 };
/** From here on, numbers are years. */
const TOO_HIGH = 1900;
const MOST_NUMBERS_IN_TITLE = 8;

/** `Title - 05`, `Title: 05`, `Title・05`, `Title-05`: prefers two digits. */
export function dashedNumber(name: MarkedName): FoundNumbers | undefined {
  const found = candidates(
    name.text,
    /(?:(?<=\S\s)-\s?|-\s|(?<=§\d{1,2})[-.]|:\s?|・|(?<=\p{L}{3}|\d[\p{L}]\p{L}|[」)\]])-(?=0\d))(?=\d)/gu,
  ).filter((one) => {
    if (one.numbers.length === 0) return true;
    if (isOfTitle(name, one) || (one.first.length === 1 && isOfFilm(name, one))) return false;
    if (/[:・]/u.test(name.text.slice(one.start - 2, one.start)) && !isPadded(one)) return false;
    // `05 - 12 Angry Men`
    if (/^\d{1,4} - /u.test(name.text) && !one.ends) return isPadded(one);
    return one.ends || isPadded(one) || name.folder !== '' || name.isSeries;
  });
  return filmOrFound(name, found.find(({ first, numbers }) => numbers.length === 0 || first.length > 1) ?? found[0]);
}

/** `[05]`, `【05】`, `「05」`, `(05)`, `[07END]`, `[12(24)]`: the last one. */
export function bracketedNumber(name: MarkedName): FoundNumbers | undefined {
  const found = candidates(name.text, /[[(「]\s?(?=\d)/gu).filter(
    (one) =>
      /^\s?(?:end|fin|完|終)?\s?(?:of\s?\d{1,4}|\(\d{1,4}\))?\s?[\])」]/iu.test(
        name.text.slice(one.end, one.end + 20),
      ) &&
      !isOfTitle(name, one) &&
      (name.text[one.start - 1] !== '(' ||
        isPadded(one) ||
        isBroadcast(name, one) ||
        (one.first.length === 2 && isLikely(name, one))),
  );
  return filmOrFound(name, found.at(-1));
}

/** Japanese recorders write どうする家康(2)「兎と狼」, らんまん(15)[字], あまちゃん(156)最終回. */
const isBroadcast = ({ text }: MarkedName, { start, end, first }: Candidate): boolean =>
  /^\)\s?(?:「|最終回|\[\p{Lo}\])/u.test(text.slice(end, end + 6)) ||
  (first.length === 3 && /\p{Lo}\s?\($/u.test(text.slice(0, start)));

/** `05`, `05 - Title`, `05. Title`, `05 Title`, `[Group] 05` */
export function leadingNumber(name: MarkedName): FoundNumbers | undefined {
  const [one] = candidates(name.text, /^(?:\[[^\]]{0,60}\]\s?){0,2}(?=\d)/gu);
  if (!one || isOfTitle(name, one)) return undefined;
  if (one.numbers.length === 0) return NO_EPISODES;
  const behind = name.text.slice(one.end, one.end + 3);
  if (!/^(?:$|\s|[-「[(|,])/u.test(behind)) return undefined;
  return isLikely(name, one) ? filmOrFound(name, one) : undefined;
}

/** `Title 05`, `Title 1071`, `Title 05 Words`, `Show05`: the last one. */
export function trailingNumber(name: MarkedName): FoundNumbers | undefined {
  const found = candidates(name.text, /(?<=\S\s)(?=\d)|(?<=\p{Ll}{2}|^\p{L}{2,4})(?=0\d(?:$|\s))/gu).filter(
    (one) => one.ends || (isPadded(one) && (one.first.length === 2 || name.folder !== '')),
  );
  const one = found.findLast(
    (candidate) => candidate.numbers.length === 0 || (!isOfTitle(name, candidate) && isLikely(name, candidate)),
  );
  return filmOrFound(name, one);
}

function candidates(text: string, before: RegExp): Candidate[] {
  let end = 0;
  return [...text.matchAll(before)].flatMap((match) => {
    const start = match.index + match[0].length;
    const list = start < end ? undefined : numbersAt(text, start);
    end = list?.end ?? end;
    if (!list || (list.numbers.length > 0 && Number(list.first) >= TOO_HIGH)) return [];
    const behind = text.slice(list.end, list.end + 12);
    // Not `10th`, `2.22` or `9-1-1`.
    if (/^(?!(?:end|fin)(?!\p{L}))\p{L}|^\.\d/iu.test(behind)) return [];
    return [{ ...list, start, ends: END.test(behind) }];
  });
}

const isPadded = ({ first }: NumberList): boolean => /^0\d{1,2}$/.test(first);

/** Whether a bare number is an episode's rather than part of a film title. */
function isLikely(name: MarkedName, one: Candidate): boolean {
  if (one.first === '00') return false;
  if (name.folder !== '') return !COLLECTION.test(name.folder) || isPadded(one);
  // Agents and cyborgs, such as 007 and 009.
  if (one.first.startsWith('00') && !name.isSeries) return false;
  if (isPadded(one)) return true;
  if (isOfFilm(name, one)) return false;
  if (one.first.length > 1 && (name.isSeries || (one.start > 0 && one.numbers.length > 1))) return true;
  const before = name.text.slice(0, one.start);
  return one.start > 0 && Number(one.first) >= 100 && !NUMBERED_THINGS.test(before) && !ABBREVIATION.test(before);
}
const COLLECTION = /(?<!\p{L})(?:collection|trilogy|movies?|films?)(?!\p{L})/iu;
/** `Room 237`, `Celda 211`, `Unit 731`, `Class of 1984`, `THX 1138` */
const NUMBERED_THINGS =
  /(?:(?<!\p{L})(?:room|unit|flight|agent|route|highway|road|street|avenue|area|district|sector|zone|level|floor|case|file|code|class|studio|ward|cell|apartment|suite|gate|track|station|channel|bus|train|boeing|fahrenheit|celsius|warning|error|precinct|stalag|camp|planet|squad|division|brigade|regiment|company|passenger|patient|prisoner|number|year|page|psalm|pelham|project|mission|operation|formula|version|model|type|of|at|on|in|the|to|and|&|for|by|from|with|under|over|about|before|after|celda|cella|cela|cellule|zelle|habitación|chambre|zimmer|stanza|camera|quarto|sala|salle|unidad|unité|unità|einheit|vuelo|vol|flug|volo|voo|ruta|strada|rua|calle|rue|straße|via|комната|палата|рейс|камера))\s$/iu;
const ABBREVIATION = /(?<![\p{L}\d])\p{Lu}{2,3}\s$/u;

/** Numbers in the series' own name, next to the same word: `Mob Psycho 100`, `86`, `3-gatsu no Lion`. */
function isOfTitle({ text, titleNumbers }: MarkedName, { start, first }: Candidate): boolean {
  if (!titleNumbers.some(({ digits }) => digits === first)) return false;
  const { before, behind } = numberInWords(text, start, first);
  return titleNumbers.some((title) => {
    if (title.digits !== first) return false;
    if (title.before !== undefined) return title.before === before;
    return before === undefined && (title.behind === undefined || title.behind === behind);
  });
}

/** Numbers in a folder's name that may be part of the title. */
export const numbersInTitle = (folder: string): NumberInWords[] =>
  [...folder.matchAll(/(?<![\d§¶])\d{1,4}(?!\d)/gu)]
    .slice(0, MOST_NUMBERS_IN_TITLE)
    .map((match) => numberInWords(folder, match.index, match[0]));

function numberInWords(text: string, start: number, digits: string): NumberInWords {
  const before = /(?<word>\p{L}{1,40})[^\p{L}\d]{1,3}$/u.exec(text.slice(Math.max(0, start - 43), start));
  const behind = /^[^\p{L}\d]{0,3}(?<word>\p{L}{1,40})/u.exec(
    text.slice(start + digits.length, start + digits.length + 43),
  );
  const [wordBefore, wordBehind] = [before, behind].map((match) => match?.groups?.['word']?.toLowerCase());
  return { digits, before: wordBefore, behind: wordBehind };
}

/** A film's number is followed by its year: `Apollo 13 1995`, `Alien - 3 (1992)`. */
const isOfFilm = ({ text, folder }: MarkedName, { end }: Candidate): boolean =>
  folder === '' && hasYear(text.slice(end));

export const hasYear = (text: string): boolean => /(?<!\d)(?:19|20)\d\d(?!\d)/u.test(text);

function filmOrFound({ text }: MarkedName, one: Candidate | undefined): FoundNumbers | undefined {
  if (!one) return undefined;
  return isFilm(text) ? NO_EPISODES : { numbers: one.numbers, start: one.start };
}
