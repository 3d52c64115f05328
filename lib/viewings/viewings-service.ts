import { createDays, type Days } from './day-rules.ts';
import { ENTRY_PREFIX, entryOf } from './entry-items.ts';
import type { Entry } from './entry-rules.ts';
import { readFacts, type ViewingFacts } from './facts-service.ts';
import { joinEpisodes, joinFilms } from './join-rules.ts';
import type { FolderFiles, ImportedSession, ReadPlaces, ShowFacts, TitleFacts } from './ports.ts';
import { episodePrefixes, partitionOf, recordOf, SORT_KEY_PREFIXES } from './record-items.ts';
import type { WatchRecord } from './record-rules.ts';
import type { Settings } from './settings-service.ts';
import {
  viewingOfEntry,
  viewingOfEpisode,
  viewingsOfImports,
  viewingOfMovie,
  viewingOfPodcast,
  viewingOfVideo,
} from './source-viewing-rules.ts';
import { itemFactsOf } from './fact-items.ts';
import { FALLBACK_EPISODE_SECONDS, type Viewing, type ViewingCollection, type Work } from './viewing-rules.ts';
import { sliceEnd } from '../core/slices.ts';
import type { Item, Store } from '../core/store/store.ts';

/** All viewings by default. */
export interface ViewingRange {
  /** Epoch seconds, both included. Either excludes viewings without a date. */
  since?: number;
  until?: number;
  series?: readonly { tmdbId: number; tvdbId: number | null }[];
  film?: number;
  /** Only this run's viewings, as each source reports them, unmerged. */
  batchId?: string;
  /** Parse all file names. By default only those of series that other sources also report. */
  withPlaces?: boolean;
}

/** The only reader of viewings. */
export interface Viewings {
  /**
   * Yields stored files and links, then viewings from other sources; for each film or series its files come first.
   * Reports of the same viewing are merged, edits and rules are applied, and removed or excluded viewings are left out.
   */
  viewingsOf(user: string, range?: ViewingRange): AsyncGenerator<Viewing, void, undefined>;
  daysOf: (user: string) => Promise<Days>;
  /** A few viewings with the places that the names of their files mean. */
  withPlaces(user: string, viewings: readonly Viewing[]): Promise<Viewing[]>;
}

/** Items of one kind. `tell` returns undefined for those held back, to be merged or yielded `together`. */
interface Kind {
  items: AsyncIterable<Item>;
  tell: (item: Item) => Viewing | undefined;
  /** Called once all items are read. */
  together?: () => AsyncIterable<Viewing>;
}

interface Reading {
  user: string;
  range: ViewingRange;
  facts: ViewingFacts;
  /** Viewings from imports and entries. */
  told: ReadonlyMap<Work, Viewing[]>;
  /** Viewings of files held back to be merged with those. */
  files: Map<Work, Viewing[]>;
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
      told.set(work, viewingsOfImports(list, { collection, work, title: facts.works.title(work), dayOf, isRemoved }));
    }
    for await (const item of itemsOf(user, ENTRY_PREFIX)) {
      const entry = entryOf(item);
      const viewing = viewingOfEntry(entry, belongingOf(entry, facts));
      const isJoined = viewing.work !== null && (viewing.places.length > 0 || viewing.medium === 'film');
      if (isJoined && viewing.work) append(told, viewing.work, viewing);
      else loose.push(viewing);
    }
    return { told, loose };
  }

  /** Videos and podcasts, which are never merged. */
  const linkKinds = ({ user, facts }: Reading): Kind[] => [
    {
      items: itemsOf(user, SORT_KEY_PREFIXES.youtube_video),
      tell(item) {
        const video = watchOf('youtube_video', item);
        return viewingOfVideo(video, itemFactsOf(item), facts.collectionOf('channel', video.channelId));
      },
    },
    {
      items: itemsOf(user, SORT_KEY_PREFIXES.spotify_episode),
      tell(item) {
        const episode = watchOf('spotify_episode', item);
        return viewingOfPodcast(episode, itemFactsOf(item), facts.collectionOf('podcast', episode.showId));
      },
    },
  ];

  const filmKind = ({ user, range, facts, told, files }: Reading): Kind => ({
    items: itemsOf(user, SORT_KEY_PREFIXES.movie),
    tell(item) {
      const movie = watchOf('movie', item);
      const work = movie.tmdbId === null ? null : facts.works.ofTmdb('film', movie.tmdbId);
      if (range.film !== undefined && work?.tmdbId !== range.film) return undefined;
      const viewing = viewingOfMovie(movie, itemFactsOf(item), { work, nameOf: shows.filmName });
      if (!work || !told.has(work)) return viewing;
      append(files, work, viewing);
      return undefined;
    },
  });

  /** All episode files, or those of the wanted series' folders. */
  async function episodeKinds({ user, range, facts, told, files }: Reading): Promise<Kind[]> {
    const { works } = facts;
    const wanted = range.series && new Set(range.series.map(({ tmdbId }) => works.ofTmdb('series', tmdbId)));
    const wantedFolders = [...facts.folders.keys()].filter((name) => wanted?.has(works.ofFolder(name)));
    const prefixes = wanted ? wantedFolders.flatMap(episodePrefixes) : [SORT_KEY_PREFIXES.episode];
    const named = range.withPlaces ? [...facts.folders.keys()].map((name) => works.ofFolder(name)) : told.keys();
    const ids = new Set([...named].filter(({ kind }) => kind === 'series').map(({ tmdbId }) => tmdbId));
    if (range.withPlaces) ids.add(null);
    const readers = new Map(await Promise.all([...ids].map(async (id) => [id, await shows.places(id)] as const)));

    const folderOf = (folderName: string) => {
      const work = works.ofFolder(folderName);
      const runtime = facts.folders.get(folderName)?.averageRuntimeSeconds;
      const isTold = told.has(work);
      return {
        folderName,
        collection: facts.collectionOf('show', folderName),
        work,
        seconds: runtime || FALLBACK_EPISODE_SECONDS,
        secondsSource: runtime ? ('average' as const) : ('guess' as const),
        readPlaces: isTold || range.withPlaces ? readers.get(work.tmdbId) : undefined,
        isTold,
        files: [] as { fileName: string; viewing: Viewing }[],
      };
    };
    const folders = new Map<string, ReturnType<typeof folderOf>>();
    const tell = (item: Item): Viewing | undefined => {
      const episode = watchOf('episode', item);
      let folder = folders.get(episode.folderName);
      if (!folder) folders.set(episode.folderName, (folder = folderOf(episode.folderName)));
      const viewing = viewingOfEpisode(episode, itemFactsOf(item), folder);
      if (!folder.readPlaces) return viewing;
      folder.files.push({ fileName: episode.fileName, viewing });
      return undefined;
    };
    // All files of a folder decide what its numbers mean, and their keys may have either prefix.
    async function* together(): AsyncIterable<Viewing> {
      for (const { readPlaces, folderName, isTold, work, files: own } of folders.values()) {
        if (!readPlaces) continue;
        const end = sliceEnd();
        if (end) await end;
        const places = readPlaces(
          folderFiles(
            facts,
            folderName,
            own.map(({ fileName }) => fileName),
          ),
        );
        const placed = own.map(({ fileName, viewing }) => ({ ...viewing, places: places.get(fileName) ?? NO_PLACES }));
        if (!isTold) yield* placed;
        else for (const viewing of placed) append(files, work, viewing);
      }
    }
    return prefixes.map((prefix) => ({
      items: itemsOf(user, prefix),
      tell,
      ...(prefix === prefixes.at(-1) && { together }),
    }));
  }

  function joined({ range, facts, told, files }: Reading, work: Work): Viewing[] {
    const [own, others] = [files.get(work) ?? [], told.get(work) ?? []];
    if (work.kind === 'series') return range.film === undefined ? joinEpisodes(own, others) : [];
    const isWanted = !range.series && (range.film === undefined || range.film === work.tmdbId);
    return isWanted ? joinFilms(own, others, facts.days.dayOf) : [];
  }

  /** The places of all recorded files of a folder. */
  async function readFolder(user: string, facts: ViewingFacts, folderName: string): Promise<ReturnType<ReadPlaces>> {
    const fileNames: string[] = [];
    for (const prefix of episodePrefixes(folderName)) {
      for await (const item of itemsOf(user, prefix)) fileNames.push(watchOf('episode', item).fileName);
    }
    const read = await shows.places(facts.works.ofFolder(folderName).tmdbId);
    return read(folderFiles(facts, folderName, fileNames));
  }

  return {
    daysOf: async (user) => createDays(await settings.of(user)),

    async withPlaces(user, viewings) {
      if (!viewings.some(mayHavePlaces)) return [...viewings];
      const facts = await readFacts(user, { store, titles, shows, settings, series: [] });
      const folders = new Map<string, ReturnType<ReadPlaces>>();
      const placed: Viewing[] = [];
      for (const viewing of viewings) {
        const folderName = viewing.collection?.id;
        if (!mayHavePlaces(viewing) || folderName === undefined) {
          placed.push(viewing);
          continue;
        }
        const places = folders.get(folderName) ?? (await readFolder(user, facts, folderName));
        folders.set(folderName, places);
        const fileName = viewing.references[0].ref.slice(`shows/${folderName}/`.length);
        placed.push({ ...viewing, places: places.get(fileName) ?? NO_PLACES });
      }
      return placed;
    },

    async *viewingsOf(user, range = {}) {
      const facts = await readFacts(user, { store, titles, shows, settings, series: range.series ?? [] });
      const { told, loose } = await readTold(user, range, facts);
      const reading: Reading = {
        user,
        range,
        facts,
        told: range.batchId === undefined ? told : new Map(),
        files: new Map(),
      };
      const counted = (viewing: Viewing | undefined): Viewing | undefined => {
        const seen = viewing && facts.overlay.of(viewing);
        return seen && isWithin(seen, range) ? seen : undefined;
      };
      const isAll = range.series === undefined && range.film === undefined;
      const kinds = [
        ...(isAll ? linkKinds(reading) : []),
        ...(range.series ? [] : [filmKind(reading)]),
        ...(range.film === undefined ? await episodeKinds(reading) : []),
      ];
      for (const { items, tell, together } of kinds) {
        for await (const item of items) {
          const viewing = counted(tell(item));
          if (viewing) yield viewing;
        }
        for await (const one of together?.() ?? []) {
          const viewing = counted(one);
          if (viewing) yield viewing;
        }
      }
      const others = reading.told === told ? [] : [...told.values()].flat();
      for (const one of isAll ? [...loose, ...others] : []) {
        const viewing = counted(one);
        if (viewing) yield viewing;
      }
      for (const work of reading.told.keys()) {
        if (range.series && !range.series.some(({ tmdbId }) => tmdbId === work.tmdbId)) continue;
        for (const one of joined(reading, work)) {
          const viewing = counted(one);
          if (viewing) yield viewing;
        }
      }
    },
  };
}

/** A file whose place was not needed yet. */
const mayHavePlaces = ({ medium, places, references: [{ source }] }: Viewing): boolean =>
  medium === 'episode' && source === 'file' && places.length === 0;

function folderFiles(facts: ViewingFacts, folderName: string, fileNames: readonly string[]): FolderFiles {
  const names = [facts.works.ofFolder(folderName).name, facts.collectionOf('show', folderName).name];
  const seriesNames = names.filter((name) => name !== null);
  return { folderName, fileNames, seriesNames, byHand: facts.byHandOf(folderName) };
}

const watchOf = <Type extends WatchRecord['type']>(type: Type, item: Item) =>
  recordOf(type, item) as Extract<WatchRecord, { type: Type }>;

/** The sessions that a range needs; undefined for all. */
function wantedSessions({ series, film }: ViewingRange): ({ kind: Work['kind']; tmdbId: number } | undefined)[] {
  if (series) return series.map(({ tmdbId }) => ({ kind: 'series', tmdbId }));
  return [film === undefined ? undefined : { kind: 'film', tmdbId: film }];
}

/** Shows are referred to by folder or as `tmdb:<id>`. */
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

const isWithin = (viewing: Viewing, { since, until, batchId }: ViewingRange): boolean =>
  (batchId === undefined || viewing.batchId === batchId) &&
  ((since === undefined && until === undefined) ||
    (viewing.at !== null && viewing.at >= (since ?? -Infinity) && viewing.at <= (until ?? Infinity)));

function append<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
