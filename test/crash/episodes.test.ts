import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { createFakeTmdb } from '../../lib/demo/fake-tmdb.ts';
import { tmdbShowId } from '../../lib/shows/catalog-rules.ts';
import { dueAt } from '../../lib/shows/season-sync-rules.ts';
import { createCatalog } from '../../lib/shows/catalog-service.ts';
import { createFollowing } from '../../lib/shows/following-service.ts';
import { DUE_PARTITIONS, dueEntryOf } from '../../lib/shows/catalog-items.ts';
import { trackerSchema } from '../../lib/viewings/record-items.ts';
import { createSqliteStore } from '../../lib/core/store/sqlite.ts';
import { createRandom, seed } from './random.ts';

const ROUNDS = 30;
const SEASON_COUNT = 36;
const WORKER = path.join(import.meta.dirname, 'episode-worker.ts');
const SHOW = tmdbShowId(1396);
/** Longer than the lease of a dead process. */
const LEASE_SECONDS = 200;
/** More seasons, and in the first more episodes, than fit into a transaction. */
const SEASONS: Record<number, string[]> = Object.fromEntries(
  Array.from({ length: SEASON_COUNT }, (_, index) => [
    index + 1,
    Array.from({ length: index === 0 ? 130 : 3 }, () => '2020-01-01'),
  ]),
);

interface Round {
  folder: string;
  tmdbUrl: string;
}

const start = ({ folder, tmdbUrl }: Round, secondsLater = 0): ChildProcess =>
  spawn(process.execPath, [WORKER, folder, tmdbUrl, String(SHOW), String(secondsLater)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });

function openStore(folder: string) {
  const store = createSqliteStore({
    file: path.join(folder, 'immersion.sqlite'),
    schema: trackerSchema('immersion_tracker'),
  });
  return { store, catalog: createCatalog({ store }) };
}

/** Invariants: a synced season has all its episodes, and each season is due once, in the right list. */
async function check(t: ExecutionContext, { folder }: Round): Promise<{ created: number; synced: number }> {
  const { store, catalog } = openStore(folder);
  try {
    const known = await catalog.show(SHOW);
    const seasons = known?.seasons ?? [];
    const episodes = await catalog.episodes(SHOW);
    for (const season of seasons.filter(({ synced }) => synced)) {
      const own = episodes.filter(({ seasonNumber }) => seasonNumber === season.seasonNumber);
      t.is(own.length, SEASONS[season.seasonNumber]?.length ?? 0, `season ${season.seasonNumber} is said to be synced`);
    }
    const entries = [];
    for (const [list, partition] of Object.entries(DUE_PARTITIONS)) {
      for await (const item of store.query(partition)) {
        const entry = dueEntryOf(item);
        entries.push(`${list} ${entry.seasonNumber} ${entry.dueAt}`);
      }
    }
    const expected = seasons.map((season) => `${season.list} ${season.seasonNumber} ${dueAt(season)}`);
    t.deepEqual(entries.toSorted(), expected.toSorted());
    return { created: seasons.length, synced: seasons.filter(({ synced }) => synced).length };
  } finally {
    await store.close();
  }
}

/** The next process creates missing seasons and syncs each once. */
async function checkNextFinishes(t: ExecutionContext, round: Round): Promise<void> {
  const next = start(round, LEASE_SECONDS);
  const [status] = (await once(next, 'exit')) as [number];
  t.is(status, 0);
  t.deepEqual(await check(t, round), { created: SEASON_COUNT, synced: SEASON_COUNT });
  const { store, catalog } = openStore(round.folder);
  const clock = { now: Date.now };
  const following = createFollowing({ store, catalog, clock, days: 90 });
  t.deepEqual(await following.showIds('aiko'), [SHOW]);
  t.true((await catalog.show(SHOW))?.seasons.every(({ list, leaseUntil }) => list === 'watching' && leaseUntil === 0));
  await store.close();
}

test('kill -9 while a show is created and its seasons are synced loses nothing and doubles nothing', async (t) => {
  t.log(`CRASH_SEED=${seed}`);
  const random = createRandom(seed);
  let asked = Promise.withResolvers<void>();
  const tmdb = await createFakeTmdb({
    series: [{ id: SHOW, name: 'Harbour', status: 'Returning Series', seasons: SEASONS }],
    faults() {
      asked.resolve();
      return undefined;
    },
  });
  const folders: string[] = [];
  t.teardown(async () => {
    await tmdb.close();
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  });
  const createRound = async (): Promise<Round> => {
    const folder = await mkdtemp(path.join(tmpdir(), 'immersion-crash-'));
    folders.push(folder);
    return { folder, tmdbUrl: tmdb.url };
  };

  const whole = await createRound();
  const first = start(whole);
  await asked.promise;
  const began = performance.now();
  await once(first.stdout ?? first, 'data');
  const creating = performance.now() - began;
  await once(first, 'exit');
  const syncing = performance.now() - began - creating;
  t.deepEqual(await check(t, whole), { created: SEASON_COUNT, synced: SEASON_COUNT });

  const tally = { 'before the show was there': 0, 'while it was created': 0, 'while it was synced': 0, 'after all': 0 };
  for (let index = 0; index < ROUNDS; index++) {
    const round = await createRound();
    asked = Promise.withResolvers();
    const killed = start(round);
    const exit = once(killed, 'exit');
    if (index % 2 === 0) await asked.promise.then(() => delay(creating * random()));
    else await once(killed.stdout ?? killed, 'data').then(() => delay(syncing * random()));
    killed.kill('SIGKILL');
    await exit;
    const { created, synced } = existsSync(path.join(round.folder, 'immersion.sqlite'))
      ? await check(t, round)
      : { created: 0, synced: 0 };
    if (created === 0) tally['before the show was there'] += 1;
    else if (created < SEASON_COUNT || synced === 0) tally['while it was created'] += 1;
    else tally[synced < SEASON_COUNT ? 'while it was synced' : 'after all'] += 1;
    await checkNextFinishes(t, round);
  }
  t.log(
    Object.entries(tally)
      .map(([phase, count]) => `${count} ${phase}`)
      .join(', '),
  );
});
