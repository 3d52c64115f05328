import { isBetterSource, isImported, isRewatch, placeText, type Viewing } from './viewing-rules.ts';

const SAME_VIEWING_SECONDS = 24 * 60 * 60;

/**
 * Merges viewings of one series reported by several sources. A file shows that an episode was watched, but not when: it
 * merges with the nearest other viewing of the episode at any distance, keeping the file's timestamp; if the file has a
 * stated date, only within 24 hours. Viewings from two other sources merge within 24 hours; further apart, they are
 * rewatches. Two files never merge, nor two plays from one source, nor explicit rewatches.
 */
export function joinEpisodes(files: readonly Viewing[], reported: readonly Viewing[]): Viewing[] {
  const rewatches = reported.filter(isRewatch);
  const left = Map.groupBy(mergeSources(reported.filter((one) => !isRewatch(one))), ({ places: [place] }) =>
    place ? placeText(place) : '',
  );
  const joined = inOrder(files).map((file) => {
    const twins = file.places.flatMap((place) => takeMatch(left.get(placeText(place)), nearestTo(file)) ?? []);
    return withTwins(file, twins);
  });
  return [...joined, ...[...left.values()].flat(), ...rewatches];
}

/** The same for one film, but a file that states no date merges with a viewing on the day it was recorded. */
export function joinFilms(
  files: readonly Viewing[],
  reported: readonly Viewing[],
  dayOf: (epochSeconds: number) => string,
): Viewing[] {
  const rewatches = reported.filter(isRewatch);
  const left = mergeSources(reported.filter((one) => !isRewatch(one)));
  const joined = inOrder(files).map((file) => {
    const isSameDay = (other: Viewing) =>
      other.statedAt !== null && file.at !== null && dayOf(other.statedAt) === dayOf(file.at);
    const isOnItsOwnDay = file.statedAt === null && file.at !== null;
    const twin = takeMatch(left, isOnItsOwnDay ? (candidates) => candidates.find(isSameDay) : nearestTo(file));
    return withTwins(file, twin ? [twin] : []);
  });
  return [...joined, ...left, ...rewatches];
}

/** What a user or player reported takes precedence over imports. */
function mergeSources(reported: readonly Viewing[]): Viewing[] {
  const sources = new Set(reported.map(({ references: [{ source }] }) => source));
  if (sources.size < 2) return inOrder(reported);
  const merged: Viewing[] = [];
  for (const viewing of inOrder(reported).sort((a, b) => Number(isImported(a)) - Number(isImported(b)))) {
    const [{ source }] = viewing.references;
    const isOther = (one: Viewing) =>
      one.references.every((reference) => reference.source !== source) &&
      one.places.map(placeText).join() === viewing.places.map(placeText).join() &&
      distance(one, viewing.statedAt) < SAME_VIEWING_SECONDS;
    const twin = nearest(merged.filter(isOther), viewing.statedAt);
    if (twin) merged[merged.indexOf(twin)] = withTwins(twin, [viewing]);
    else merged.push(viewing);
  }
  return merged;
}

const nearestTo = (file: Viewing) => (candidates: readonly Viewing[]) =>
  nearest(
    file.statedAt === null
      ? candidates
      : candidates.filter((one) => distance(one, file.statedAt) < SAME_VIEWING_SECONDS),
    file.at,
  );

/** Unknown dates are equally near. */
function nearest(candidates: readonly Viewing[], at: number | null): Viewing | undefined {
  let found: Viewing | undefined;
  for (const one of candidates) if (!found || distance(one, at) < distance(found, at)) found = one;
  return found;
}

const distance = ({ statedAt }: Viewing, at: number | null): number =>
  statedAt === null || at === null ? Infinity : Math.abs(statedAt - at);

/** Adds the better length, the language and the references of the merged viewings. */
function withTwins(viewing: Viewing, twins: readonly Viewing[]): Viewing {
  const [first] = twins;
  if (!first) return viewing;
  const isWhole = twins.length >= viewing.places.length;
  const isBetter = isWhole && twins.every(({ secondsSource: source }) => isBetterSource(source, viewing.secondsSource));
  return {
    ...viewing,
    ...(isBetter && {
      seconds: twins.reduce((sum, { seconds }) => sum + seconds, 0),
      secondsSource: first.secondsSource,
    }),
    ...(viewing.language === null && { language: first.language, languageSource: first.languageSource }),
    // If a file's date is unknown, another source may have it.
    at: viewing.statedAt === null ? (viewing.at ?? first.at) : viewing.at,
    statedAt: viewing.statedAt ?? first.statedAt,
    references: [viewing.references[0], ...viewing.references.slice(1), ...twins.flatMap((twin) => twin.references)],
  };
}

function takeMatch(
  from: Viewing[] | undefined,
  choose: (candidates: readonly Viewing[]) => Viewing | undefined,
): Viewing | undefined {
  const chosen = from && choose(from);
  if (chosen) from.splice(from.indexOf(chosen), 1);
  return chosen;
}

const inOrder = (viewings: readonly Viewing[]): Viewing[] =>
  viewings.toSorted((a, b) => (a.statedAt ?? a.at ?? Infinity) - (b.statedAt ?? b.at ?? Infinity) || 0);
