import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import type { FakeProvider, Faults } from '../lib/demo/fake-server.ts';
import { createFakeTmdb, type FakeTmdbSeries } from '../lib/demo/fake-tmdb.ts';
import type { SyncMode } from '../lib/core/sync-mode-rules.ts';
import { createPacer } from '../lib/core/http/pacer.ts';
import { createTmdb } from '../lib/tmdb/tmdb-client.ts';
import { createTmdbHttp, createTmdbRequest } from '../lib/tmdb/request-client.ts';
import { createCatalog, type Catalog } from '../lib/shows/catalog-service.ts';
import { createEpisodes } from '../lib/recording/episodes-service.ts';
import { createEpisodeSync, type EpisodeSync } from '../lib/shows/episode-sync-service.ts';
import { createFollowedShows, type FollowedShows } from '../lib/shows/followed-shows-service.ts';
import type { Log, LogFields } from '../lib/core/ports.ts';
import { createSeasonSync } from '../lib/shows/season-sync-service.ts';
import { createShowCatalog } from '../lib/shows/show-catalog-service.ts';
import { createShowFolders, type ShowFolders } from '../lib/shows/show-folders-service.ts';
import { createTmdbCache } from '../lib/tmdb/cache-service.ts';
import { createTmdbCatalog } from '../lib/tmdb/catalog-service.ts';
import { createShowFacts } from '../lib/shows/show-facts-service.ts';
import { createTitleFacts } from '../lib/titles/title-facts-service.ts';
import { createSettings } from '../lib/viewings/settings-service.ts';
import { createViewings } from '../lib/viewings/viewings-service.ts';
import { createFollowing, type Following } from '../lib/shows/following-service.ts';
import { trackerSchema } from '../lib/viewings/record-items.ts';
import { createSqliteStore } from '../lib/core/store/sqlite.ts';
import type { Item, Store } from '../lib/core/store/store.ts';
import { datesOver } from './viewings-rig.ts';

export const NOON = Date.parse('2026-11-21T12:00:00Z');
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export interface RigOptions {
  series?: FakeTmdbSeries[];
  faults?: Faults;
  mode?: SyncMode;
  batch?: number;
  parallel?: number;
  /** How requests wait in the queue; by default the clock advances. */
  sleep?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds between requests. */
  intervalMs?: number;
  /** Opens stores of an empty table, by default SQLite. */
  open?: OpenTable;
}

/** An empty table: each call opens a store for another process. */
export type OpenTable = (t: ExecutionContext) => Promise<() => Store>;

/** A table in a SQLite file. */
export const openSqliteTable: OpenTable = async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'immersion-sync-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'store.sqlite');
  return () => {
    const store = createSqliteStore({ file, schema: trackerSchema('tracker') });
    t.teardown(() => store.close());
    return store;
  };
};

export interface Rig {
  fake: FakeProvider;
  /** TMDB's data; tests change it. */
  series: FakeTmdbSeries[];
  store: Store;
  catalog: Catalog;
  following: Following;
  shows: FollowedShows;
  folders: ShowFolders;
  sync: EpisodeSync;
  /** Advances only when a test does so, or a request waits. */
  clock: { now(): number; advance(milliseconds: number): void };
  /** For the next pass. */
  settings: { mode: () => SyncMode; apiKey: string | undefined };
  log: { message: string; fields: LogFields }[];
  /** Store calls by operation and partition: `query DUE#watching`. */
  storeCalls: string[];
  /** Makes matching writes fail. */
  breaks: { write: (item: Item) => boolean };
  /** Requests to TMDB since the last call: `/tv/1396/season/1`. */
  asked(): string[];
  /** Records files of a folder with the real service. */
  record(folderName: string, ...fileNames: string[]): Promise<void>;
  /** A second process with the same store and TMDB. */
  second(): EpisodeSync;
}

/** The episode sync's services over a table and a fake TMDB, with a stopped clock. */
export async function startRig(t: ExecutionContext, options: RigOptions = {}): Promise<Rig> {
  const series = options.series ?? [];
  const fake = await createFakeTmdb({ series, ...(options.faults && { faults: options.faults }) });
  t.teardown(() => fake.close());
  const openStore = await (options.open ?? openSqliteTable)(t);
  const storeCalls: string[] = [];
  const breaks: Rig['breaks'] = { write: () => false };
  const store = observed(openStore(), storeCalls, breaks);

  let now = NOON;
  const clock = { now: () => now, advance: (milliseconds: number) => void (now += milliseconds) };
  const sleep = options.sleep ?? (async (milliseconds: number) => clock.advance(milliseconds));
  const settings: Rig['settings'] = { mode: () => options.mode ?? 'ON_DEMAND', apiKey: 'key' };
  const lines: Rig['log'] = [];
  const say = (message: string, fields: LogFields = {}) => void lines.push({ message, fields });
  const log: Log = { info: say, warn: say, error: say };

  const wire = (store: Store) => {
    const intervalMs = options.intervalMs ?? 1;
    const pacer = createPacer({ clock, sleep, intervalMs });
    const http = createTmdbHttp({ clock, sleep, intervalMs, pacer, retries: 0, jitter: () => 0 });
    const request = createTmdbRequest({
      secret: async () => ({ apiKey: settings.apiKey }),
      baseUrl: fake.url,
      clock,
      http,
    });
    const tmdb = createTmdbCatalog({ tmdb: createTmdb({ request }), cache: createTmdbCache({ store, clock }) });
    const catalog = createCatalog({ store });
    const following = createFollowing({ store, catalog, clock, days: 90 });
    const shows = createShowCatalog({ catalog, tmdb, clock });
    const seasons = createSeasonSync({ catalog, tmdb, clock, log, chance: () => 0.5 });
    const folders = createShowFolders({ store, shows, tmdb });
    const viewings = createViewings({
      store,
      titles: createTitleFacts({ store, posterUrl: (path) => path }),
      shows: createShowFacts({ store, catalog }),
      settings: createSettings({ store, zone: 'UTC' }),
    });
    const followed = createFollowedShows({ catalog, shows, following, viewings, folders, clock, log });
    const sync = createEpisodeSync({
      store,
      catalog,
      shows,
      seasons,
      following,
      clock,
      log,
      mode: () => settings.mode(),
      batch: options.batch ?? 10,
      parallel: options.parallel ?? 4,
    });
    return { catalog, following, folders, shows: followed, sync };
  };
  let reported = 0;
  return {
    ...wire(store),
    fake,
    series,
    store,
    clock,
    settings,
    log: lines,
    storeCalls,
    breaks,
    asked() {
      const fresh = fake.requests.slice(reported).map((one) => one.path.replace('/3', ''));
      reported = fake.requests.length;
      return fresh;
    },
    async record(folderName, ...fileNames) {
      const files = fileNames.map((fileName) => ({ folderName, fileName }));
      await createEpisodes({ store, dates: datesOver(store, clock) }).sync({
        user: 'aiko',
        batchId: 'evening-1',
        files,
      });
    },
    second: () => wire(openStore()).sync,
  };
}

function observed(store: Store, calls: string[], breaks: Rig['breaks']): Store {
  const check = (items: readonly Item[]) => {
    if (items.some((item) => breaks.write(item))) throw new Error('the disk is full');
  };
  return {
    ...store,
    get: (key, options) => (calls.push(`get ${key.partition}`), store.get(key, options)),
    query: (partition, options) => (calls.push(`query ${partition}`), store.query(partition, options)),
    scan: (options) => (calls.push('scan'), store.scan(options)),
    async put(item, condition) {
      calls.push(`put ${String(item['pk'])}`);
      check([item]);
      return store.put(item, condition);
    },
    async transact(writes) {
      calls.push(`transact ${writes.length}`);
      check(writes.flatMap((write) => ('put' in write ? [write.put] : [])));
      return store.transact(writes);
    },
  };
}

/** A series with this many episodes per season, all aired long ago, a week apart. */
export const series = (id: number, seasons: number[], rest: Partial<FakeTmdbSeries> = {}): FakeTmdbSeries => ({
  id,
  name: `Series ${id}`,
  runtime: 24,
  status: 'Returning Series',
  seasons: Object.fromEntries(
    seasons.map((count, index) => [
      index + 1,
      Array.from({ length: count }, (_, week) =>
        new Date(Date.UTC(2020 + index, 0, 1 + 7 * week)).toISOString().slice(0, 10),
      ),
    ]),
  ),
  ...rest,
});
