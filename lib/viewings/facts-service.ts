import { createDays, type Days } from './day-rules.ts';
import { EDIT_PREFIX, editOf, REMOVED_PREFIX, removedOf, RULE_PREFIX, ruleOf } from './overlay-items.ts';
import { createOverlay, type Overlay } from './overlay-rules.ts';
import type { FolderLinkFact, ShowFacts, TitleFact, TitleFacts } from './ports.ts';
import { partitionOf, recordOf, SORT_KEY_PREFIXES } from './record-items.ts';
import type { CollectionRecord, Show } from './record-rules.ts';
import type { Settings } from './settings-service.ts';
import type { ViewingCollection } from './viewing-rules.ts';
import { createWorks, type Works } from './work-rules.ts';
import type { Item, Store } from '../core/store/store.ts';

/** What describes a user's viewings, loaded first since it is small in comparison. */
export interface ViewingFacts {
  days: Days;
  overlay: Overlay;
  works: Works;
  folders: ReadonlyMap<string, Show>;
  /** The season and offset that the user set for a folder's numbers. */
  byHandOf: (folderName: string) => FolderLinkFact['byHand'];
  /** Returns the same object for the same id, stored or not; `name` is the fallback. */
  collectionOf: (kind: ViewingCollection['kind'], id: string, name?: string | null) => ViewingCollection;
}

/** What viewings and their facts are read from. */
export interface ViewingSources {
  store: Pick<Store, 'query'>;
  titles: TitleFacts;
  shows: ShowFacts;
  settings: Settings;
}

/** `series` are known to the caller. */
export async function readFacts(
  user: string,
  { store, titles, shows, settings }: ViewingSources,
  series: readonly { tmdbId: number; tvdbId: number | null }[] = [],
): Promise<ViewingFacts> {
  const all = async <T>(prefix: string, decode: (item: Item) => T): Promise<T[]> => {
    const found: T[] = [];
    for await (const item of store.query(partitionOf(user), { prefix, consistent: true })) found.push(decode(item));
    return found;
  };
  const records = <Type extends CollectionRecord['type']>(type: Type) =>
    all(SORT_KEY_PREFIXES[type], (item) => recordOf(type, item) as Extract<CollectionRecord, { type: Type }>);
  const [own, folderList, channels, podcasts, links, known, edits, rules, removed] = await Promise.all([
    settings.of(user),
    records('show'),
    records('youtube_channel'),
    records('spotify_show'),
    Array.fromAsync(shows.links(user)),
    Array.fromAsync(titles.titles(user)),
    all(EDIT_PREFIX, editOf),
    all(RULE_PREFIX, ruleOf),
    all(REMOVED_PREFIX, removedOf),
  ]);
  const catalog = await readCatalog(shows, { links, known, series });
  const works = createWorks({ folders: folderList, links, titles: known, catalog });
  const folders = new Map(folderList.map((folder) => [folder.folderName, folder]));
  const byHand = new Map(links.map((link) => [link.folderName, link.byHand]));
  const channelsById = new Map(channels.map((channel) => [channel.channelId, channel]));
  const podcastsById = new Map(podcasts.map((podcast) => [podcast.showId, podcast]));

  const describe = (kind: ViewingCollection['kind'], id: string, name: string | null): ViewingCollection => {
    if (kind === 'channel') {
      const channel = channelsById.get(id);
      const image = channel?.artworkUrl ?? null;
      return { kind, id, name: channel?.title ?? name, image, tvdbId: null, isRecorded: channel !== undefined };
    }
    if (kind === 'podcast') {
      const podcast = podcastsById.get(id);
      const image = podcast?.artworkUrl ?? null;
      return { kind, id, name: podcast?.name ?? name, image, tvdbId: null, isRecorded: podcast !== undefined };
    }
    const work = works.named(id);
    const folder = folders.get(id);
    // TVDB's name only applies while the folder has a TVDB id.
    const isNamed = folder !== undefined && folder.tvdbId !== null;
    return {
      kind,
      id,
      name: folder ? (isNamed ? folder.name : null) : (work.name ?? name),
      image: folder ? (isNamed ? folder.image : null) : work.image,
      tvdbId: folder?.tvdbId ?? works.tvdbIdOf(work),
      isRecorded: folder !== undefined || work.tmdbId !== null,
    };
  };
  const collections = new Map<string, ViewingCollection>();
  return {
    days: createDays(own),
    overlay: createOverlay({
      edits,
      rules,
      removed,
      defaultLanguage: own.defaultLanguage,
      workOf: (id) => works.named(id),
    }),
    works,
    folders,
    byHandOf: (folderName) => byHand.get(folderName) ?? null,
    collectionOf(kind, id, name = null) {
      const key = `${kind} ${id}`;
      const collection = collections.get(key) ?? describe(kind, id, name);
      collections.set(key, collection);
      return collection;
    },
  };
}

/** Looks up only series whose title lacks a TVDB id. */
async function readCatalog(
  shows: Pick<ShowFacts, 'series'>,
  {
    links,
    known,
    series,
  }: {
    links: readonly { tmdbId: number }[];
    known: readonly TitleFact[];
    series: readonly { tmdbId: number; tvdbId: number | null }[];
  },
) {
  const ofSeries = known.filter(({ kind }) => kind === 'series');
  const matched = new Set(ofSeries.filter(({ tvdbId }) => tvdbId !== null).map(({ tmdbId }) => tmdbId));
  const ids = new Set([...links, ...ofSeries].map(({ tmdbId }) => tmdbId).filter((id) => !matched.has(id)));
  const found = await Promise.all([...ids].map(async (id) => [id, await shows.series(id)] as const));
  const catalog = new Map<number, { tvdbId: number | null; name: string | null }>(
    found.flatMap(([id, one]) => (one ? [[id, one] as const] : [])),
  );
  for (const { tmdbId, tvdbId } of series) if (!catalog.has(tmdbId)) catalog.set(tmdbId, { tvdbId, name: null });
  return catalog;
}
