import type { CatalogEpisode, CatalogSeason, CatalogShow, DueList, TmdbShowId } from './catalog-rules.ts';
import { dueAt } from './season-sync-rules.ts';
import {
  catalogPartition,
  catalogShowOf,
  DUE_PARTITIONS,
  dueEntryOf,
  dueKey,
  dueUntil,
  episodeOf,
  episodePrefix,
  holdOf,
  SEASON_PREFIX,
  seasonKey,
  seasonOf,
  SHOW_AND_SEASONS_PREFIX,
  toDueItem,
  toEpisodeItem,
  toHoldItem,
  toSeasonItem,
  toShowItem,
  type DueEntry,
  type StoredSeason,
} from './catalog-items.ts';
import { writeAll } from '../core/store/transactions.ts';
import {
  absent,
  absentOrLess,
  equals,
  MAXIMUM_TRANSACTION_WRITES,
  type Store,
  type Write,
} from '../core/store/store.ts';

/** Due entries considered for finding the most recently accessed shows. */
const MAXIMUM_DUE = 1000;
/** The season, and its old and new due entries. */
const WRITES_A_SEASON = 3;
const TRIES_AGAINST_OTHER_WRITERS = 10;

/** The repository of shows, seasons and episodes, shared by all users, and of due lists. */
export interface Catalog {
  /** Seasons are in order. */
  show(showId: TmdbShowId): Promise<{ show: CatalogShow; seasons: StoredSeason[] } | undefined>;
  putShow(show: CatalogShow): Promise<void>;
  /** Creates missing seasons with their due entries. Returns how many were new. */
  createSeasons(seasons: readonly CatalogSeason[]): Promise<number>;
  season(showId: TmdbShowId, seasonNumber: number): Promise<StoredSeason | undefined>;
  /** Replaces a season and its due entry; undefined if another process was faster. */
  saveSeason(before: StoredSeason, after: CatalogSeason): Promise<StoredSeason | undefined>;
  /** Moves all seasons of a show to a due list; unsynced ones record the access. */
  moveSeasons(showId: TmdbShowId, list: DueList, accessedAt?: number): Promise<void>;
  /** In order; of one season or all. */
  episodes(showId: TmdbShowId, seasonNumber?: number): Promise<CatalogEpisode[]>;
  /** Atomic only up to the size of a transaction. */
  putEpisodes(showId: TmdbShowId, episodes: readonly CatalogEpisode[]): Promise<void>;
  /** Due entries, at most 1000, and the end of the rate limit, in one read. */
  due(list: DueList, now: number): Promise<{ entries: DueEntry[]; heldUntil: number }>;
  /** No process sends requests to TMDB until then. */
  hold(until: number): Promise<void>;
  incompleteSeasonsByShowIds(showIds: readonly TmdbShowId[]): Promise<CatalogSeason[]>;
  allIncompleteSeasons(): Promise<CatalogSeason[]>;
}

export function createCatalog({ store }: { store: Store }): Catalog {
  async function season(showId: TmdbShowId, seasonNumber: number): Promise<StoredSeason | undefined> {
    const item = await store.get(seasonKey(showId, seasonNumber), { consistent: true });
    return item && seasonOf(item);
  }

  async function seasonsOf(showId: TmdbShowId): Promise<StoredSeason[]> {
    const seasons: StoredSeason[] = [];
    for await (const item of store.query(catalogPartition(showId), { prefix: SEASON_PREFIX, consistent: true })) {
      seasons.push(seasonOf(item));
    }
    return seasons;
  }

  async function saveSeason(before: StoredSeason, after: CatalogSeason): Promise<StoredSeason | undefined> {
    const saved = { ...after, version: before.version + 1 };
    return (await store.transact(replacing(before, saved))) ? saved : undefined;
  }

  async function createSeason(one: CatalogSeason): Promise<boolean> {
    return store.transact(creating(one));
  }

  return {
    async show(showId) {
      let show: CatalogShow | undefined;
      const seasons: StoredSeason[] = [];
      const options = { prefix: SHOW_AND_SEASONS_PREFIX, consistent: true };
      for await (const item of store.query(catalogPartition(showId), options)) {
        if (item['sk'] === 'SHOW') show = catalogShowOf(item);
        else seasons.push(seasonOf(item));
      }
      return show && { show, seasons };
    },

    putShow: async (show) => void (await store.put(toShowItem(show))),

    async createSeasons(seasons) {
      let created = 0;
      for (const part of chunks(seasons, MAXIMUM_TRANSACTION_WRITES / WRITES_A_SEASON)) {
        if (await store.transact(part.flatMap(creating))) created += part.length;
        // Another process is creating the show; the others may still be missing.
        else for (const one of part) created += (await createSeason(one)) ? 1 : 0;
      }
      return created;
    },

    season,
    saveSeason,

    async moveSeasons(showId, list, accessedAt) {
      const moved = (one: StoredSeason): CatalogSeason => ({
        ...one,
        list,
        accessedAt: one.synced || accessedAt === undefined ? one.accessedAt : Math.max(one.accessedAt, accessedAt),
      });
      const needsMove = (one: StoredSeason) => one.list !== list || moved(one).accessedAt !== one.accessedAt;
      for (let tries = 0; tries < TRIES_AGAINST_OTHER_WRITERS; tries++) {
        const moving = (await seasonsOf(showId)).filter(needsMove);
        if (moving.length === 0) return;
        for (const part of chunks(moving, MAXIMUM_TRANSACTION_WRITES / WRITES_A_SEASON)) {
          const writes = part.flatMap((one) => replacing(one, { ...moved(one), version: one.version + 1 }));
          if (!(await store.transact(writes))) for (const one of part) await saveSeason(one, moved(one));
        }
      }
    },

    async episodes(showId, seasonNumber) {
      const episodes: CatalogEpisode[] = [];
      const options = { prefix: episodePrefix(seasonNumber), consistent: true };
      for await (const item of store.query(catalogPartition(showId), options)) episodes.push(episodeOf(item));
      return episodes;
    },

    async putEpisodes(showId, episodes) {
      await writeAll(
        store,
        episodes.map((episode) => ({ put: toEpisodeItem(showId, episode) })),
      );
    },

    async due(list, now) {
      const entries: DueEntry[] = [];
      let heldUntil = 0;
      const options = { to: dueUntil(now), limit: MAXIMUM_DUE, consistent: true };
      for await (const item of store.query(DUE_PARTITIONS[list], options)) {
        const until = holdOf(item);
        if (until === undefined) entries.push(dueEntryOf(item));
        else heldUntil = until;
      }
      return { entries, heldUntil };
    },

    hold: async (until) => void (await store.put(toHoldItem(until), absentOrLess('until', until))),

    async incompleteSeasonsByShowIds(showIds) {
      const seasons = await Promise.all(showIds.map(seasonsOf));
      return seasons.flat().filter((one) => !one.synced);
    },

    async allIncompleteSeasons() {
      const incomplete: CatalogSeason[] = [];
      for (const partition of Object.values(DUE_PARTITIONS)) {
        for await (const item of store.query(partition, { consistent: true })) {
          if (holdOf(item) !== undefined) continue;
          const { showId, seasonNumber } = dueEntryOf(item);
          const one = await season(showId, seasonNumber);
          if (one && !one.synced) incomplete.push(one);
        }
      }
      return incomplete;
    },
  };
}

function creating(season: CatalogSeason): Write[] {
  const created = { ...season, version: 1 };
  const entry = entryOf(created);
  return [
    { put: toSeasonItem(created), condition: absent },
    ...(entry ? [{ put: toDueItem(season.list, entry) }] : []),
  ];
}

function replacing(before: StoredSeason, after: StoredSeason): Write[] {
  const old = entryOf(before);
  const next = entryOf(after);
  const oldKey = old && dueKey(before.list, old);
  const nextKey = next && dueKey(after.list, next);
  const stays = oldKey?.partition === nextKey?.partition && oldKey?.sort === nextKey?.sort;
  return [
    { put: toSeasonItem(after), condition: equals('version', before.version) },
    ...(oldKey && !stays ? [{ delete: oldKey }] : []),
    ...(next && !(stays && old?.accessedAt === next.accessedAt) ? [{ put: toDueItem(after.list, next) }] : []),
  ];
}

function entryOf(season: StoredSeason): DueEntry | undefined {
  const at = dueAt(season);
  if (at === null) return undefined;
  const { showId, seasonNumber, accessedAt } = season;
  return { showId, seasonNumber, dueAt: at, accessedAt };
}

function chunks<T>(all: readonly T[], size: number): T[][] {
  const whole = Math.floor(size);
  return Array.from({ length: Math.ceil(all.length / whole) }, (_, index) =>
    all.slice(index * whole, (index + 1) * whole),
  );
}
