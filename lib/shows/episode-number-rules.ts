import {
  type FoundNumbers,
  type MarkedName,
  bracketedNumber,
  dashedNumber,
  hasYear,
  leadingNumber,
  numbersInTitle,
  trailingNumber,
} from './bare-number-rules.ts';
import { withMarks } from './counter-word-rules.ts';
import { isExtra } from './extra-name-rules.ts';
import { plainName } from './name-noise-rules.ts';
import { numbersAt } from './number-list-rules.ts';
import { countedSeason, seasonOfFolder, seasonOfTitle } from './title-season-rules.ts';

/** Season and episodes in a file name. */
export interface EpisodeNumber {
  /** 0 is the specials; null if not in the name. */
  seasonNumber: number | null;
  /** One, or all of a range. */
  episodeNumbers: number[];
}

/**
 * Reads season and episode from a file name; undefined without one, as for films, trailers and daily shows. A season
 * may come from the folders (`Title Season 2`, `Season 2/05`), and, given the series' names, from a number after the
 * title (`Log Horizon 2 - 05`). Numbers that may be part of a title are ignored: a wrong episode is worse than none.
 */
export function readEpisodeNumber(
  fileName: string,
  folderName = '',
  { seriesNames = [] }: { seriesNames?: readonly string[] } = {},
): EpisodeNumber | undefined {
  const [file = '', ...parents] = fileName.split('/').toReversed();
  const text = withMarks(plainName(file));
  if (isExtra(text)) return undefined;
  const folders = [...parents, folderName].filter(Boolean).map(markedFolder);
  const season = countedSeason(text);
  const folder = folders.join(' / ');
  const isSeries = season !== undefined || OF_SERIES.test(file);
  const saysEpisode = /episod|cap[ií]tulo/iu.test(file);
  const name: MarkedName = { text, folder, titleNumbers: numbersInTitle(folder), isSeries, saysEpisode };
  const found = firstOf(READERS, (read) => read(name));
  if (!found?.numbers.length) return undefined;
  const seasonNumber =
    found.season ??
    season ??
    seasonOfTitle(text.slice(0, found.start), seriesNames) ??
    firstOf(folders, (folder) => seasonOfFolder(folder, seriesNames));
  return { seasonNumber: seasonNumber ?? null, episodeNumbers: found.numbers };
}

let last = { folder: '', marked: '' };

/** Most calls are for the next file of the same folder. */
function markedFolder(folder: string): string {
  if (last.folder !== folder) last = { folder, marked: withMarks(plainName(folder)) };
  return last.marked;
}

/** A fansub group in front, a checksum, a broadcast. */
const OF_SERIES =
  /^\s?[[【][^\]】]{0,60}[^\]】\d][\]】]\s?[^\s[【]|[[(][0-9A-F]{8}[\])]|(?<!\p{L})(?:HDTV|PDTV|TVRip|DSR)(?!\p{L})/iu;

/** Most reliable first. */
const READERS: ((name: MarkedName) => FoundNumbers | undefined)[] = [
  // Show.S01E02, Season 2, Episode 5, 2x05
  ({ text }) => numbersBehind(text, /§(?<season>\d{1,4})[\s,:;./()[\]|-]{0,4}¶(?=\d)/u),
  // OVA 2, SP1, 特別編 第2話, S01SP02
  specialNumber,
  // 第3話, Episode 5, E05, #5
  countedNumber,
  dashedNumber,
  bracketedNumber,
  // Nana 7 of 47
  ({ text }) => numbersBehind(text, /(?<![\p{L}\d.])(?=\d{1,3}\s?(?:of|von|из)\s?\d{1,3}(?!\d))/iu),
  // No.12, but neither `No. 1 Detective Agency` nor `Kaiju No. 8 Mission Recon`
  ({ text }) =>
    numbersBehind(text, /(?<=\S\s?)(?<!\p{L})(?:no|nr)[.\s]{1,2}(?=\d{1,4}(?:v\d)?\s?(?:$|[[(|「~]|-\s|\p{Lo}))/iu),
  leadingNumber,
  trailingNumber,
  ({ text, folder }) => (folder === '' ? undefined : numbersBehind(text, /‖(?=\d)/u)),
];

function numbersBehind(text: string, pattern: RegExp): FoundNumbers | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const season = match.groups?.['season'] === undefined ? undefined : Number(match.groups['season']);
  const list = numbersAt(text, match.index + match[0].length, season);
  return list && { numbers: list.numbers, start: match.index, ...(season !== undefined && { season }) };
}

function specialNumber({ text, folder }: MarkedName): FoundNumbers | undefined {
  const found = numbersBehind(text, /†[\s\-[\]():#¶]{0,4}(?=\d{1,3}(?!\d))/u);
  // `Special 26` alone may be a film.
  if (found?.start === 0 && folder === '' && !/^†[^\d]{0,4}[0¶]/u.test(text)) return undefined;
  return found && { ...found, season: 0 };
}

function countedNumber({ text, folder, saysEpisode }: MarkedName): FoundNumbers | undefined {
  const found = numbersBehind(text, /¶(?=\d)/u);
  // Films may be numbered as episodes: `Star Wars Episode 4 (1977)`.
  const mayBeFilm = found && saysEpisode && folder === '' && /^¶\d(?!\d)/u.test(text.slice(found.start));
  return mayBeFilm && hasYear(text.slice(found.start)) ? { numbers: [], start: found.start } : found;
}

function firstOf<Item, Value>(items: readonly Item[], read: (item: Item) => Value | undefined): Value | undefined {
  for (const item of items) {
    const value = read(item);
    if (value !== undefined) return value;
  }
  return undefined;
}
