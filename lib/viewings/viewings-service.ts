import { createDays, type Days } from './day-rules.ts';
import { ENTRY_PREFIX, entryOf } from './entry-items.ts';
import type { Entry } from './entry-rules.ts';
import { readFacts, type ViewingFacts, type ViewingSources } from './facts-service.ts';
import { joinEpisodes, joinFilms } from './join-rules.ts';
import type { FolderFiles, ImportedSession, ReadPlaces } from './ports.ts';
import { episodePrefixes, partitionOf, recordOf, SORT_KEY_PREFIXES } from './record-items.ts';
import type { WatchRecord } from './record-rules.ts';
import {
  viewingOfEntry,
  viewingOfEpisode,
  viewingsOfImports,
  viewingOfMovie,
  viewingOfLink,
} from './source-viewing-rules.ts';
import { itemFactsOf } from './fact-items.ts';
import { FALLBACK_EPISODE_SECONDS, type Viewing, type ViewingCollection, type Work } from './viewing-rules.ts';
import { once } from '../core/once.ts';
import { sliceEnd } from '../core/slices.ts';
import { pagesOf, type Item, type Items } from '../core/store/store.ts';

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
  /** Calls back with all viewings, in the same order. */
  read(user: string, take: (viewing: Viewing) => void): Promise<ViewingsRead>;
  daysOf: (user: string) => Promise<Days>;
  /** Viewings with the episodes in their file names, for a few of them. */
  withPlaces(user: string, viewings: readonly Viewing[]): Promise<Viewing[]>;
}

/** The result of reading all viewings. */
export interface ViewingsRead {
  /** The viewings of an item stored since; undefined if they may affect others, so that all must be read again. */
  added(item: Item): readonly Viewing[] | undefined;
}

/** Items of one kind. `tell` returns undefined for those held back, to be merged or yielded `together`. */
interface Kind {
  prefix: string;
  /** Called before each page of items. */
  begin?: () => Promise<void>;
  tell: (item: Item) => Viewing | undefined;
  /** Called once all items are read. */
  together?: () => AsyncIterable<Viewing>;
}

interface Reading {
  user: string;
  range: ViewingRange;
  facts: ViewingFacts;
  /** Viewings from imports and entries. */
  told: Map<Work, Viewing[]>;
  /** Kinds that are never merged. */
  loose: Viewing[];
  /** Viewings of files held back to be merged with those. */
  files: Map<Work, Viewing[]>;
}

const NO_PLACES: Viewing['places'] = [];

export function createViewings(sources: ViewingSources): Viewings {
  const { store, titles, shows, settings } = sources;
  const itemsOf = (user: string, prefix: string): Items => store.query(partitionOf(user), { prefix, consistent: true });

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
      const viewing = tellEntry(item, facts);
      if (isMerged(viewing) && viewing.work) append(told, viewing.work, viewing);
      else loose.push(viewing);
    }
    return { told, loose };
  }

  /** Videos and podcasts, which are never merged. */
  const linkKinds = ({ facts }: Reading): Kind[] => [
    {
      prefix: SORT_KEY_PREFIXES.youtube_video,
      tell(item) {
        const video = watchOf('youtube_video', item);
        return viewingOfLink(video, itemFactsOf(item), facts.collectionOf('channel', video.channelId));
      },
    },
    {
      prefix: SORT_KEY_PREFIXES.spotify_episode,
      tell(item) {
        const episode = watchOf('spotify_episode', item);
        return viewingOfLink(episode, itemFactsOf(item), facts.collectionOf('podcast', episode.showId));
      },
    },
  ];

  function filmKind({ range, facts, told, files }: Reading): Kind {
    let nameOf = (fileName: string) => fileName;
    return {
      prefix: SORT_KEY_PREFIXES.movie,
      begin: once(async () => {
        nameOf = (await shows.names()).filmName;
      }),
      tell(item) {
        const movie = watchOf('movie', item);
        const work = movie.tmdbId === null ? null : facts.works.ofTmdb('film', movie.tmdbId);
        if (range.film !== undefined && work?.tmdbId !== range.film) return undefined;
        const viewing = viewingOfMovie(movie, itemFactsOf(item), { work, nameOf });
        if (!work || !told.has(work)) return viewing;
        append(files, work, viewing);
        return undefined;
      },
    };
  }

  /** All episode files, or those of the wanted series' folders. */
  async function episodeKinds({ range, facts, told, files }: Reading): Promise<Kind[]> {
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
        own.length = 0;
      }
    }
    return prefixes.map((prefix) => ({
      prefix,
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

  /** Episodes of all recorded files of a folder. */
  async function readFolder(user: string, facts: ViewingFacts, folderName: string): Promise<ReturnType<ReadPlaces>> {
    const fileNames: string[] = [];
    for (const prefix of episodePrefixes(folderName)) {
      for await (const item of itemsOf(user, prefix)) fileNames.push(watchOf('episode', item).fileName);
    }
    const read = await shows.places(facts.works.ofFolder(folderName).tmdbId);
    return read(folderFiles(facts, folderName, fileNames));
  }

  async function open(user: string, range: ViewingRange): Promise<Reading> {
    const facts = await readFacts(user, sources, range.series);
    return { user, range, facts, ...(await readTold(user, range, facts)), files: new Map() };
  }

  const kindsOf = async (reading: Reading): Promise<Kind[]> => [
    ...(isOfAll(reading.range) ? linkKinds(reading) : []),
    ...(reading.range.series ? [] : [filmKind(reading)]),
    ...(reading.range.film === undefined ? await episodeKinds(reading) : []),
  ];

  /** In pages: a generator step per viewing would take longer than everything else. */
  async function* viewingsIn(reading: Reading, kinds: readonly Kind[]): AsyncGenerator<Viewing[], void, undefined> {
    const seen = (viewings: Iterable<Viewing | undefined>): Viewing[] => {
      const all: Viewing[] = [];
      for (const one of viewings) {
        const viewing = counted(one, reading);
        if (viewing) all.push(viewing);
      }
      return all;
    };
    const { user, range, told, loose } = reading;
    for (const { prefix, begin, tell, together } of kinds) {
      for await (const page of pagesOf(itemsOf(user, prefix))) {
        if (page.length > 0) await begin?.();
        yield seen(page.map(tell));
      }
      for await (const one of together?.() ?? []) yield seen([one]);
    }
    if (isOfAll(range)) yield seen(loose);
    for (const work of told.keys()) {
      if (range.series && !range.series.some(({ tmdbId }) => tmdbId === work.tmdbId)) continue;
      yield seen(joined(reading, work));
    }
  }

  return {
    daysOf: async (user) => createDays(await settings.of(user)),

    async withPlaces(user, viewings) {
      if (!viewings.some(mayHavePlaces)) return [...viewings];
      const facts = await readFacts(user, sources);
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
      const reading = await open(user, range);
      if (range.batchId !== undefined) {
        reading.loose = [...reading.loose, ...[...reading.told.values()].flat()];
        reading.told = new Map();
      }
      for await (const page of viewingsIn(reading, await kindsOf(reading))) yield* page;
    },

    async read(user, take) {
      const reading = await open(user, {});
      const kinds = await kindsOf(reading);
      const collections = new Set<ViewingCollection>();
      for await (const page of viewingsIn(reading, kinds)) {
        for (const viewing of page) {
          if (viewing.collection) collections.add(viewing.collection);
          take(viewing);
        }
      }
      // Callers that keep the result only need the keys.
      for (const list of [reading.loose, ...reading.told.values()]) list.length = 0;
      reading.files.clear();
      return { added: (item) => added(item, { reading, kinds, collections }) };
    },
  };
}

/** A file whose episodes haven't been needed yet. */
const mayHavePlaces = ({ medium, places, references: [{ source }] }: Viewing): boolean =>
  medium === 'episode' && source === 'file' && places.length === 0;

export function folderFiles(facts: ViewingFacts, folderName: string, fileNames: readonly string[]): FolderFiles {
  const names = [facts.works.ofFolder(folderName).name, facts.collectionOf('show', folderName).name];
  const seriesNames = names.filter((name) => name !== null);
  return { folderName, fileNames, seriesNames, byHand: facts.byHandOf(folderName) };
}

/** See `ViewingsRead`; `collections` are those with viewings. */
function added(
  item: Item,
  {
    reading,
    kinds,
    collections,
  }: { reading: Reading; kinds: readonly Kind[]; collections: ReadonlySet<ViewingCollection> },
): Viewing[] | undefined {
  const { user, facts } = reading;
  const { pk: partition, sk: sort } = item;
  if (partition !== partitionOf(user) || typeof sort !== 'string') return undefined;
  if (sort.startsWith(SORT_KEY_PREFIXES.movie)) return undefined;
  const isEntry = sort.startsWith(ENTRY_PREFIX);
  const told = isEntry ? tellEntry(item, facts) : kinds.find(({ prefix }) => sort.startsWith(prefix))?.tell(item);
  if (!told || (isEntry && isMerged(told)) || told.medium === 'film') return undefined;
  if (told.collection && !collections.has(told.collection)) return undefined;
  const viewing = counted(told, reading);
  return viewing ? [viewing] : [];
}

const isOfAll = ({ series, film }: ViewingRange): boolean => series === undefined && film === undefined;

function counted(viewing: Viewing | undefined, { facts, range }: Reading): Viewing | undefined {
  const seen = viewing && facts.overlay.of(viewing);
  return seen && isWithin(seen, range) ? seen : undefined;
}

function tellEntry(item: Item, facts: ViewingFacts): Viewing {
  const entry = entryOf(item);
  return viewingOfEntry(entry, belongingOf(entry, facts));
}

/** Whether an entry may be the same viewing as one from a file or import. */
const isMerged = ({ work, places, medium }: Viewing): boolean =>
  work !== null && (places.length > 0 || medium === 'film');

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
