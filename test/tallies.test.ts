import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import * as fc from 'fast-check';
import { readConfig } from '../lib/core/config.ts';
import { openEmbedded } from '../lib/core/terminal/embedded.ts';
import { createCatalog } from '../lib/shows/catalog-service.ts';
import { tmdbShowId } from '../lib/shows/catalog-rules.ts';
import type { ViewingAnswer } from '../lib/viewings/history-contract.ts';
import { NOWHERE } from './nowhere.ts';
import { basic, call, runApi, TVDB_KEY, type Request, type RunningApi } from './running-api.ts';

const NOON = Date.parse('2026-07-14T00:00:00Z');
const SECONDS = NOON / 1000;
const QUESTIONS = [
  '/progress',
  '/viewings?limit=5',
  '/goals',
  '/stats',
  '/stats?by=show',
  '/stats?by=language&period=month',
  '/stats?by=hour&from=2026-07-01&to=2026-07-14&medium=episode',
  '/stats?by=week&period=year&language=ja',
];

/** A user's request, by one process or the other. */
interface Write {
  by: 'this' | 'another';
  path: string;
  request: Request;
}
type Step =
  | Write
  | { moves: number }
  | { airs: number }
  | { changes: 'PATCH' | 'DELETE'; nth: number; by: Write['by'] };

const by = fc.constantFrom('this' as const, 'another' as const);
const folders = fc.constantFrom('Harbour', 'Minato', 'Nowhere', 'New');
const language = fc.constantFrom('ja', 'es', null);
const at = fc.oneof(
  fc.constant(undefined),
  fc.constant(null),
  fc.integer({ min: SECONDS - 9 * 86_400, max: SECONDS + 20_000 }),
  fc.constantFrom(SECONDS - 7 * 86_400, SECONDS - 7 * 86_400 + 1, SECONDS + 60, SECONDS - 43_200),
);
const write = (where: fc.Arbitrary<string>, json: fc.Arbitrary<unknown>, method = 'POST'): fc.Arbitrary<Write> =>
  fc.record({ by, path: where, request: json.map((body) => ({ method, json: body })) });
const collection = fc.oneof(
  folders.map((id) => ({ kind: 'show', id })),
  fc.constantFrom({ kind: 'show', id: 'tmdb:900' }, { kind: 'channel', id: 'c1' }, { kind: 'podcast', id: 'p' }),
);
const defined = (value: object): object => JSON.parse(JSON.stringify(value)) as object;

const episodes = write(
  fc.constant('/sync'),
  fc
    .array(
      fc.record({
        folder_name: folders,
        file_name: fc.constantFrom('S01E01', 'S01E02', 'S01E03', 'x'),
        duration_seconds: fc.constantFrom(undefined, 1200, 1432.5),
        language: fc.constantFrom(undefined, 'ja'),
      }),
      { minLength: 1, maxLength: 2 },
    )
    .map((list) => ({ episodes: list.map(defined) })),
);
const entries = write(
  fc.constant('/viewings'),
  fc
    .array(
      fc.record({
        source: fc.constantFrom('log', 'rewatch', 'player'),
        ref: fc.stringMatching(/^[a-f]{1,2}$/),
        title: fc.constantFrom('Talk', 'Ponyo', 'S01E01'),
        medium: fc.constantFrom('other', 'video', 'podcast', 'film', 'episode'),
        seconds: fc.constantFrom(60, 0.1, 0.2, 1799.7, 3600, 90_000),
        attention: fc.constantFrom('focused', 'background'),
        at,
        language,
        collection: fc.option(collection, { nil: undefined }),
        place: fc.constantFrom(undefined, { season: 1, episode: 2 }),
      }),
      { minLength: 1, maxLength: 2 },
    )
    .map((list) => ({ viewings: list.map(defined) })),
);
const imported = write(
  fc.constant('/import'),
  fc
    .constantFrom(
      { type: 'title', kind: 'tv', tmdb_id: 900, tvdb_id: 5, title: 'Harbour', duration: 1440, status: 'completed' },
      { type: 'title', kind: 'movie', tmdb_id: 22, title: 'Ponyo', duration: 6000, status: 'completed' },
      { type: 'movie', file_name: 'Ponyo', tmdb_id: 22, tmdb_name: 'ポニョ', movie_duration: 6001, timestamp: SECONDS },
      { type: 'movie', file_name: 'Totoro', movie_duration: 5000, timestamp: SECONDS - 90 },
      { type: 'movie_session', tmdb_id: 22, day: '2026-07-13', timestamp: SECONDS - 40_000, plays: 1, source: 'trakt' },
      {
        type: 'episode_watch',
        tmdb_id: 900,
        season_number: 1,
        episode_number: 2,
        day: '2026-07-12',
        timestamp: SECONDS - 150_000,
        plays: 1,
        source: 'trakt',
        date_source: 'watched',
      },
      { type: 'youtube_channel', youtube_channel_id: 'c1', youtube_channel_title: 'Channel' },
      {
        type: 'youtube_video',
        youtube_video_id: 'v1',
        youtube_video_title: 'V',
        youtube_channel_id: 'c1',
        youtube_video_duration: 90,
        timestamp: SECONDS - 5,
      },
      { type: 'folder_link', folder_name: 'Harbour', tmdb_id: 900 },
    )
    .map((line) => ({ items: [line] })),
);
const steps: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: episodes, weight: 4 },
  { arbitrary: entries, weight: 5 },
  { arbitrary: imported, weight: 4 },
  write(
    fc.constantFrom('/rules/a', '/rules/b'),
    fc.record({
      collection,
      language,
      attention: fc.constantFrom('background', null),
      excluded: fc.boolean(),
    }),
    'PUT',
  ),
  write(
    fc.constant('/settings'),
    fc.constantFrom(
      { day_ends_at: 4 },
      { default_language: 'ja' },
      { week_starts_on: 'sunday' },
      { time_zone: 'Europe/Berlin' },
      { time_zone: 'Pacific/Auckland', from: 'always' },
    ),
    'PUT',
  ),
  write(
    fc.constantFrom('/goals/daily', '/goals/all'),
    fc.record({ seconds: fc.constantFrom(60, 5000), period: fc.constantFrom('day', 'all'), language }),
    'PUT',
  ),
  write(fc.constant('/show'), fc.record({ folder_name: folders, tvdb_id: fc.constant(5) }), 'PUT'),
  fc.record({ changes: fc.constantFrom('PATCH' as const, 'DELETE' as const), nth: fc.nat(9), by }),
  fc.record({ airs: fc.integer({ min: 2, max: 4 }) }),
  fc.record({
    moves: fc.oneof(fc.constantFrom(1, 999, 60_000, 43_200_000, 86_400_000), fc.integer({ min: 0, max: 90_000_000 })),
  }),
);

const RUNS = 12;
const people = Array.from({ length: RUNS }, (_, index) => ({ user: `user ${index}`, password: 'p' }));

/** APIs with a cache, without one, and in another process, over the same data. */
async function startAll(t: ExecutionContext) {
  const secret = { users: people, tvdb_api_key: TVDB_KEY };
  const tvdb = { series: [{ id: 5, name: 'Harbour', averageRuntime: 23 }] };
  const kept = await runApi(t, { tvdb, secret });
  const counted = await runApi(t, { dataDirectory: kept.dataDirectory, secret });
  Object.assign(counted.store, { log: undefined });
  const script = path.join(import.meta.dirname, 'tallies-writer.ts');
  const args = [script, kept.dataDirectory, kept.secretFile, kept.tvdb.url, String(kept.clock.milliseconds)];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  t.teardown(() => child.kill());
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const config = readConfig({
    environment: { ...NOWHERE, IMMERSION_DATA_DIR: kept.dataDirectory, IMMERSION_SECRET_FILE: kept.secretFile },
    workingDirectory: kept.dataDirectory,
  });
  return { kept, counted, config, urls: { this: kept.url, another: line.toString().trim() } };
}

type All = Awaited<ReturnType<typeof startAll>>;

async function take(step: Step, authorization: string, { kept, counted, urls }: All): Promise<void> {
  if ('moves' in step) {
    kept.clock.milliseconds += step.moves;
    counted.clock.milliseconds = kept.clock.milliseconds;
  } else if ('airs' in step) {
    await airMore(kept, step.airs);
  } else if ('changes' in step) {
    const { viewings } = (await kept.call('/viewings?limit=10', { authorization })).body as {
      viewings: ViewingAnswer[];
    };
    const one = viewings[step.nth % Math.max(1, viewings.length)];
    const json = step.changes === 'PATCH' ? { json: { seconds: 77.7, at: null } } : {};
    if (one) await call(`${urls[step.by]}/viewings/${one.id}`, { method: step.changes, ...json, authorization });
  } else {
    await call(urls[step.by] + step.path, { ...step.request, authorization });
  }
}

/** Adds aired episodes of series 900 to the catalog. */
async function airMore({ store, clock }: RunningApi, episodeNumber: number): Promise<void> {
  const catalog = createCatalog({ store });
  const showId = tmdbShowId(900);
  const season = { seasonNumber: 1, name: null, episodeCount: 4 };
  await catalog.putShow({
    showId,
    tvdbId: 5,
    name: 'Harbour',
    originalName: null,
    status: null,
    lastAirDate: null,
    runtimeMinutes: 24,
    seasons: [season],
    fetchedAt: Math.floor(clock.milliseconds / 1000),
  });
  await catalog.createSeasons([
    {
      showId,
      seasonNumber: 1,
      name: null,
      list: 'other',
      synced: true,
      syncedAt: SECONDS,
      rev: 1,
      expectedEpisodes: 4,
      knownEpisodes: 4,
      attempts: 0,
      lastError: null,
      nextAttemptAt: 0,
      refreshAfter: null,
      unavailable: false,
      leaseUntil: 0,
      accessedAt: SECONDS,
    },
  ]);
  const airDate = '2026-07-15';
  await catalog.putEpisodes(showId, [
    { seasonNumber: 1, episodeNumber, name: null, airDate, runtimeMinutes: 24, vanished: false },
    { seasonNumber: 1, episodeNumber: 1, name: null, airDate: '2026-07-01', runtimeMinutes: 24, vanished: false },
  ]);
}

/** Answers of a short-lived process, and how many of them an earlier one kept. */
async function askBriefly(user: string, { config, kept }: All) {
  const clock = { now: () => kept.clock.milliseconds };
  const { send, close } = openEmbedded(config, { user, build: 'of the test', clock });
  const answers = new Map<string, string>();
  let reused = 0;
  for (const question of QUESTIONS) {
    const { status, text, isKept } = await send({ method: 'GET', path: question, headers: {} });
    if (status === 200) answers.set(question, text);
    if (isKept) reused += 1;
  }
  await close();
  return { answers, reused };
}

test('cached answers equal fresh ones, whatever two processes write and however time passes', async (t) => {
  const all = await startAll(t);
  let run = 0;
  let reused = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 10, maxLength: 25 }), async (taken) => {
      const user = `user ${run++ % RUNS}`;
      const authorization = basic(user, 'p');
      for (const step of taken) {
        await take(step, authorization, all);
        const brief = await askBriefly(user, all);
        reused += brief.reused;
        for (const question of QUESTIONS) {
          const answers = [all.kept, all.counted].map((api) => api.ask(question, authorization));
          const [kept, counted] = await Promise.all(answers);
          t.is(kept?.status, 200, question);
          t.is(kept?.text, counted?.text, `${question} after ${JSON.stringify(step)}`);
          t.is(brief.answers.get(question), counted?.text, `${question} kept after ${JSON.stringify(step)}`);
        }
      }
    }),
    // Shrinking would take too long.
    { numRuns: RUNS, endOnFailure: true },
  );
  t.true(reused > RUNS, `${reused} answers were reused`);
});

test('nothing is read again without a write, and the history is not after a new viewing or someone else’s write', async (t) => {
  const secret = { users: people, tvdb_api_key: TVDB_KEY };
  const api = await runApi(t, { secret });
  const [anna, ben] = [basic('user 0', 'p'), basic('user 1', 'p')];
  const store = { ...api.store };
  const read: string[] = [];
  const watched: typeof store.query = (partition, options) => {
    read.push(options?.prefix ?? '');
    return store.query(partition, options);
  };
  Object.assign(api.store, { query: watched });
  const ask = async () => {
    read.length = 0;
    for (const path of ['/progress', '/stats', '/stats?by=show&period=week'])
      await api.call(path, { authorization: anna });
    return [...read];
  };
  const episodesOf = (...names: string[]) => ({
    method: 'POST',
    json: { episodes: names.map((name) => ({ folder_name: 'Harbour', file_name: name })) },
  });
  await api.call('/sync', { ...episodesOf('1', '2'), authorization: anna });
  t.true((await ask()).includes('EPISODE#'));
  t.deepEqual(await ask(), []);
  await api.call('/sync', { ...episodesOf('3'), authorization: anna });
  t.deepEqual(await ask(), [], 'after a new viewing');
  t.like((await api.call('/progress', { authorization: anna })).body, { total_episodes_watched: 3 });
  await api.call('/sync', { ...episodesOf('1'), authorization: ben });
  t.deepEqual(await ask(), [], 'after a viewing of another person');
  const another = await runApi(t, { secret, dataDirectory: api.dataDirectory });
  await another.call('/sync', { ...episodesOf('4'), authorization: anna });
  t.true((await ask()).includes('EPISODE#'), 'after a write by another connection');
});
