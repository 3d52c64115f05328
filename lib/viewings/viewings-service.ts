import { createDays, type Days } from './day-rules.ts';
import { ENTRY_PREFIX, entryOf } from './entry-items.ts';
import type { Entry } from './entry-rules.ts';
import { readFacts, type ViewingFacts } from './facts-service.ts';
import { joinEpisodes, joinFilms } from './join-rules.ts';
import type { ImportedSession, ReadPlaces, ShowFacts, TitleFacts } from './ports.ts';
import { episodePrefixes, partitionOf, recordOf, SORT_KEY_PREFIXES } from './record-items.ts';
import type { WatchRecord } from './record-rules.ts';
import type { Settings } from './settings-service.ts';
import { toldByEntry, toldByEpisode, toldByImports, toldByMovie, toldByPodcast, toldByVideo } from './telling-rules.ts';
import { itemFactsOf } from './told-items.ts';
import {
  FALLBACK_EPISODE_SECONDS,
  type SecondsSource,
  type Viewing,
  type ViewingCollection,
  type Work,
} from './viewing-rules.ts';
import type { Item, Store } from '../core/store/store.ts';

/** What of a person's viewings is wanted; all of them when left out. */
export interface ViewingRange {
  /** Epoch seconds, both included. With either, what has no date is left out. */
  since?: number;
  until?: number;
  /** Only the episodes of these series. */
  series?: readonly { tmdbId: number; tvdbId: number | null }[];
  /** Only the viewings of this film. */
  film?: number;
  /** Reads the places in all names of files. Else only where something besides files tells of the series. */
  withPlaces?: boolean;
}

/** The one reader of what people watched. */
export interface Viewings {
  /**
   * Yields a person's viewings: links and films, then episodes. What several sources tell of is one viewing, edits and
   * rules are laid over, and what the person removed or excluded is left out.
   */
  viewingsOf(user: string, range?: ViewingRange): AsyncGenerator<Viewing, void, undefined>;
  /** How the person's days run. */
  daysOf(user: string): Promise<Days>;
}

/** A show folder in one reading. */
interface Folder {
  collection: ViewingCollection;
  work: Work;
  seconds: number;
  secondsSource: SecondsSource;
  /** Null where nobody needs to know its places. */
  readPlaces: ReadPlaces | null;
  /** Whether its files are joined with what else was told of the series. */
  isTold: boolean;
}

/** What a reading goes by. */
interface Reading {
  user: string;
  range: ViewingRange;
  facts: ViewingFacts;
  /** What imports and entries told, by what it is of. */
  told: ReadonlyMap<Work, Viewing[]>;
}

const NO_PLACES: Viewing['places'] = [];

export function createViewings({
  store,
  titles,
  shows,
  settings,
}: {
  store: Pick<Store, 'query'>;
  titles: TitleFacts;
  shows: ShowFacts;
  settings: Settings;
}): Viewings {
  const itemsOf = (user: string, prefix: string): AsyncIterable<Item> =>
    store.query(partitionOf(user), { prefix, consistent: true });

  async function readTold(user: string, range: ViewingRange, facts: ViewingFacts) {
    const told = new Map<Work, Viewing[]>();
    const loose: Viewing[] = [];
    const sessions = new Map<Work, ImportedSession[]>();
    for (const work of wantedSessions(range)) {
      for await (const session of titles.sessions(user, work)) {
        append(sessions, facts.works.ofTmdb(session.place ? 'series' : 'film', session.tmdbId), session);
      }
    }
    for (const [work, list] of sessions) {
      const { dayOf } = facts.days;
      const { isRemoved } = facts.overlay;
      const collection = work.kind === 'series' ? facts.collectionOf('show', `tmdb:${work.tmdbId}`) : null;
      told.set(work, toldByImports(list, { collection, work, title: facts.works.title(work), dayOf, isRemoved }));
    }
    for await (const item of itemsOf(user, ENTRY_PREFIX)) {
      const entry = entryOf(item);
      const viewing = toldByEntry(entry, belongingOf(entry, facts));
      const isJoined = viewing.work !== null && (viewing.places.length > 0 || viewing.medium === 'film');
      if (isJoined && viewing.work) append(told, viewing.work, viewing);
      else loose.push(viewing);
    }
    return { told, loose };
  }

  /** Videos and podcasts, which nothing is joined with. */
  async function* linksOf({ user, facts }: Reading): AsyncGenerator<Viewing> {
    for await (const item of itemsOf(user, SORT_KEY_PREFIXES.youtube_video)) {
      const video = watchOf('youtube_video', item);
      yield toldByVideo(video, itemFactsOf(item), facts.collectionOf('channel', video.channelId));
    }
    for await (const item of itemsOf(user, SORT_KEY_PREFIXES.spotify_episode)) {
      const episode = watchOf('spotify_episode', item);
      yield toldByPodcast(episode, itemFactsOf(item), facts.collectionOf('podcast', episode.showId));
    }
  }

  async function* filmsOf({ user, range, facts, told }: Reading): AsyncGenerator<Viewing> {
    const files = new Map<Work, Viewing[]>();
    const isWanted = (work: Work | null) => range.film === undefined || work?.tmdbId === range.film;
    for await (const item of itemsOf(user, SORT_KEY_PREFIXES.movie)) {
      const movie = watchOf('movie', item);
      const work = movie.tmdbId === null ? null : facts.works.ofTmdb('film', movie.tmdbId);
      if (!isWanted(work)) continue;
      const viewing = toldByMovie(movie, itemFactsOf(item), work);
      if (work && told.has(work)) append(files, work, viewing);
      else yield viewing;
    }
    for (const [work, viewings] of told) {
      if (work.kind === 'film' && isWanted(work)) {
        yield* joinFilms(files.get(work) ?? [], viewings, facts.days.dayOf);
      }
    }
  }

  async function* episodesOf(reading: Reading): AsyncGenerator<Viewing> {
    const { range, facts, told } = reading;
    const folders = new Map<string, Folder>();
    const files = new Map<Work, Viewing[]>();
    const wanted = range.series && new Set(range.series.map(({ tmdbId }) => facts.works.ofTmdb('series', tmdbId)));
    for await (const item of episodeItems(reading, wanted)) {
      const episode = watchOf('episode', item);
      let folder = folders.get(episode.folderName);
      if (!folder) folders.set(episode.folderName, (folder = await folderOf(episode.folderName, reading)));
      const { collection, work, seconds, secondsSource, readPlaces, isTold } = folder;
      const places = readPlaces ? readPlaces(episode.folderName, episode.fileName) : NO_PLACES;
      const viewing = toldByEpisode(episode, itemFactsOf(item), { collection, work, seconds, secondsSource, places });
      if (isTold) append(files, work, viewing);
      else yield viewing;
    }
    for (const [work, viewings] of told) {
      if (work.kind === 'series' && (!wanted || wanted.has(work))) {
        yield* joinEpisodes(files.get(work) ?? [], viewings);
      }
    }
  }

  /** All files, or those of the folders that are one of the wanted series. */
  async function* episodeItems({ user, facts }: Reading, wanted: ReadonlySet<Work> | undefined): AsyncGenerator<Item> {
    if (!wanted) return yield* itemsOf(user, SORT_KEY_PREFIXES.episode);
    for (const folderName of facts.folders.keys()) {
      if (!wanted.has(facts.works.ofFolder(folderName))) continue;
      for (const prefix of episodePrefixes(folderName)) yield* itemsOf(user, prefix);
    }
  }

  async function folderOf(folderName: string, { range, facts, told }: Reading): Promise<Folder> {
    const work = facts.works.ofFolder(folderName);
    const runtime = facts.folders.get(folderName)?.averageRuntimeSeconds;
    const isTold = told.has(work);
    return {
      collection: facts.collectionOf('show', folderName),
      work,
      seconds: runtime || FALLBACK_EPISODE_SECONDS,
      secondsSource: runtime ? 'average' : 'guess',
      readPlaces: isTold || range.withPlaces ? await shows.places(work.tmdbId) : null,
      isTold,
    };
  }

  return {
    daysOf: async (user) => createDays(await settings.of(user)),

    async *viewingsOf(user, range = {}) {
      const facts = await readFacts(user, { store, titles, shows, settings, series: range.series ?? [] });
      const { told, loose } = await readTold(user, range, facts);
      const reading: Reading = { user, range, facts, told };
      const isAll = range.series === undefined && range.film === undefined;
      const kinds = [
        ...(isAll ? [loose, linksOf(reading)] : []),
        ...(range.series ? [] : [filmsOf(reading)]),
        ...(range.film === undefined ? [episodesOf(reading)] : []),
      ];
      for (const kind of kinds) {
        for await (const viewing of kind) {
          const counted = facts.overlay.of(viewing);
          if (counted && isWithin(counted, range)) yield counted;
        }
      }
    },
  };
}

const watchOf = <Type extends WatchRecord['type']>(type: Type, item: Item) =>
  recordOf(type, item) as Extract<WatchRecord, { type: Type }>;

/** Which sessions a range needs: undefined stands for all. */
function wantedSessions({ series, film }: ViewingRange): ({ kind: Work['kind']; tmdbId: number } | undefined)[] {
  if (series) return series.map(({ tmdbId }) => ({ kind: 'series', tmdbId }));
  return [film === undefined ? undefined : { kind: 'film', tmdbId: film }];
}

/** A show is named by its folder, or as `tmdb:<id>`. */
function belongingOf(
  { medium, collection, tmdbId }: Entry,
  { works, collectionOf }: ViewingFacts,
): { collection: ViewingCollection | null; work: Work | null } {
  if (!collection)
    return { collection, work: medium === 'film' && tmdbId !== null ? works.ofTmdb('film', tmdbId) : null };
  const { kind, id, name } = collection;
  const work = kind === 'show' ? works.named(id) : null;
  return { collection: collectionOf(kind, id, name), work };
}

const isWithin = ({ at }: Viewing, { since, until }: ViewingRange): boolean =>
  (since === undefined && until === undefined) ||
  (at !== null && at >= (since ?? -Infinity) && at <= (until ?? Infinity));

function append<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
