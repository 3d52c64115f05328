import test, { type ExecutionContext } from 'ava';
import { tmdbShowId, type CatalogSeason, type CatalogShow } from '../lib/shows/catalog-rules.ts';
import { createCatalog } from '../lib/shows/catalog-service.ts';
import { createFollowing } from '../lib/shows/following-service.ts';
import type { Store } from '../lib/core/store/store.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z') / 1000;
const DAY = 86_400;
const A = tmdbShowId(1396);
const AA = tmdbShowId(13_961);

/** The catalog's contract over any store; `open` returns an empty table. */
export function testCatalog(open: (t: ExecutionContext) => Promise<Store>): void {
  const start = async (t: ExecutionContext) => {
    const store = await open(t);
    const clock = { seconds: NOW };
    const catalog = createCatalog({ store });
    const following = createFollowing({ store, catalog, clock: { now: () => clock.seconds * 1000 }, days: 90 });
    return { store, clock, catalog, following };
  };
  const due = async ({ catalog }: Awaited<ReturnType<typeof start>>, now = NOW) => {
    const name = (list: 'watching' | 'other') => async () =>
      (await catalog.due(list, now)).entries.map(({ showId, seasonNumber }) => `${showId}/${seasonNumber}`);
    return { watching: await name('watching')(), other: await name('other')() };
  };

  test('a show comes back with its seasons in order, and with no episodes of theirs', async (t) => {
    const { catalog } = await start(t);
    t.is(await catalog.show(A), undefined);
    await catalog.putShow(show);
    await catalog.createSeasons([10, 2, 0].map((number) => season(A, number)));
    await catalog.putEpisodes(A, [episode(2, 1)]);
    const found = await catalog.show(A);
    t.deepEqual(found?.show, show);
    t.deepEqual(
      found?.seasons,
      [0, 2, 10].map((number, index) => ({ ...season(A, number), version: found?.seasons[index]?.version })),
    );
  });

  test('seasons are created once, also by two at once and after half of them', async (t) => {
    const { catalog } = await start(t);
    const seasons = Array.from({ length: 40 }, (_, number) => season(A, number));
    t.is(await catalog.createSeasons(seasons.slice(0, 7)), 7);
    const created = await Promise.all([catalog.createSeasons(seasons), catalog.createSeasons(seasons)]);
    t.deepEqual([created[0] + created[1], await catalog.createSeasons(seasons)], [33, 0]);
    t.is((await catalog.due('other', NOW)).entries.length, 40);
  });

  test('a season is saved by whoever read it last, and its entry moves along', async (t) => {
    const rig = await start(t);
    const { catalog } = rig;
    await catalog.createSeasons([season(A, 1), season(A, 2)]);
    const read = await catalog.season(A, 1);
    if (!read) return t.fail();
    const [one, other] = await Promise.all([
      catalog.saveSeason(read, { ...read, attempts: 1, nextAttemptAt: NOW + 60 }),
      catalog.saveSeason(read, { ...read, attempts: 9, nextAttemptAt: NOW + 60 }),
    ]);
    t.is([one, other].filter(Boolean).length, 1);
    t.deepEqual(await due(rig), { watching: [], other: ['1396/2'] });
    t.deepEqual(await due(rig, NOW + 60), { watching: [], other: ['1396/2', '1396/1'] });

    const saved = one ?? other;
    if (saved) await catalog.saveSeason(saved, { ...saved, synced: true, refreshAfter: null });
    t.deepEqual(await due(rig, NOW + 9 * DAY), { watching: [], other: ['1396/2'] });
  });

  test('what is due comes oldest first, whatever the number of digits, and holds are read along', async (t) => {
    const rig = await start(t);
    const instants = [NOW - 1, 999, NOW, 1000, NOW + 1];
    await rig.catalog.createSeasons(
      instants.map((nextAttemptAt, number) => ({ ...season(A, number), list: 'watching', nextAttemptAt })),
    );
    t.deepEqual((await due(rig)).watching, ['1396/1', '1396/3', '1396/0', '1396/2']);
    t.is((await rig.catalog.due('watching', NOW)).heldUntil, 0);
    await rig.catalog.hold(NOW + 30);
    t.is((await rig.catalog.due('watching', NOW)).heldUntil, NOW + 30);
    t.is((await due(rig)).watching.length, 4);
  });

  test('incomplete seasons are found by show, by none at once, and all of them', async (t) => {
    const { catalog, following } = await start(t);
    await catalog.createSeasons([season(A, 1), { ...season(A, 2), synced: true, refreshAfter: NOW }, season(AA, 1)]);
    await following.markAsWatching('aiko', AA);
    const names = (seasons: CatalogSeason[]) => seasons.map(({ showId, seasonNumber }) => `${showId}/${seasonNumber}`);
    t.deepEqual(names(await catalog.incompleteSeasonsByShowIds([A])), ['1396/1']);
    t.deepEqual(names(await catalog.incompleteSeasonsByShowIds([A, AA])), ['1396/1', '13961/1']);
    t.deepEqual(await catalog.incompleteSeasonsByShowIds([]), []);
    t.deepEqual(names(await catalog.allIncompleteSeasons()).toSorted(), ['1396/1', '13961/1']);
  });

  test('250 episodes are put and read in order, those of one season alone', async (t) => {
    const { catalog } = await start(t);
    const episodes = Array.from({ length: 250 }, (_, index) => episode(1, index + 1));
    await catalog.putEpisodes(A, [episode(11, 1), ...episodes.toReversed()]);
    t.deepEqual(await catalog.episodes(A, 1), episodes);
    t.is((await catalog.episodes(A)).length, 251);
  });

  test('a mark keeps its first time and counts once, and moves the show’s seasons and no others', async (t) => {
    const rig = await start(t);
    const { catalog, following, clock, store } = rig;
    await catalog.createSeasons([season(A, 1), season(AA, 1)]);
    for (let times = 0; times < 3; times++) {
      await following.markAsWatching('aiko', A);
      clock.seconds += 10;
    }
    t.deepEqual(await following.showIds('aiko'), [A]);
    t.deepEqual(await following.showIds(), [A]);
    const marks = await Array.fromAsync(store.query('USER#aiko', { prefix: 'WATCHING#' }));
    t.deepEqual(
      marks.map(({ since, accessed_at: accessedAt }) => [since, accessedAt]),
      [[NOW, NOW + 20]],
    );
    t.deepEqual(await due(rig), { watching: ['1396/1'], other: ['13961/1'] });
    t.is((await catalog.due('watching', NOW)).entries[0]?.accessedAt, NOW + 20);
  });

  test('a show is watched as long as one of its watchers is left', async (t) => {
    const rig = await start(t);
    const { following } = rig;
    await rig.catalog.createSeasons([season(A, 1)]);
    await Promise.all(['aiko', 'ben#1'].map((user) => following.markAsWatching(user, A)));
    t.true(await following.markAsNotWatching('aiko', A));
    t.false(await following.markAsNotWatching('aiko', A));
    t.deepEqual(await due(rig), { watching: ['1396/1'], other: [] });
    t.deepEqual([await following.isWatching('aiko', A), await following.isWatching('ben#1', A)], [false, true]);
    t.true(await following.settle(A));
    await following.markAsNotWatching('ben#1', A);
    t.deepEqual(await due(rig), { watching: [], other: ['1396/1'] });
    t.deepEqual(await following.showIds(), []);
    t.false(await following.settle(A));
  });

  test('watching ends 90 days after the last access, and begins anew with the next', async (t) => {
    const rig = await start(t);
    const { following, clock } = rig;
    await rig.catalog.createSeasons([season(A, 1)]);
    await following.markAsWatching('aiko', A);
    clock.seconds += 90 * DAY - 1;
    t.true(await following.settle(A));
    clock.seconds += 1;
    t.deepEqual(await following.showIds('aiko'), []);
    t.false(await following.isWatching('aiko', A));
    t.false(await following.settle(A));
    t.deepEqual((await due(rig)).other, ['1396/1']);
    await following.markAsWatching('aiko', A);
    t.true(await following.isWatching('aiko', A));
    t.deepEqual((await due(rig)).watching, ['1396/1']);
  });

  test('marks that come and go at once leave the seasons where they belong', async (t) => {
    const rig = await start(t);
    const { following } = rig;
    await rig.catalog.createSeasons([1, 2, 3].map((number) => season(A, number)));
    for (let round = 0; round < 5; round++) {
      await following.markAsWatching('aiko', A);
      await Promise.all([following.markAsNotWatching('aiko', A), following.markAsWatching('ben', A)]);
      t.is((await due(rig)).watching.length, 3);
      await following.markAsNotWatching('ben', A);
      t.is((await due(rig)).other.length, 3);
    }
  });
}

const show: CatalogShow = {
  showId: A,
  tvdbId: 81_189,
  name: 'Harbour',
  originalName: '港',
  status: 'Ended',
  lastAirDate: null,
  runtimeMinutes: 24,
  seasons: [{ seasonNumber: 1, name: null, episodeCount: 10 }],
  fetchedAt: NOW,
};

const season = (showId: CatalogSeason['showId'], seasonNumber: number): CatalogSeason => ({
  showId,
  seasonNumber,
  name: `Season ${seasonNumber}`,
  list: 'other',
  synced: false,
  syncedAt: null,
  rev: 1,
  expectedEpisodes: 10,
  knownEpisodes: 0,
  attempts: 0,
  lastError: null,
  nextAttemptAt: NOW,
  refreshAfter: null,
  unavailable: false,
  leaseUntil: 0,
  accessedAt: 0,
});

const episode = (seasonNumber: number, episodeNumber: number) => ({
  seasonNumber,
  episodeNumber,
  name: '夜',
  airDate: null,
  runtimeMinutes: 24,
  vanished: false,
});
