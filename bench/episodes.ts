import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createFakeTmdb } from '../lib/demo/fake-tmdb.ts';
import { tmdbShowId, type CatalogSeason, type DueList } from '../lib/shows/catalog-rules.ts';
import { createCatalog } from '../lib/shows/catalog-service.ts';
import { createEpisodeSync, type EpisodeSync } from '../lib/shows/episode-sync-service.ts';
import { trackerSchema } from '../lib/viewings/record-items.ts';
import { createSqliteStore } from '../lib/core/store/sqlite.ts';
import type { Store } from '../lib/core/store/store.ts';
import { call, inFolder, median, report, startServe, timed } from './measure.ts';

const SEASONS_A_SHOW = 10;
const TICKS = 300;
const DUE_SEASONS = 200;
const ANSWER_MS = 100;
/** The default interval between requests to TMDB. */
const REQUEST_INTERVAL_MS = 250;
const SHOW = 1396;
const FOR_AN_ANSWER_MS = 120_000;

/** The episode sync with nothing due, and with 200 due seasons. */
export async function run(): Promise<void> {
  await measureIdleTicks();
  await measureDueSeasons();
}

async function measureIdleTicks(): Promise<void> {
  await inFolder(async (folder) => {
    const few = await createIdle(path.join(folder, 'few.sqlite'), 100);
    const many = await createIdle(path.join(folder, 'many.sqlite'), 10_000);
    const times = { few: [] as number[], many: [] as number[] };
    for (let round = 0; round < TICKS; round++) {
      times.few.push(await timed(() => few.sync.tick()));
      times.many.push(await timed(() => many.sync.tick()));
    }
    const calls = many.calls() / TICKS;
    const microseconds = (values: number[]) => `${(1000 * median(values)).toFixed(0)} µs`;
    report('store calls of a tick over 10,000 seasons of which none is due, against 2', calls / 2, 1, `${calls} calls`);
    report(
      'a tick over 10,000 seasons against one over 100',
      median(times.many) / median(times.few),
      1.5,
      `${microseconds(times.many)}, ${microseconds(times.few)}`,
    );
    await few.store.close();
    await many.store.close();
  });
}

/** A sync over synced seasons, with a count of its store calls. */
async function createIdle(file: string, count: number): Promise<{ sync: EpisodeSync; store: Store; calls(): number }> {
  const store = createSqliteStore({ file, schema: trackerSchema('tracker') });
  const now = Math.floor(Date.now() / 1000);
  await createCatalog({ store }).createSeasons(
    Array.from({ length: count }, (_, index) => syncedSeason(index, index % 2 === 0 ? 'watching' : 'other', now)),
  );
  let calls = 0;
  const counted = new Proxy(store, {
    get(target, name: keyof Store) {
      calls += 1;
      return target[name];
    },
  });
  return { sync: idleSync(counted), store, calls: () => calls };
}

/** A sync in the mode that reads most, with nothing to do. */
export function idleSync(store: Store): EpisodeSync {
  const none = () => Promise.reject(new Error('nothing is due'));
  return createEpisodeSync({
    store,
    catalog: createCatalog({ store }),
    shows: { refresh: none },
    seasons: { run: none },
    following: { settle: none },
    mode: () => 'GREEDY',
    clock: { now: Date.now },
    log: { info() {}, warn() {}, error() {} },
    batch: 10,
    parallel: 4,
  });
}

/** A synced season that isn't due for a day. */
export const syncedSeason = (index: number, list: DueList, now: number): CatalogSeason => ({
  showId: tmdbShowId(1 + Math.floor(index / SEASONS_A_SHOW)),
  seasonNumber: 1 + (index % SEASONS_A_SHOW),
  name: null,
  list,
  synced: true,
  syncedAt: now,
  rev: 1,
  expectedEpisodes: 12,
  knownEpisodes: 12,
  attempts: 0,
  lastError: null,
  nextAttemptAt: now,
  refreshAfter: now + 86_400 + index,
  unavailable: false,
  leaseUntil: 0,
  accessedAt: now,
});

async function measureDueSeasons(): Promise<void> {
  const tmdb = await createFakeTmdb({
    series: [
      {
        id: SHOW,
        name: 'Series',
        seasons: Object.fromEntries(Array.from({ length: DUE_SEASONS }, (_, index) => [index + 1, ['2020-01-01']])),
      },
    ],
    faults: () => ({ delayMs: ANSWER_MS }),
  });
  await inFolder(async (folder) => {
    const server = await startServe(folder, {
      IMMERSION_TRACKER_TMDB_BASE_URL: tmdb.url,
      TMDB_API_KEY: 'key',
    });
    await call(`${server.url}/api/shows/${SHOW}`);
    const milliseconds = await timed(() => allSynced(server.url));
    const forced = DUE_SEASONS * REQUEST_INTERVAL_MS;
    report(
      `${DUE_SEASONS} due seasons, synced by the server`,
      milliseconds / forced,
      1.3,
      `${(milliseconds / 1000).toFixed(1)} s, the limit forces ${forced / 1000} s`,
    );
    if (tmdb.requests.length !== DUE_SEASONS + 1) throw new Error(`TMDB was asked ${tmdb.requests.length} times.`);
    await server.stop();
  });
  await tmdb.close();
}

async function allSynced(url: string): Promise<void> {
  const until = performance.now() + FOR_AN_ANSWER_MS;
  while (performance.now() < until) {
    const { shows } = (await call(`${url}/api/shows`)) as { shows: { seasons: { synced: boolean }[] }[] };
    if (shows.every(({ seasons }) => seasons.every((season) => season.synced))) return;
    await delay(ANSWER_MS);
  }
  throw new Error('The seasons were not synced in time.');
}
