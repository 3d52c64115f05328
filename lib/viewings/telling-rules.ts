import type { Entry } from './entry-rules.ts';
import type { ImportedSession, TitleFact } from './ports.ts';
import { playsOf, tickedOff } from './play-rules.ts';
import type { Episode, Movie, SpotifyEpisodeWatch, WatchRecord, YouTubeVideoWatch } from './record-rules.ts';
import {
  FALLBACK_EPISODE_SECONDS,
  placeText,
  type SecondsSource,
  type Viewing,
  type ViewingCollection,
  type ViewingPlace,
  type Work,
  MEDIUM,
} from './viewing-rules.ts';

/** What an item of the contract may say beside it. */
export interface ItemFacts {
  batchId: string | null;
  /** Null where the item does not say where its length comes from. */
  durationSource: SecondsSource | null;
  /** A length that the contract has no place for. */
  durationSeconds: number | null;
  language: string | null;
  languageSource: 'person' | 'file' | null;
  isBackground: boolean;
  /** Its timestamp is not the time of recording: the person said when it was watched. */
  isDated: boolean;
}

/** Where a viewing belongs, as a reading of all kinds knows it. */
interface Belonging {
  collection: ViewingCollection | null;
  work: Work | null;
}

const NO_PLACES: readonly ViewingPlace[] = [];

/** A file of a show folder, of such a length as a rule; its place hangs on the other files. In one literal: progress has 100,000 of them made. */
export const toldByEpisode = (
  { folderName, fileName, watchedAt }: Episode,
  facts: ItemFacts,
  usual: Belonging & Pick<Viewing, 'seconds' | 'secondsSource'>,
): Viewing => ({
  at: watchedAt,
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

/** A film that nobody matched is called by its file's name, as that reads without what tells of the file. */
export function toldByMovie(
  movie: Movie,
  facts: ItemFacts,
  { work, nameOf }: { work: Work | null; nameOf: (fileName: string) => string },
): Viewing {
  const isMatched = movie.tvdbId !== null || movie.tmdbId !== null;
  const name = movie.name ?? (isMatched ? null : nameOf(movie.fileName));
  return toldByItem(movie.watchedAt, facts, {
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

export const toldByVideo = (
  video: YouTubeVideoWatch,
  facts: ItemFacts,
  collection: ViewingCollection | null,
): Viewing =>
  toldByItem(video.watchedAt, facts, {
    medium: 'video',
    title: video.title || video.videoId,
    collection,
    work: null,
    film: null,
    source: 'youtube',
    ref: video.videoId,
    places: NO_PLACES,
    ...ofProvider(video),
  });

export const toldByPodcast = (
  episode: SpotifyEpisodeWatch,
  facts: ItemFacts,
  collection: ViewingCollection | null,
): Viewing =>
  toldByItem(episode.watchedAt, facts, {
    medium: 'podcast',
    title: episode.title || episode.episodeId,
    collection,
    work: null,
    film: null,
    source: 'spotify',
    ref: episode.episodeId,
    places: NO_PLACES,
    ...ofProvider(episode),
  });

const ofProvider = ({ durationSeconds }: Exclude<WatchRecord, Episode>) => ({
  seconds: durationSeconds,
  secondsSource: durationSeconds > 0 ? ('episode' as const) : ('guess' as const),
});

const toldByItem = (
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
  at,
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

export const toldByEntry = (entry: Entry, { collection, work }: Belonging): Viewing => ({
  at: entry.at,
  statedAt: entry.at,
  shownDay: null,
  seconds: entry.seconds,
  secondsSource: entry.secondsSource,
  medium: entry.medium,
  activity: entry.activity,
  attention: entry.attention,
  language: entry.language,
  languageSource: entry.language === null ? null : 'person',
  title: entry.title,
  collection,
  work,
  film: null,
  places: entry.places,
  references: [{ source: entry.source, ref: entry.ref }],
  batchId: entry.batchId,
});

/** One play of one film or episode. */
interface ImportedPlay {
  session: ImportedSession;
  at: number | null;
  seconds: number;
  ids: readonly string[];
}

/** The plays that imports told of one film or series. What was ticked off has no date. */
export function toldByImports(
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

/** Events of which the instant is known are told apart by it; of the others the session says how many plays they are. */
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

/** A play that no event names: by what it is and its day, as the session is stored. */
const nameOf = ({ tmdbId, place, day }: ImportedSession, index: number): string =>
  `${place ? `tv/${tmdbId}/${placeText(place)}` : `movie/${tmdbId}`}/${day ?? 'unknown'}/${index}`;
