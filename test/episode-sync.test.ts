import { setImmediate as turn } from 'node:timers/promises';
import test from 'ava';
import { tmdbShowId } from '../lib/shows/catalog-rules.ts';
import { InvalidInputError, NotFoundError } from '../lib/core/errors.ts';
import { parseSyncMode } from '../lib/core/sync-mode-rules.ts';
import { createEpisodeSync } from '../lib/shows/episode-sync-service.ts';
import { DAY, HOUR, openSqliteTable, series, startRig } from './episode-rig.ts';
import { A, B, episodeNumbers, season, testEpisodeSync, twoShows, withTwoShows } from './episode-sync-stores.ts';

testEpisodeSync(openSqliteTable);

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

test('what keeps ticks from working is said once each, also where it is two things at a time', async (t) => {
  const rig = await startRig(t, { series: twoShows() });
  await withTwoShows(rig);
  rig.log.length = 0;
  rig.settings.apiKey = undefined;
  const mended = rig.settings.mode;
  const said = () => rig.log.splice(0).map(({ message, fields }) => fields['error_code'] ?? message);
  const malformed = () => {
    throw new InvalidInputError('The config file is not a JSON object.', { code: 'config_malformed' });
  };
  await rig.sync.tick();
  t.deepEqual(said(), ['tmdb_not_configured']);
  for (let round = 0; round < 2; round++) {
    rig.settings.mode = malformed;
    for (let times = 0; times < 3; times++) t.like(await rig.sync.tick(), { mode: null });
    t.deepEqual(said(), ['config_malformed']);
    rig.settings.mode = mended;
    for (let times = 0; times < 3; times++) await rig.sync.tick();
    t.deepEqual(said(), ['episode sync resumes']);
  }
  rig.clock.advance(60_000);
  await rig.sync.tick();
  t.deepEqual(said(), [], 'the key is still missing, and that was said');
  rig.settings.apiKey = 'key';
  rig.clock.advance(60_000);
  t.like(await rig.sync.tick(), { synced: 2 });
  t.deepEqual(said(), ['episode sync resumes', 'episode sync']);
});

test('a key that TMDB refuses is tried once a minute, and one log line says so', async (t) => {
  let refuses = true;
  const rig = await startRig(t, {
    series: twoShows(),
    parallel: 1,
    faults: () => (refuses ? { status: 401, body: { status_code: 7, status_message: 'Invalid API key' } } : undefined),
  });
  refuses = false;
  await withTwoShows(rig);
  refuses = true;
  rig.log.length = 0;
  for (let second = 0; second < 120; second++) {
    t.like(await rig.sync.tick(), { synced: 0, failed: 0 });
    rig.clock.advance(1000);
  }
  t.is(rig.asked().length, 2);
  t.deepEqual(
    rig.log.map(({ message, fields }) => [message, fields['error_code']]),
    [['episode sync waits', 'tmdb_key_refused']],
  );
  t.is((await season(rig))?.attempts, 0, 'no season is to blame');
});

test('a show that TMDB does not have marks nothing', async (t) => {
  const rig = await startRig(t, { series: twoShows() });
  const error = await t.throwsAsync(rig.shows.open('aiko', tmdbShowId(4)), { instanceOf: NotFoundError });
  t.is(error.code, 'tmdb_series_not_found');
  t.deepEqual(await rig.following.showIds(), []);
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
  t.deepEqual(await rig.following.showIds(), []);
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

test('a request that waits for its turn when a 429 comes is not made any more, and the tick ends at once', async (t) => {
  const rig = await startRig(t, {
    series: [series(A, [2, 2, 2, 2, 2])],
    parallel: 5,
    intervalMs: 250,
    // The second request waits forever.
    sleep: (_, signal) => new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(stopped))),
    faults: ({ path }) =>
      path.includes('/season/') ? { status: 429, headers: { 'retry-after': '30' }, body: {} } : undefined,
  });
  const stopped = new Error('stopped');
  await rig.shows.open('aiko', A);
  rig.asked();
  rig.clock.advance(250);
  t.like(await rig.sync.tick(), { due: 5, synced: 0, failed: 0, skipped: 5 });
  t.is(rig.asked().length, 1);
  const leases = await Promise.all([1, 2, 3, 4, 5].map((number) => season(rig, A, number)));
  t.deepEqual(
    leases.map((one) => one?.leaseUntil),
    [0, 0, 0, 0, 0],
  );
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
  t.true(rig.log.some(({ message }) => message === 'episode sync resumes'));
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
  t.regex(last?.lastError ?? '', /TMDB failed for season 2 of series 1396: status 500/);
});

test('seasons are synced at the same time, as many as the setting says', async (t) => {
  const rig = await startRig(t, { series: [series(A, [1, 1, 1, 1, 1, 1, 1])] });
  await rig.shows.open('aiko', A);
  const running = new Set<number>();
  const most: number[] = [];
  const sync = createEpisodeSync({
    store: rig.store,
    catalog: rig.catalog,
    shows: { refresh: () => Promise.reject(new Error('the details are fresh')) },
    seasons: {
      async run({ seasonNumber }) {
        running.add(seasonNumber);
        most.push(running.size);
        await turn();
        running.delete(seasonNumber);
        return { kind: 'synced', changes: { inserted: [], updated: [], vanished: [] } };
      },
    },
    following: rig.following,
    mode: () => 'ON_DEMAND',
    clock: rig.clock,
    log: { info() {}, warn() {}, error() {} },
    batch: 7,
    parallel: 3,
  });
  t.like(await sync.tick(), { synced: 7 });
  t.is(Math.max(...most), 3);
});

test('a 429 that does not say for how long holds requests for a second', async (t) => {
  let limited = true;
  const rig = await startRig(t, {
    series: [series(A, [1])],
    faults: ({ path }) => (limited && path.includes('/season/') ? { status: 429, body: {} } : undefined),
  });
  await rig.shows.open('aiko', A);
  await rig.sync.tick();
  limited = false;
  t.like(await rig.sync.tick(), { due: 0, synced: 0 });
  rig.clock.advance(1000);
  t.like(await rig.sync.tick(), { synced: 1 });
});

test('a tick that is called off leaves its seasons as they were, and the next one takes them at once', async (t) => {
  const rig = await startRig(t, {
    series: [series(A, [2, 2])],
    faults: ({ path }) => (path.includes('/season/') && !called.signal.aborted ? { delayMs: 60_000 } : undefined),
  });
  const called = new AbortController();
  await rig.shows.open('aiko', A);
  rig.log.length = 0;
  const tick = rig.sync.tick(called.signal);
  while (rig.fake.requests.length < 3) await turn();
  called.abort(new Error('too long'));
  t.like(await tick, { due: 2, synced: 0, failed: 0, skipped: 2, reason: null });
  t.deepEqual(rig.log, []);
  t.like(await season(rig), { synced: false, attempts: 0, leaseUntil: 0 });
  t.like(await rig.sync.tick(), { synced: 2 });
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
  const { reason, ...report } = await rig.sync.tick();
  t.is(reason, null);
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
