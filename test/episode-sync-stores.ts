import test from 'ava';
import { tmdbShowId } from '../lib/shows/catalog-rules.ts';
import { DAY, series, startRig, type OpenTable, type Rig } from './episode-rig.ts';

export const A = tmdbShowId(1396);
export const B = tmdbShowId(77);

/** Two shows with two seasons each; aiko follows A. */
export async function withTwoShows(rig: Rig): Promise<void> {
  await rig.shows.open('aiko', B);
  await rig.shows.unfollow('aiko', B);
  await rig.shows.open('aiko', A);
  rig.asked();
}
export const twoShows = () => [series(A, [3, 3]), series(B, [3, 3])];
export const season = (rig: Rig, id = A, number = 1) => rig.catalog.season(id, number);
export const episodeNumbers = async (rig: Rig, id = A) =>
  (await rig.catalog.episodes(id)).map((one) => `${one.seasonNumber}x${one.episodeNumber}`);

/** The episode sync's contract over any store. */
export function testEpisodeSync(open: OpenTable): void {
  test('GREEDY syncs the seasons of all shows', async (t) => {
    const rig = await startRig(t, { open, series: twoShows(), mode: 'GREEDY' });
    await withTwoShows(rig);
    t.like(await rig.sync.tick(), { mode: 'GREEDY', due: 4, synced: 4, failed: 0, skipped: 0 });
    t.deepEqual(rig.asked().toSorted(), [
      '/tv/1396/season/1',
      '/tv/1396/season/2',
      '/tv/77/season/1',
      '/tv/77/season/2',
    ]);
    t.like(await rig.sync.tick(), { due: 0, synced: 0 });
    t.deepEqual(rig.asked(), []);
  });

  test('ON_DEMAND syncs the seasons of shows that somebody watches, and no others', async (t) => {
    const rig = await startRig(t, { open, series: twoShows() });
    await withTwoShows(rig);
    t.like(await rig.sync.tick(), { mode: 'ON_DEMAND', due: 2, synced: 2 });
    t.deepEqual(rig.asked().toSorted(), ['/tv/1396/season/1', '/tv/1396/season/2']);
    t.deepEqual(await episodeNumbers(rig), ['1x1', '1x2', '1x3', '2x1', '2x2', '2x3']);
    t.deepEqual(await episodeNumbers(rig, B), []);
  });

  test('while nobody watches anything, TMDB is not called and no season is looked for', async (t) => {
    const rig = await startRig(t, { open, series: twoShows() });
    await withTwoShows(rig);
    await rig.shows.unfollow('aiko', A);
    rig.storeCalls.length = 0;
    t.like(await rig.sync.tick(), { due: 0, synced: 0, skipped: 0 });
    t.deepEqual(rig.asked(), []);
    t.deepEqual(rig.storeCalls, ['query DUE#watching']);
    t.false(rig.log.some(({ message }) => message === 'episode sync'));
  });

  test('another mode counts from the next tick on, and switching back keeps what is there', async (t) => {
    const rig = await startRig(t, { open, series: twoShows() });
    await withTwoShows(rig);
    await rig.sync.tick();
    rig.settings.mode = () => 'GREEDY';
    t.like(await rig.sync.tick(), { mode: 'GREEDY', synced: 2 });
    rig.settings.mode = () => 'ON_DEMAND';
    t.like(await rig.sync.tick(), { mode: 'ON_DEMAND', due: 0 });
    t.is((await episodeNumbers(rig)).length + (await episodeNumbers(rig, B)).length, 12);
  });

  test('reading a show marks it, and no other, and once', async (t) => {
    const rig = await startRig(t, { open, series: twoShows() });
    for (let times = 0; times < 3; times++) t.true((await rig.shows.open('aiko', A)).watching);
    t.deepEqual(await rig.following.showIds('aiko'), [A]);
    t.is((await Array.fromAsync(rig.store.query('WATCHING'))).length, 1);
  });

  test('a show is synced as long as one of two watchers is left', async (t) => {
    const rig = await startRig(t, { open, series: [series(A, [3])] });
    await rig.shows.open('aiko', A);
    await rig.shows.open('ben', A);
    await rig.shows.unfollow('aiko', A);
    t.like(await rig.sync.tick(), { synced: 1 });
    rig.clock.advance(2 * DAY);
    await rig.shows.unfollow('ben', A);
    rig.asked();
    t.like(await rig.sync.tick(), { due: 0, synced: 0 });
    t.deepEqual(rig.asked(), []);
  });

  test('after a 429 with Retry-After 30 TMDB is not called for 30 seconds, by any process', async (t) => {
    let limited = true;
    const rig = await startRig(t, {
      open,
      series: twoShows(),
      parallel: 1,
      faults: ({ path }) =>
        limited && path.includes('/season/') ? { status: 429, headers: { 'retry-after': '30' }, body: {} } : undefined,
    });
    await withTwoShows(rig);
    const refused = await rig.sync.tick();
    t.like(refused, { due: 2, synced: 0, failed: 0, skipped: 2 });
    t.regex(refused.reason ?? '', /TMDB failed for season 1 of series 1396: too many requests/);
    t.is(rig.asked().length, 1);
    limited = false;
    const second = rig.second();
    for (let elapsed = 0; elapsed < 29; elapsed++) {
      t.like(await rig.sync.tick(), { synced: 0 });
      t.like(await second.tick(), { synced: 0, reason: 'TMDB is limiting requests right now.' });
      rig.clock.advance(1000);
    }
    t.deepEqual(rig.asked(), []);
    rig.clock.advance(2000);
    t.like(await rig.sync.tick(), { synced: 2 });
    t.is((await season(rig))?.attempts, 0, 'no season is to blame');
  });

  test('of two processes that are told to wait the longer time counts', async (t) => {
    const rig = await startRig(t, { open });
    const now = rig.clock.now() / 1000;
    for (const seconds of [30, 5]) await rig.catalog.hold(now + seconds);
    t.is((await rig.catalog.due('watching', now)).heldUntil, now + 30);
  });

  test('a season of which the sixth of ten episodes cannot be written is not synced; the next time has all ten once', async (t) => {
    const rig = await startRig(t, { open, series: [series(A, [10])] });
    await rig.shows.open('aiko', A);
    rig.breaks.write = (item) => item['episode_number'] === 6;
    t.like(await rig.sync.tick(), { synced: 0, failed: 1 });
    t.like(await season(rig), { synced: false, syncedAt: null, attempts: 1, leaseUntil: 0 });
    rig.breaks.write = () => false;
    t.like(await rig.sync.tick(), { due: 0 });
    rig.clock.advance(66_000);
    t.like(await rig.sync.tick(), { synced: 1 });
    t.deepEqual(
      await episodeNumbers(rig),
      Array.from({ length: 10 }, (_, index) => `1x${index + 1}`),
    );
    t.like(await season(rig), { synced: true, knownEpisodes: 10, attempts: 0, lastError: null });
  });

  test('an episode renamed, one added and one gone are one update, one insert and one mark; then nothing is written', async (t) => {
    let episodes = [listed(1), listed(2), listed(3)];
    const rig = await startRig(t, {
      open,
      series: [series(A, [3])],
      faults: ({ path }) => (path.endsWith('/season/1') ? { body: { season_number: 1, episodes } } : undefined),
    });
    await rig.shows.open('aiko', A);
    const written: string[] = [];
    rig.breaks.write = ({ sk, name, vanished }) => {
      if (String(sk).startsWith('EPISODE#')) written.push(`${String(name)}${vanished === true ? ', vanished' : ''}`);
      return false;
    };
    await rig.sync.tick();
    t.deepEqual(written.splice(0), ['Episode 1', 'Episode 2', 'Episode 3']);

    episodes = [listed(1), listed(2, 'Harbour'), listed(4)];
    rig.clock.advance(DAY);
    t.like(await rig.sync.tick(), { synced: 1 });
    t.deepEqual(written.splice(0).toSorted(), ['Episode 3, vanished', 'Episode 4', 'Harbour']);
    rig.clock.advance(DAY);
    t.like(await rig.sync.tick(), { synced: 1 });
    t.deepEqual(written, []);
  });

  test('two processes at once sync each season once', async (t) => {
    const rig = await startRig(t, { open, series: [series(A, [2, 2, 2, 2])] });
    await rig.shows.open('aiko', A);
    rig.asked();
    const reports = await Promise.all([rig.sync.tick(), rig.second().tick()]);
    t.is(reports[0].synced + reports[1].synced, 4);
    t.is(rig.asked().length, 4);
  });

  test('a process that died with a season in its hands delays it until its lease is over', async (t) => {
    const rig = await startRig(t, { open, series: [series(A, [2])] });
    await rig.shows.open('aiko', A);
    const held = await season(rig);
    if (held) await rig.catalog.saveSeason(held, { ...held, leaseUntil: rig.clock.now() / 1000 + 180 });
    t.like(await rig.sync.tick(), { due: 1, skipped: 1 });
    rig.clock.advance(180_000);
    t.like(await rig.sync.tick(), { due: 1, synced: 1 });
  });

  test('a season that is outdated again while it is fetched is not synced, and due at once', async (t) => {
    const show = series(A, [2]);
    let meanwhile: Promise<unknown> = Promise.resolve();
    const rig: Rig = await startRig(t, {
      open,
      series: [show],
      faults: ({ path }, count) => {
        if (!path.endsWith('/season/1') || count > 2) return undefined;
        meanwhile = season(rig).then((read) => read && rig.catalog.saveSeason(read, { ...read, rev: read.rev + 1 }));
        return { delayMs: 50 };
      },
    });
    await rig.shows.open('aiko', A);
    await rig.sync.tick();
    await meanwhile;
    t.like(await season(rig), { synced: false, leaseUntil: 0 });
    t.like(await rig.sync.tick(), { synced: 1 });
    t.like(await season(rig), { synced: true });
  });

  test('a show and its seasons are created once, also by many first accesses at once and after half of them', async (t) => {
    const rig = await startRig(t, { open, series: [series(A, [1, 1, 1, 1])] });
    let left = 1;
    rig.breaks.write = ({ sk }) => sk === 'SEASON#0003' && left-- > 0;
    await t.throwsAsync(rig.shows.open('aiko', A), { message: 'the disk is full' });
    const users = Array.from({ length: 8 }, (_, index) => `user ${index}`);
    await Promise.all(users.map((user) => rig.shows.open(user, A)));
    t.is(rig.fake.requests.length, 1);
    t.like(await rig.sync.tick(), { due: 4, synced: 4 });
    t.is((await rig.following.showIds()).length, 1);
  });

  test('an idle tick makes one call of the store in ON_DEMAND and two in GREEDY, and scans nothing', async (t) => {
    const rig = await startRig(t, { open, series: twoShows() });
    await withTwoShows(rig);
    rig.settings.mode = () => 'GREEDY';
    await rig.sync.tick();
    rig.storeCalls.length = 0;
    await rig.sync.tick();
    t.deepEqual(rig.storeCalls, ['query DUE#watching', 'query DUE#other']);
    rig.settings.mode = () => 'ON_DEMAND';
    rig.storeCalls.length = 0;
    await rig.sync.tick();
    t.deepEqual(rig.storeCalls, ['query DUE#watching']);
  });
}

const listed = (number: number, name = `Episode ${number}`) => ({
  episode_number: number,
  name,
  air_date: '2026-11-20',
  runtime: 24,
});
