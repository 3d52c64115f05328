import type { EpisodePlace, KnownSeason } from './known-season-rules.ts';
import type { EpisodeNumber } from './episode-number-rules.ts';
import { layoutOf, type SeasonLayout } from './season-layout-rules.ts';
import { readSeasonHint } from './season-word-rules.ts';

export interface NumberedFile {
  fileName: string;
  /** Undefined if the name has none. */
  number: EpisodeNumber | undefined;
}

/** The user's setting for a folder: the season of its numbers, and an `offset` to add to them (-37: 38 becomes 1). */
export interface SeasonByHand {
  /** Null for the season in the names. */
  seasonNumber: number | null;
  offset: number;
}

/** A file's episodes in its series. */
export interface PlacedFile<T extends NumberedFile> {
  file: T;
  places: EpisodePlace[];
  /** Numbers in its name without a matching episode. */
  unplacedNumbers: number[];
}

/**
 * Maps the files of a folder to episodes. Files with the same season and part are decided together: their numbers count
 * within the season or across all seasons, whichever fits more of them. Without a season, they count across all.
 * Without catalog data, names are taken literally. Specials are separate.
 */
export function placeFolder<T extends NumberedFile>({
  folderName,
  files,
  seasons,
  byHand = null,
}: {
  folderName: string;
  files: readonly T[];
  seasons: readonly KnownSeason[] | null;
  byHand?: SeasonByHand | null;
}): PlacedFile<T>[] {
  const layouts = (seasons ?? []).map(layoutOf).sort((a, b) => a.seasonNumber - b.seasonNumber);
  const groups = new Map<string, { target: Target; numbers: Set<number> }>();
  const sorted = files.map((file) => {
    const target = targetOf(file, { folderName, layouts, byHand });
    const key = `${target.seasonNumber}/${target.part}`;
    const group = groups.get(key) ?? { target, numbers: new Set() };
    groups.set(key, group);
    const numbers = (file.number?.episodeNumbers ?? []).map((number) => number + target.offset);
    for (const number of numbers) group.numbers.add(number);
    return { file, key, numbers, offset: target.offset };
  });
  const places = new Map(
    [...groups].map(([key, { target, numbers }]) => [key, placeNumbers([...numbers], target, layouts)]),
  );
  return sorted.map(({ file, key, numbers, offset }) => {
    const found = numbers.map((number) => ({ number, place: places.get(key)?.get(number) }));
    return {
      file,
      places: found.flatMap(({ place }) => place ?? []),
      unplacedNumbers: found.filter(({ place }) => !place).map(({ number }) => number - offset),
    };
  });
}

/** What a group of files states about its numbers. */
interface Target {
  seasonNumber: number | null;
  part: number | null;
  offset: number;
  isByHand: boolean;
}

function targetOf(
  { fileName, number }: NumberedFile,
  { folderName, layouts, byHand }: { folderName: string; layouts: SeasonLayout[]; byHand: SeasonByHand | null },
): Target {
  const named = number?.seasonNumber ?? null;
  // Specials aren't affected by the user's setting for a regular season.
  if (byHand && (named !== 0 || byHand.seasonNumber === 0)) {
    const { seasonNumber, offset } = byHand;
    return { seasonNumber: seasonNumber ?? named, part: null, offset, isByHand: seasonNumber !== null };
  }
  const { part, isFinalSeason } = readSeasonHint(folderName, fileName);
  const last = isFinalSeason ? layouts.at(-1)?.seasonNumber : undefined;
  return { seasonNumber: named ?? (last || null), part, offset: 0, isByHand: false };
}

/** An interpretation of a number. */
type Reading = (number: number) => EpisodePlace | undefined;

/** Applies the interpretation that fits most numbers; the rest may use others, if the episode is still free. */
function placeNumbers(numbers: number[], target: Target, layouts: SeasonLayout[]): Map<number, EpisodePlace> {
  const fits = readingsOf(target, layouts)
    .map((read) => new Map(numbers.flatMap((number) => pairOf(number, read(number)))))
    .sort((a, b) => b.size - a.size);
  const places = new Map<number, EpisodePlace>();
  for (const fit of fits) {
    const taken = new Set(
      [...places.values()].map(({ seasonNumber, episodeNumber }) => `${seasonNumber}x${episodeNumber}`),
    );
    for (const [number, place] of fit) {
      if (!places.has(number) && !taken.has(`${place.seasonNumber}x${place.episodeNumber}`)) places.set(number, place);
    }
  }
  return places;
}

const pairOf = (number: number, place: EpisodePlace | undefined): [number, EpisodePlace][] =>
  place ? [[number, place]] : [];

/** Most likely first. */
function readingsOf({ seasonNumber, part, isByHand }: Target, layouts: SeasonLayout[]): Reading[] {
  const isLaterPart = part !== null && part > 1;
  const regular = layouts.filter((layout) => layout.seasonNumber > 0);
  const layout = layouts.find((one) => one.seasonNumber === seasonNumber);
  if (layouts.length === 0 || (isByHand && !layout)) return isLaterPart ? [] : [asNamed(seasonNumber ?? 1)];
  if (seasonNumber === null) return isLaterPart ? partOfSeries(part, regular) : [acrossSeasons(regular)];
  if (!layout) return [];
  if (isByHand || seasonNumber === 0) return [within(layout)];

  const [own, ...restarted] = isLaterPart ? partOfSeason(part, layout) : [within(layout), counted(layout)];
  const earlier = regular.filter((one) => one.seasonNumber < seasonNumber);
  const before = sizeOf(earlier);
  // Continuous numbers need all earlier seasons.
  const isRunning = before > 0 && earlier.length === seasonNumber - 1;
  const running: Reading = (number) => own?.(number - before + layout.firstNumber - 1);
  // Some number a long series as one first season.
  const across = seasonNumber === 1 && !isLaterPart ? [acrossSeasons(regular)] : [];
  return [...restarted, ...(own ? [own] : []), ...(isRunning ? [running] : []), ...across];
}

/**
 * By the season's own numbers, then restarted at 1. Without air dates the parts are unknown, so only later numbers
 * match.
 */
function partOfSeason(part: number, layout: SeasonLayout): Reading[] {
  const range = layout.parts[part - 1];
  if (range) return [within({ ...layout, ...range }), counted({ ...layout, ...range })];
  const earliest = layout.firstNumber + Math.floor((layout.size * (part - 1)) / part);
  return [(number) => (number > earliest ? within(layout)(number) : undefined)];
}

/** `Part 2` of a series is the second half of its first season, else its second season. */
function partOfSeries(part: number, [first, second]: SeasonLayout[]): Reading[] {
  if (first && first.parts.length >= part) return partOfSeason(part, first).toReversed();
  return second && part === 2 ? [within(second)] : [];
}

const asNamed =
  (seasonNumber: number): Reading =>
  (episodeNumber) => ({ seasonNumber, episodeNumber });

/** The episode's own number. */
const within =
  ({ seasonNumber, firstNumber, size }: SeasonLayout): Reading =>
  (number) =>
    number >= firstNumber && number < firstNumber + size ? { seasonNumber, episodeNumber: number } : undefined;

/** The number counts from the season's start, or from `behind` episodes earlier. */
const counted =
  ({ seasonNumber, firstNumber, size }: SeasonLayout, { behind }: { behind: number } = { behind: 0 }): Reading =>
  (number) =>
    number > behind && number <= behind + size
      ? { seasonNumber, episodeNumber: firstNumber + number - behind - 1 }
      : undefined;

/** Within the first season if it fits, then in a season with continuous numbers, else across all seasons. */
const acrossSeasons =
  (regular: SeasonLayout[]): Reading =>
  (number) => {
    const [first, ...others] = regular;
    if (!first) return undefined;
    const own =
      within(first)(number) ??
      others
        .filter(numbersOn)
        .map((layout) => within(layout)(number))
        .find(Boolean);
    if (own || others.some(numbersOn)) return own;
    const places = regular.map((layout, index) => counted(layout, { behind: sizeOf(regular.slice(0, index)) })(number));
    return places.find((place) => place !== undefined);
  };

/** Whether numbers continue from the previous season. */
const numbersOn = ({ firstNumber }: SeasonLayout): boolean => firstNumber > 1;

const sizeOf = (layouts: SeasonLayout[]): number => layouts.reduce((sum, { size }) => sum + size, 0);
