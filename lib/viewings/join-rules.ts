import { isBetterSource, placeText, type Viewing } from './viewing-rules.ts';

const SAME_VIEWING_SECONDS = 24 * 60 * 60;

/**
 * The viewings of one series whose episodes several sources tell of. A file tells that an episode was watched, not when:
 * the nearest other telling of its place is the same viewing, at any distance, and the file's timestamp stands; where the
 * file states a date itself, only within 24 hours. So are tellings of two other sources one within 24 hours; what is
 * further apart is a rewatch. Files are never merged with one another, nor are two plays of one source.
 */
export function joinEpisodes(files: readonly Viewing[], told: readonly Viewing[]): Viewing[] {
  const left = Map.groupBy(mergeSources(told), ({ places: [place] }) => (place ? placeText(place) : ''));
  const joined = inOrder(files).map((file) => {
    const twins = file.places.flatMap((place) => take(left.get(placeText(place)), nearestTo(file)) ?? []);
    return withTwins(file, twins);
  });
  return [...joined, ...[...left.values()].flat()];
}

/** The same for one film: a file is the telling of its own day. */
export function joinFilms(
  files: readonly Viewing[],
  told: readonly Viewing[],
  dayOf: (epochSeconds: number) => string,
): Viewing[] {
  const left = mergeSources(told);
  const joined = inOrder(files).map((file) => {
    const isSameDay = (other: Viewing) =>
      other.statedAt !== null && file.at !== null && dayOf(other.statedAt) === dayOf(file.at);
    const twin = take(left, (candidates) => candidates.find(isSameDay));
    return withTwins(file, twin ? [twin] : []);
  });
  return [...joined, ...left];
}

/** What a person or player told stands before what an import told of the same viewing. */
function mergeSources(told: readonly Viewing[]): Viewing[] {
  const sources = new Set(told.map(({ references: [{ source }] }) => source));
  if (sources.size < 2) return inOrder(told);
  const rank = ({ references: [{ source }] }: Viewing) => (source === 'trakt' || source === 'manual' ? 1 : 0);
  const merged: Viewing[] = [];
  for (const viewing of inOrder(told).sort((a, b) => rank(a) - rank(b))) {
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

/** Where no date is known, any is as near. */
function nearest(candidates: readonly Viewing[], at: number | null): Viewing | undefined {
  let found: Viewing | undefined;
  for (const one of candidates) if (!found || distance(one, at) < distance(found, at)) found = one;
  return found;
}

const distance = ({ statedAt }: Viewing, at: number | null): number =>
  statedAt === null || at === null ? Infinity : Math.abs(statedAt - at);

/** The viewing with what its twins know better: a length, a language, and that they told of it too. */
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
    statedAt: viewing.statedAt ?? first.statedAt,
    references: [viewing.references[0], ...viewing.references.slice(1), ...twins.flatMap((twin) => twin.references)],
  };
}

function take(
  from: Viewing[] | undefined,
  choose: (candidates: readonly Viewing[]) => Viewing | undefined,
): Viewing | undefined {
  const chosen = from && choose(from);
  if (chosen) from.splice(from.indexOf(chosen), 1);
  return chosen;
}

const inOrder = (viewings: readonly Viewing[]): Viewing[] =>
  viewings.toSorted((a, b) => (a.statedAt ?? a.at ?? Infinity) - (b.statedAt ?? b.at ?? Infinity) || 0);
