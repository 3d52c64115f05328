import type { Entry } from './entry-rules.ts';
import type { ImportedSession, TitleFact } from './ports.ts';
import { playsOf, tickedOff } from './play-rules.ts';
import type { Episode, Movie, SpotifyEpisodeWatch, WatchRecord, YouTubeVideoWatch } from './record-rules.ts';
import {
  FALLBACK_EPISODE_SECONDS,
  placeText,
  REWATCH_SOURCE,
  type SecondsSource,
  type Viewing,
  type ViewingCollection,
  type ViewingPlace,
  type Work,
  MEDIUM,
} from './viewing-rules.ts';

/** Attributes that extend the contract's items. */
export interface ItemFacts {
  batchId: string | null;
  /** Null if not stated. */
  durationSource: SecondsSource | null;
  /** A length that the contract has no attribute for. */
  durationSeconds: number | null;
  language: string | null;
  languageSource: 'person' | 'file' | null;
  isBackground: boolean;
  /** `timestamp` is when the user says it was watched, not when it was recorded. */
  isDated: boolean;
  /** The time of viewing is unknown: `timestamp` is when it was recorded. */
  isUndated: boolean;
}

interface Belonging {
  collection: ViewingCollection | null;
  work: Work | null;
}

const NO_PLACES: readonly ViewingPlace[] = [];

/**
 * A file of a show folder, without its episodes, which depend on the other files. A single object literal for speed:
 * progress creates 100,000 of them.
 */
export const viewingOfEpisode = (
  { folderName, fileName, watchedAt }: Episode,
  facts: ItemFacts,
  usual: Belonging & Pick<Viewing, 'seconds' | 'secondsSource'>,
): Viewing => ({
  at: facts.isUndated ? null : watchedAt,
  statedAt: facts.isDated ? watchedAt : null,
  shownDay: null,
  seconds: facts.durationSeconds ?? usual.seconds,
  secondsSource: facts.durationSource ?? usual.secondsSource,
  medium: 'episode',
  activity: 'watching',
  attention: facts.isBackground ? 'background' : 'focused',
  language: facts.language,
  languageSource: facts.languageSource,
  title: fileName,
  collection: usual.collection,
  work: usual.work,
  film: null,
  places: NO_PLACES,
  references: [{ source: 'file', ref: `shows/${folderName}/${fileName}` }],
  batchId: facts.batchId,
});

/** An unmatched film gets its title from the file name. */
export function viewingOfMovie(
  movie: Movie,
  facts: ItemFacts,
  { work, nameOf }: { work: Work | null; nameOf: (fileName: string) => string },
): Viewing {
  const isMatched = movie.tvdbId !== null || movie.tmdbId !== null;
  const name = movie.name ?? (isMatched ? null : nameOf(movie.fileName));
  return viewingOfItem(movie.watchedAt, facts, {
    medium: 'film',
    title: name ?? movie.fileName,
    collection: null,
    work,
    film: { name, image: movie.image },
    source: 'file',
    ref: `movies/${movie.fileName}`,
    places: NO_PLACES,
    ...ofProvider(movie),
  });
}

/** A video or a podcast episode. */
export function viewingOfLink(
  link: YouTubeVideoWatch | SpotifyEpisodeWatch,
  facts: ItemFacts,
  collection: ViewingCollection | null,
): Viewing {
  const isVideo = link.type === 'youtube_video';
  const ref = isVideo ? link.videoId : link.episodeId;
  return viewingOfItem(link.watchedAt, facts, {
    medium: isVideo ? 'video' : 'podcast',
    title: link.title || ref,
    collection,
    work: null,
    film: null,
    source: isVideo ? 'youtube' : 'spotify',
    ref,
    places: NO_PLACES,
    ...ofProvider(link),
  });
}

const ofProvider = ({ durationSeconds }: Exclude<WatchRecord, Episode>) => ({
  seconds: durationSeconds,
  secondsSource: durationSeconds > 0 ? ('episode' as const) : ('guess' as const),
});

const viewingOfItem = (
  at: number,
  facts: ItemFacts,
  {
    medium,
    title,
    collection,
    work,
    film,
    source,
    ref,
    places,
    seconds,
    secondsSource,
  }: Pick<Viewing, 'medium' | 'title' | 'collection' | 'work' | 'film' | 'places' | 'seconds' | 'secondsSource'> & {
    source: string;
    ref: string;
  },
): Viewing => ({
  at: facts.isUndated ? null : at,
  statedAt: facts.isDated ? at : null,
  shownDay: null,
  seconds: facts.durationSeconds ?? seconds,
  secondsSource: facts.durationSource ?? secondsSource,
  medium,
  activity: MEDIUM[medium].activity,
  attention: facts.isBackground ? 'background' : 'focused',
  language: facts.language,
  languageSource: facts.languageSource,
  title,
  collection,
  work,
  film,
  places,
  references: [{ source, ref }],
  batchId: facts.batchId,
});

export const viewingOfEntry = (entry: Entry, { collection, work }: Belonging): Viewing => ({
  at: entry.at,
  statedAt: entry.at,
  shownDay: null,
  seconds: entry.seconds,
  secondsSource: entry.secondsSource,
  medium: entry.medium,
  activity: entry.activity,
  attention: entry.attention,
  language: entry.language,
  // A rewatch copies the values of its file or link, and rules override those.
  languageSource: entry.language === null ? null : entry.source === REWATCH_SOURCE ? 'file' : 'person',
  title: entry.title,
  collection,
  work,
  film: null,
  places: entry.places,
  references: [{ source: entry.source, ref: entry.ref }],
  batchId: entry.batchId,
});

interface ImportedPlay {
  session: ImportedSession;
  at: number | null;
  seconds: number;
  ids: readonly string[];
}

/** The plays imported for one film or series. Those marked in bulk have no date. */
export function viewingsOfImports(
  sessions: readonly ImportedSession[],
  {
    collection,
    work,
    title,
    dayOf,
    isRemoved,
  }: Belonging & {
    title: TitleFact | undefined;
    dayOf: (epochSeconds: number) => string;
    isRemoved: (source: string, ref: string) => boolean;
  },
): Viewing[] {
  const isSeries = work?.kind === 'series';
  const lengthOf = ({ durationSeconds }: ImportedSession): Pick<Viewing, 'seconds' | 'secondsSource'> => {
    const usual = title?.durationSeconds ?? null;
    const seconds = isSeries ? durationSeconds || usual : (durationSeconds ?? usual);
    if (!seconds) return { seconds: isSeries ? FALLBACK_EPISODE_SECONDS : 0, secondsSource: 'guess' };
    return { seconds, secondsSource: isSeries && seconds === usual ? 'average' : 'episode' };
  };
  const plays = [...Map.groupBy(sessions, ({ place }) => (place ? placeText(place) : '')).values()].flatMap((same) =>
    playsOfSessions(same, (session) => lengthOf(session).seconds),
  );
  const counted = plays.filter(({ session: { source }, ids }) => !ids.some((id) => isRemoved(source, id)));
  const isTicked = isSeries
    ? tickedOff(
        counted.filter(({ session }) => !session.isTrusted),
        dayOf,
      )
    : new Set();
  return counted.map((play) => {
    const { session, at, ids } = play;
    const [id = '', ...others] = ids;
    return {
      at: isTicked.has(play) ? null : at,
      statedAt: at,
      shownDay: session.shownDay,
      ...lengthOf(session),
      medium: isSeries ? 'episode' : 'film',
      activity: 'watching',
      attention: 'focused',
      language: null,
      languageSource: null,
      title: (isSeries ? session.name : title?.name) ?? '',
      collection,
      work,
      film: isSeries ? null : { name: title?.name ?? null, image: title?.image ?? null },
      places: session.place ? [session.place] : NO_PLACES,
      references: [
        { source: session.source, ref: id },
        ...others.map((other) => ({ source: session.source, ref: other })),
      ],
      batchId: session.batchIds?.has(id) ? (session.batchIds.get(id) ?? null) : session.batchId,
    };
  });
}

/** Events with an instant are grouped into plays; for the rest, the session's play count is used. */
function playsOfSessions(
  sessions: readonly ImportedSession[],
  secondsOf: (session: ImportedSession) => number,
): ImportedPlay[] {
  const [first] = sessions;
  if (!first) return [];
  const events = sessions.flatMap((session) =>
    session.events.flatMap(({ id, at }) => (at === null ? [] : { id, at, session })),
  );
  const plays: ImportedPlay[] = playsOf(events, secondsOf(first)).map(({ at, events: same }) => {
    const session = same[0]?.session ?? first;
    return { session, at, seconds: secondsOf(session), ids: same.map(({ id }) => id) };
  });
  for (const session of sessions) {
    const [known, bare] = [
      session.events.filter(({ at }) => at !== null),
      session.events.filter(({ at }) => at === null),
    ];
    const distinct = new Set(known.map(({ at }) => at)).size;
    for (let index = 0; index < session.plays - distinct; index += 1) {
      const id = bare[index]?.id ?? nameOf(session, index);
      plays.push({ session, at: session.watchedAt, seconds: secondsOf(session), ids: [id] });
    }
  }
  return plays;
}

/** An id for a play without an event: its title and day. */
const nameOf = ({ tmdbId, place, day }: ImportedSession, index: number): string =>
  `${place ? `tv/${tmdbId}/${placeText(place)}` : `movie/${tmdbId}`}/${day ?? 'unknown'}/${index}`;
