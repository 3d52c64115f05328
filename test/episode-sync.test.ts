import test from 'ava';
import { tmdbShowId } from '../lib/domain/catalog.ts';
import { NotFoundError } from '../lib/domain/errors.ts';
import { parseSyncMode } from '../lib/domain/sync-mode.ts';
import { DAY, HOUR, series, startRig, type Rig } from './episode-rig.ts';

const A = tmdbShowId(1396);
const B = tmdbShowId(77);

/** Two shows of two seasons, of which aiko watches A. */
async function withTwoShows(rig: Rig): Promise<void> {
  await rig.shows.open('aiko', B);
  await rig.shows.unwatch('aiko', B);
  await rig.shows.open('aiko', A);
  rig.asked();
}
const twoShows = () => [series(A, [3, 3]), series(B, [3, 3])];
const season = (rig: Rig, id = A, number = 1) => rig.catalog.season(id, number);
const episodeNumbers = async (rig: Rig, id = A) =>
  (await rig.catalog.episodes(id)).map((one) => `${one.seasonNumber}x${one.episodeNumber}`);

test('GREEDY syncs the seasons of all shows', async (t) => {
  const rig = await startRig(t, { series: twoShows(), mode: 'GREEDY' });
  await withTwoShows(rig);
  t.like(await rig.sync.tick(), { mode: 'GREEDY', due: 4, synced: 4, failed: 0, skipped: 0 });
  t.deepEqual(rig.asked().toSorted(), ['/tv/1396/season/1', '/tv/1396/season/2', '/tv/77/season/1', '/tv/77/season/2']);
  t.like(await rig.sync.tick(), { due: 0, synced: 0 });
  t.deepEqual(rig.asked(), []);
});

test('ON_DEMAND syncs the seasons of shows that somebody watches, and no others', async (t) => {
  const rig = await startRig(t, { series: twoShows() });
  await withTwoShows(rig);
  t.like(await rig.sync.tick(), { mode: 'ON_DEMAND', due: 2, synced: 2 });
  t.deepEqual(rig.asked().toSorted(), ['/tv/1396/season/1', '/tv/1396/season/2']);
  t.deepEqual(await episodeNumbers(rig), ['1x1', '1x2', '1x3', '2x1', '2x2', '2x3']);
  t.deepEqual(await episodeNumbers(rig, B), []);
});

test('while nobody watches anything, TMDB is not called and no season is looked for', async (t) => {
  const rig = await startRig(t, { series: twoShows() });
  await withTwoShows(rig);
  await rig.shows.unwatch('aiko', A);
  rig.storeCalls.length = 0;
  t.like(await rig.sync.tick(), { due: 0, synced: 0, skipped: 0 });
  t.deepEqual(rig.asked(), []);
  t.deepEqual(rig.storeCalls, ['query DUE#watching']);
  t.false(rig.log.some(({ message }) => message === 'episode sync'));
});

test('another mode counts from the next tick on, and switching back keeps what is there', async (t) => {
  const rig = await startRig(t, { series: twoShows() });
  await withTwoShows(rig);
  await rig.sync.tick();
  rig.settings.mode = () => 'GREEDY';
  t.like(await rig.sync.tick(), { mode: 'GREEDY', synced: 2 });
  rig.settings.mode = () => 'ON_DEMAND';
  t.like(await rig.sync.tick(), { mode: 'ON_DEMAND', due: 0 });
  t.is((await episodeNumbers(rig)).length + (await episodeNumbers(rig, B)).length, 12);
});

test('an invalid mode stops the ticks with one log line, until it is mended', async (t) => {
  const rig = await startRig(t, { series: twoShows() });
  await withTwoShows(rig);
  rig.log.length = 0;
  rig.settings.mode = () => parseSyncMode('greedy', 'in config.json');
  for (let times = 0; times < 3; times++) t.like(await rig.sync.tick(), { mode: null, due: 0, synced: 0 });
  t.deepEqual(
    rig.log.map(({ message, fields }) => [message, fields['error_code']]),
    [['episode sync waits', 'invalid_setting']],
  );
  rig.settings.mode = () => 'GREEDY';
  t.like(await rig.sync.tick(), { synced: 4 });
});

test('reading a show marks it, and no other, and once', async (t) => {
  const rig = await startRig(t, { series: twoShows() });
  for (let times = 0; times < 3; times++) t.true((await rig.shows.open('aiko', A)).watching);
  t.deepEqual(await rig.watching.showIds('aiko'), [A]);
  t.is((await Array.fromAsync(rig.store.query('WATCHING'))).length, 1);
});

test('a show that TMDB does not have marks nothing', async (t) => {
  const rig = await startRig(t, { series: twoShows() });
  const error = await t.throwsAsync(rig.shows.open('aiko', tmdbShowId(4)), { instanceOf: NotFoundError });
  t.is(error.code, 'tmdb_series_not_found');
  t.deepEqual(await rig.watching.showIds(), []);
});

test('lists, recording files, joining folders and the sync itself mark nothing', async (t) => {
  const rig = await startRig(t, { series: [series(A, [3], { tvdbId: 81_189 })], mode: 'GREEDY' });
  await rig.record('Harbour', 'Harbour - 01', 'Harbour - 02');
  await rig.folders.link({ user: 'aiko', folderName: 'Harbour', showId: A });
  t.like(await rig.sync.tick(), { synced: 1 });
  await rig.shows.list('aiko');
  await rig.shows.upcoming('aiko');
  await rig.shows.season('aiko', A, 1);
  await rig.folders.list('aiko');
  t.deepEqual(await rig.watching.showIds(), []);
});

test('a show is synced as long as one of two watchers is left', async (t) => {
  const rig = await startRig(t, { series: [series(A, [3])] });
  await rig.shows.open('aiko', A);
  await rig.shows.open('ben', A);
  await rig.shows.unwatch('aiko', A);
  t.like(await rig.sync.tick(), { synced: 1 });
  rig.clock.advance(2 * DAY);
  await rig.shows.unwatch('ben', A);
  rig.asked();
  t.like(await rig.sync.tick(), { due: 0, synced: 0 });
  t.deepEqual(rig.asked(), []);
});

test('watching ends by itself after 90 days without an access, and begins again with the next', async (t) => {
  const rig = await startRig(t, { series: [series(A, [3])] });
  await rig.shows.open('aiko', A);
  await rig.sync.tick();
  rig.clock.advance(90 * DAY);
  rig.asked();
  t.like(await rig.sync.tick(), { due: 1, synced: 0, skipped: 1 });
  t.like(await rig.sync.tick(), { due: 0 });
  t.deepEqual(rig.asked(), []);
  await rig.shows.open('aiko', A);
  t.like(await rig.sync.tick(), { due: 1, synced: 1 });
});

test('a season that TMDB does not have is asked for once in 24 hours', async (t) => {
  const broken = series(A, [3]);
  const rig = await startRig(t, {
    series: [broken],
    faults: ({ path }) =>
      path.includes('/season/') ? { status: 404, body: { status_code: 34, status_message: 'none' } } : undefined,
  });
  await rig.shows.open('aiko', A);
  rig.asked();
  for (let hour = 0; hour < 24; hour++) {
    await rig.sync.tick();
    rig.clock.advance(HOUR - 10_000);
  }
  t.deepEqual(rig.asked(), ['/tv/1396/season/1']);
  t.like(await season(rig), { unavailable: true, synced: false });
  rig.clock.advance(HOUR);
  await rig.sync.tick();
  t.is(rig.asked().filter((path) => path.includes('season')).length, 1);
});

test('after a 429 with Retry-After 30 TMDB is not called for 30 seconds, by any process', async (t) => {
  let limited = true;
  const rig = await startRig(t, {
    series: twoShows(),
    parallel: 1,
    faults: ({ path }) =>
      limited && path.includes('/season/') ? { status: 429, headers: { 'retry-after': '30' }, body: {} } : undefined,
  });
  await withTwoShows(rig);
  t.like(await rig.sync.tick(), { due: 2, synced: 0, failed: 0, skipped: 2 });
  t.is(rig.asked().length, 1);
  limited = false;
  const second = rig.second();
  for (let elapsed = 0; elapsed < 29; elapsed++) {
    t.like(await rig.sync.tick(), { synced: 0 });
    t.like(await second.tick(), { synced: 0 });
    rig.clock.advance(1000);
  }
  t.deepEqual(rig.asked(), []);
  rig.clock.advance(2000);
  t.like(await rig.sync.tick(), { synced: 2 });
  t.is((await season(rig))?.attempts, 0, 'no season is to blame');
});

test('without a key TMDB is not called, and one log line says so', async (t) => {
  const rig = await startRig(t, { series: twoShows() });
  await withTwoShows(rig);
  rig.settings.apiKey = undefined;
  rig.log.length = 0;
  for (let minute = 0; minute < 10; minute++) {
    t.like(await rig.sync.tick(), { synced: 0, failed: 0 });
    rig.clock.advance(60_000);
  }
  t.deepEqual(rig.asked(), []);
  t.deepEqual(
    rig.log.map(({ message, fields }) => [message, fields['error_code']]),
    [['episode sync waits', 'tmdb_not_configured']],
  );
  rig.settings.apiKey = 'key';
  t.like(await rig.sync.tick(), { synced: 2 });
  t.true(rig.log.some(({ message }) => message === 'episode sync goes on'));
});

test('a season of which the sixth of ten episodes cannot be written is not synced; the next time has all ten once', async (t) => {
  const rig = await startRig(t, { series: [series(A, [10])] });
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

const listed = (number: number, name = `Episode ${number}`) => ({
  episode_number: number,
  name,
  air_date: '2026-11-20',
  runtime: 24,
});

test('a season that is airing is asked for again after 24 hours', async (t) => {
  const rig = await startRig(t, { series: [series(A, [], { seasons: { 1: ['2026-11-20', '2026-12-04'] } })] });
  await rig.shows.open('aiko', A);
  await rig.sync.tick();
  rig.clock.advance(DAY - 10_000);
  t.like(await rig.sync.tick(), { due: 0 });
  rig.clock.advance(10_000);
  t.like(await rig.sync.tick(), { synced: 1 });
});

test('a show that ended two years ago is never asked for again', async (t) => {
  const ended = series(A, [], { status: 'Ended', seasons: { 1: ['2024-10-01'], 2: ['2024-11-01'] } });
  const rig = await startRig(t, { series: [ended] });
  await rig.shows.open('aiko', A);
  t.like(await rig.sync.tick(), { synced: 2 });
  rig.asked();
  for (let month = 0; month < 24; month++) {
    rig.clock.advance(30 * DAY);
    t.like(await rig.sync.tick(), { due: 0 });
  }
  t.deepEqual(rig.asked(), []);
});

test('a season without episodes is not done: it is asked for again after 24 hours', async (t) => {
  const show = series(A, [], { seasons: { 1: [] } });
  const rig = await startRig(t, { series: [show] });
  await rig.shows.open('aiko', A);
  t.like(await rig.sync.tick(), { synced: 1 });
  t.like(await season(rig), { synced: false, knownEpisodes: 0 });
  t.like(await rig.sync.tick(), { due: 0 });
  show.seasons = { 1: ['2026-11-21'] };
  rig.clock.advance(DAY);
  await rig.sync.tick();
  t.like(await season(rig), { synced: true, knownEpisodes: 1 });
});

test('a new season in a show’s details is created and synced while the show is watched', async (t) => {
  const show = series(A, [2]);
  const rig = await startRig(t, { series: [show] });
  await rig.shows.open('aiko', A);
  await rig.sync.tick();
  show.seasons = { ...show.seasons, 2: ['2026-11-22'] };
  rig.clock.advance(DAY);
  await rig.sync.tick();
  t.like(await rig.sync.tick(), { synced: 1 });
  t.deepEqual(await episodeNumbers(rig), ['1x1', '1x2', '2x1']);
});

test('a season that fails delays no other, and its attempts become rarer', async (t) => {
  const rig = await startRig(t, {
    series: [series(A, [2, 2, 2])],
    faults: ({ path }) => (path.endsWith('/season/2') ? { status: 500, body: {} } : undefined),
  });
  await rig.shows.open('aiko', A);
  t.like(await rig.sync.tick(), { due: 3, synced: 2, failed: 1 });
  const pauses: number[] = [];
  for (let failures = 1; failures <= 4; failures++) {
    const { nextAttemptAt = 0, attempts } = (await season(rig, A, 2)) ?? {};
    t.is(attempts, failures);
    pauses.push(Math.round((nextAttemptAt * 1000 - rig.clock.now()) / 60_000));
    rig.clock.advance(nextAttemptAt * 1000 - rig.clock.now());
    t.like(await rig.sync.tick(), { failed: 1 });
  }
  t.deepEqual(pauses, [1, 2, 4, 8]);
  const last = await season(rig, A, 2);
  t.regex(last?.lastError ?? '', /TMDB failed for season 2 of series 1396: it answered 500/);
});

test('two processes at once sync each season once', async (t) => {
  const rig = await startRig(t, { series: [series(A, [2, 2, 2, 2])] });
  await rig.shows.open('aiko', A);
  rig.asked();
  const reports = await Promise.all([rig.sync.tick(), rig.second().tick()]);
  t.is(reports[0].synced + reports[1].synced, 4);
  t.is(rig.asked().length, 4);
});

test('a process that died with a season in its hands delays it until its lease is over', async (t) => {
  const rig = await startRig(t, { series: [series(A, [2])] });
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

test('seasons of the show accessed last are synced first', async (t) => {
  const rig = await startRig(t, { series: twoShows(), batch: 2, parallel: 1 });
  await rig.shows.open('aiko', A);
  rig.clock.advance(5000);
  await rig.shows.open('aiko', B);
  rig.clock.advance(5000);
  rig.asked();
  await rig.sync.tick();
  t.deepEqual(rig.asked(), ['/tv/77/season/1', '/tv/77/season/2']);
  rig.clock.advance(5000);
  await rig.sync.tick();
  t.deepEqual(rig.asked(), ['/tv/1396/season/1', '/tv/1396/season/2']);
});

test('a show and its seasons are created once, also by many first accesses at once and after half of them', async (t) => {
  const rig = await startRig(t, { series: [series(A, [1, 1, 1, 1])] });
  let left = 1;
  rig.breaks.write = ({ sk }) => sk === 'SEASON#0003' && left-- > 0;
  await t.throwsAsync(rig.shows.open('aiko', A), { message: 'the disk is full' });
  const users = Array.from({ length: 8 }, (_, index) => `user ${index}`);
  await Promise.all(users.map((user) => rig.shows.open(user, A)));
  t.is(rig.fake.requests.length, 1);
  t.like(await rig.sync.tick(), { due: 4, synced: 4 });
  t.is((await rig.watching.showIds()).length, 1);
});

test('a read answers also where the mark cannot be written', async (t) => {
  const rig = await startRig(t, { series: [series(A, [2])] });
  rig.breaks.write = ({ pk }) => pk === 'WATCHING';
  const { show, watching } = await rig.shows.open('aiko', A);
  t.deepEqual([show.name, watching], ['Series 1396', false]);
});

test('a read answers from the catalogue while TMDB is down', async (t) => {
  let down = false;
  const rig = await startRig(t, {
    series: [series(A, [2])],
    faults: () => (down ? { status: 503, body: {} } : undefined),
  });
  await rig.shows.open('aiko', A);
  await rig.sync.tick();
  down = true;
  rig.clock.advance(30 * DAY);
  t.is((await rig.shows.open('aiko', A)).progress.seasons.get(1)?.knownEpisodes, 2);
});

test('the status tells the last tick that did work, also to another process', async (t) => {
  const rig = await startRig(t, { series: twoShows() });
  t.deepEqual(await rig.sync.status(), {
    mode: 'ON_DEMAND',
    lastTickAt: null,
    due: 0,
    synced: 0,
    failed: 0,
    skipped: 0,
    durationMs: 0,
  });
  await withTwoShows(rig);
  const report = await rig.sync.tick();
  const at = Math.floor((rig.clock.now() - report.durationMs) / 1000);
  t.deepEqual(await rig.second().status(), { ...report, lastTickAt: at });
  t.like(rig.log.at(-1), {
    message: 'episode sync',
    fields: { mode: 'ON_DEMAND', due: 2, synced: 2, failed: 0, skipped: 0 },
  });
  rig.clock.advance(5000);
  await rig.sync.tick();
  t.like(await rig.sync.status(), { synced: 2, lastTickAt: at + 5 });
});

test('an idle tick makes one call of the store in ON_DEMAND and two in GREEDY, and scans nothing', async (t) => {
  const rig = await startRig(t, { series: twoShows() });
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
