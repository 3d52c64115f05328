import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { anything, assert, constantFrom, oneof, property, record } from 'fast-check';
import { createApiClient } from '../lib/core/terminal/api-client.ts';
import { toBody, uploadArchive } from '../lib/imports/archive-upload.ts';
import { TRAKT_EXPORT } from '../lib/imports/sources/trakt-export.ts';
import type { TitleDetailsAnswer } from '../lib/titles/titles-contract.ts';
import { eventSchema, type JobAnswer, sendJobEvents } from '../lib/imports/jobs-contract.ts';
import { betweenReadAndClaim, type Imports, startImports } from './imports-rig.ts';
import {
  MAXIMUM_TEXT_CHARACTERS,
  readHistoryEntry,
  readRatingEntry,
  readWatchlistEntry,
} from '../lib/imports/event-rules.ts';
import type { FakeTraktEntry } from './fakes/fake-trakt.ts';
import { jobPartition } from '../lib/imports/job-items.ts';
import { zip } from './zip.ts';
import { agoIso, DAY_MS, episodeWatched, filmsAt, ids, movieWatched, NOON, planned, rated } from './trakt-entries.ts';

const history = () => ({
  movieHistory: [
    movieWatched(1000, agoIso(DAY_MS)),
    movieWatched(1000, agoIso(2 * DAY_MS)),
    movieWatched(1001, '1970-01-01T00:00:00.000Z'),
    { ...movieWatched(1002, agoIso(DAY_MS)), movie: { title: 'No id', year: 2000, ids: { trakt: 5, tmdb: null } } },
    movieWatched(1999, agoIso(DAY_MS)),
  ],
  episodeHistory: [
    ...[1, 2, 3, 4, 5].map((number) => episodeWatched([2000, 1, number], agoIso(DAY_MS + number * 1000))),
    episodeWatched([2000, 1, 1], agoIso(9 * DAY_MS)),
  ],
  ratings: [rated('movie', 1000, 4), rated('movie', 1001, 11), rated('show', 2000, 8)],
  watchlist: [planned('movie', 1001), planned('movie', 1003)],
});
const tmdb = {
  movies: filmsAt(ids(5)),
  series: [
    { id: 2000, name: 'Series 2000', seasons: { 1: ['2020-01-01', '2020-01-08', '2020-01-15', '2020-01-22', null] } },
  ],
};

async function exported(
  api: Imports,
  { movieHistory, episodeHistory, ratings, watchlist }: ReturnType<typeof history>,
) {
  const part = (name: string, entries: unknown) => ({ name, content: JSON.stringify(entries) });
  const file = path.join(api.folder, 'export.zip');
  await writeFile(
    file,
    zip([
      part('watched-history-1.json', [...movieHistory, ...episodeHistory]),
      part('watched-movies.json', [{ plays: 9, movie: {} }]),
      part('ratings-movies.json', ratings.slice(0, 2)),
      part('ratings-shows.json', ratings.slice(2)),
      part('lists-watchlist.json', watchlist),
    ]),
  );
  return file;
}

async function importFile(api: Imports, file: string, options: Record<string, boolean> = {}): Promise<JobAnswer> {
  const client = createApiClient({ url: api.url, user: 'me', password: '' });
  const signal = AbortSignal.timeout(60_000);
  return api.finish(await uploadArchive(file, { source: TRAKT_EXPORT, api: client, options, sent: () => {}, signal }));
}

/** Everything shown about titles, except when they were added. */
async function everything(api: Imports) {
  api.clock.set(NOON + 3_600_000);
  const { titles } = (await api.get('/titles?limit=500')) as { titles: { type: string; tmdb_id: number }[] };
  const details = titles.map(async ({ type, tmdb_id: id }) => {
    const { added_at: _, ...title } = (await api.get(`/titles/${type}/${id}`)) as TitleDetailsAnswer;
    return title;
  });
  return { details: await Promise.all(details), progress: await api.get('/progress') };
}

test.serial(
  'the preview of an export tells what its import then does, and that is what the account would have brought',
  async (t) => {
    const lists = history();
    const fromFile = await startImports(t, { tmdb, loggedOut: true, environment: { TRAKT_CLIENT_ID: '' } });
    const file = await exported(fromFile, lists);
    const preview = await importFile(fromFile, file, { dry_run: true });
    t.deepEqual(await fromFile.get('/titles'), { titles: [], next: null });
    const done = await importFile(fromFile, file);
    t.is(done.status, 'completed');
    t.deepEqual(preview.lists, done.lists);
    t.deepEqual(preview.skipped_items, done.skipped_items);
    t.like(done.lists.movies, { total: 5, new: 2, sessions: 3, skipped: { no_tmdb_id: 1, not_at_tmdb: 1 } });
    t.is(fromFile.trakt.requests.length, 0);

    const account = await startImports(t, { tmdb, trakt: lists });
    const run = await account.run('trakt_import');
    t.deepEqual(run.lists, done.lists);
    t.deepEqual(await everything(account), await everything(fromFile));

    const again = await importFile(fromFile, file);
    t.like(again.lists.movies, { new: 0, existing: 2, sessions: 0 });
    t.like(again.lists.episodes, { new: 0, existing: 1, episodes: 0 });
    t.like(again.lists.ratings, { ratings: 0 });
  },
);

test.serial(
  'an export that lacks a part is imported, said to be incomplete, and one list of it can do without',
  async (t) => {
    const api = await startImports(t, { tmdb, loggedOut: true });
    const file = path.join(api.folder, 'export.zip');
    const parts = [1, 3].map((page) => ({
      name: `watched-history-${page}.json`,
      content: JSON.stringify([movieWatched(999 + page, agoIso(DAY_MS))]),
    }));
    await writeFile(file, zip([...parts, { name: 'ratings-movies.json', content: '[]' }]));
    const run = await importFile(api, file);
    t.like(run, {
      status: 'completed_with_errors',
      incomplete: [
        { list: 'movies', reason: 'missing_pages' },
        { list: 'episodes', reason: 'missing_pages' },
      ],
      lists: { movies: { new: 2, sessions: 2 } },
    });
    t.is(run.errors[0]?.message, 'The export has an incomplete list (missing pages).');
    const only = await importFile(api, file, { movies: false, series: false });
    t.like(only, { status: 'completed', incomplete: [] });
  },
);

test.serial('a series that was dropped at Trakt is abandoned, until more of it is watched', async (t) => {
  const api = await startImports(t, { tmdb, loggedOut: true });
  const file = path.join(api.folder, 'export.zip');
  const bring = async (episodeHistory: FakeTraktEntry[], droppedAt: string | null) => {
    const { show } = episodeWatched([2000, 1, 1], null);
    const part = (name: string, entries: unknown) => ({ name, content: JSON.stringify(entries) });
    const hidden = [{ hidden_at: droppedAt, type: 'show', show }];
    await writeFile(
      file,
      zip([
        part('watched-history-1.json', episodeHistory),
        ...(droppedAt === '' ? [] : [part('hidden-dropped.json', hidden)]),
      ]),
    );
    t.is((await importFile(api, file)).status, 'completed');
    return ((await api.get('/titles/tv/2000')) as { status: string }).status;
  };
  const first = episodeWatched([2000, 1, 1], agoIso(9 * DAY_MS));
  t.is(await bring([first], agoIso(5 * DAY_MS)), 'abandoned');
  t.is(await bring([first], agoIso(5 * DAY_MS)), 'abandoned');
  t.is(await bring([first], ''), 'abandoned', 'an export that says nothing of it changes nothing');
  const second = episodeWatched([2000, 1, 2], agoIso(2 * DAY_MS));
  t.is(await bring([second, first], agoIso(5 * DAY_MS)), 'in_progress');
  t.is(await bring([second, first], agoIso(DAY_MS)), 'abandoned');
});

test.serial('a chunk that is sent twice changes nothing, and none is taken once the import has begun', async (t) => {
  const api = await startImports(t, { tmdb, loggedOut: true });
  const { body } = await api.post('/runs', { kind: 'archive_import' });
  const run = `/runs/${(body as { run_id: string }).run_id}`;
  const film = (tmdbId: number) => ({ type: 'movie', tmdb_id: tmdbId, title: `Film ${tmdbId}` });
  const watched = (tmdbId: number) => ({
    kind: 'movie_watched',
    title: film(tmdbId),
    event_id: String(tmdbId),
    watched_at: '2026-01-01T10:00:00Z',
  });
  const skipped = [{ list: 'movies', reason: 'malformed' }];
  const first = { number: 0, events: [watched(1000), watched(1001)], skipped };
  t.like(await api.post(`${run}/advance`), {
    status: 200,
    body: { status: 'running', phase: 'receiving', total: null },
  });
  for (const chunk of [first, first, { number: 1, events: [watched(1002)] }, first]) {
    t.is((await api.post(`${run}/events`, chunk)).status, 200);
  }
  t.like(await api.post(`${run}/start`), { status: 202, body: { total: 3, skipped: 1 } });
  t.like(await api.post(`${run}/start`), { status: 202, body: { total: 3, skipped: 1 } });
  t.like(await api.post(`${run}/events`, first), { status: 409, body: { code: 'run_state' } });
  const done = await api.finish(run.slice('/runs/'.length));
  t.like(done.lists.movies, { total: 4, new: 3, sessions: 3, skipped: { malformed: 1 } });
  t.like(await api.post(`${run}/events`, first), { status: 409, body: { code: 'run_state' } });

  const { body: sync } = await api.post('/runs', { kind: 'trakt_sync' });
  const other = `/runs/${(sync as { run_id: string }).run_id}`;
  t.like(await api.post(`${other}/events`, first), { status: 409, body: { code: 'run_state' } });
  t.like(await api.post(`${other}/start`), { status: 409, body: { code: 'run_state' } });
});

test.serial('an import that is begun a second time at that moment keeps what it has done by then', async (t) => {
  const api = await startImports(t, { tmdb, loggedOut: true });
  const other = await api.start();
  const { body } = await api.post('/runs', { kind: 'archive_import' });
  const runId = (body as { run_id: string }).run_id;
  const planned = (id: number) => ({ kind: 'planned', title: { type: 'movie', tmdb_id: id } });
  await api.post(`/runs/${runId}/events`, { number: 0, events: ids(5).map(planned) });
  let between: JobAnswer | undefined;
  betweenReadAndClaim(other, runId, async () => {
    await api.post(`/runs/${runId}/start`);
    between = (await api.post(`/runs/${runId}/advance?seconds=0.5`)).body as JobAnswer;
  });
  t.is((await other.call(`/runs/${runId}/start`, { method: 'POST' })).status, 202);
  t.like(between, { status: 'running', phase: 'importing' });
  t.true((between?.completed ?? 0) > 0);
  t.like(await api.finish(runId), { completed: 5, lists: { watchlist: { total: 5, new: 5, existing: 0 } } });
});

test.serial('more than a thousand events in a chunk, or none that can be read, are refused', async (t) => {
  const api = await startImports(t, { loggedOut: true });
  const { body } = await api.post('/runs', { kind: 'archive_import' });
  const events = `/runs/${(body as { run_id: string }).run_id}/events`;
  const planned = { kind: 'planned', title: { type: 'movie', tmdb_id: 1 } };
  const plannedTimes = (length: number) => Array.from({ length }, () => planned);
  t.is((await api.post(events, { number: 0, events: plannedTimes(1000) })).status, 200);
  t.like(await api.post(events, { number: 0, events: plannedTimes(1001) }), {
    status: 400,
    body: { code: 'too_many_items' },
  });
  for (const wrong of [
    { number: -1, events: [planned] },
    { number: 0, events: [{ kind: 'planned', title: { type: 'movie', tmdb_id: 0 } }] },
    { number: 0, events: [{ kind: 'watched' }] },
    { events: [planned] },
  ]) {
    t.like(await api.post(events, wrong), { status: 400, body: { code: 'invalid_request' } });
  }
});

test.serial(
  'a chunk of entries with long titles that cannot be imported has room in an item, and all count',
  async (t) => {
    const api = await startImports(t, { loggedOut: true });
    const { body } = await api.post('/runs', { kind: 'archive_import' });
    const runId = (body as { run_id: string }).run_id;
    const skipped = ids(1000).map((id) => ({
      list: 'movies',
      reason: 'no_tmdb_id',
      title: 'あ'.repeat(MAXIMUM_TEXT_CHARACTERS),
      trakt_id: id,
    }));
    t.is((await api.post(`/runs/${runId}/events`, { number: 0, events: [], skipped })).status, 200);
    for await (const item of api.store.query(jobPartition(runId), {})) {
      t.true(Buffer.byteLength(JSON.stringify(item)) < 400_000);
    }
    await api.post(`/runs/${runId}/start`);
    t.like(await api.finish(runId), { status: 'completed', skipped: 1000, lists: { movies: { total: 1000 } } });
  },
);

test.serial('an upload that nobody goes on with makes room for another import after five minutes', async (t) => {
  const api = await startImports(t, { tmdb });
  const { body } = await api.post('/runs', { kind: 'archive_import' });
  const run = `/runs/${(body as { run_id: string }).run_id}`;
  const send = async (number: number) => api.post(`${run}/events`, { number, events: [] });
  for (const number of [0, 1, 2]) {
    api.clock.advance(200_000);
    t.is((await send(number)).status, 200, 'each chunk gives it more time');
  }
  t.is((await api.post('/runs', { kind: 'trakt_sync' })).status, 409);
  api.clock.advance(301_000);
  t.like(await api.get(run), { status: 'interrupted', phase: 'receiving' });
  t.is((await send(3)).status, 409);
  t.is((await api.run('trakt_sync')).status, 'completed');

  t.is((await api.post(`${run}/resume`)).status, 202);
  t.is((await send(3)).status, 200);
  t.like(await api.post(`${run}/cancel`), { status: 202, body: { status: 'cancelled' } });
});

test.serial('a file that breaks off in the middle leaves no import behind', async (t) => {
  const api = await startImports(t, { tmdb, loggedOut: true });
  const broken = path.join(api.folder, 'broken.zip');
  const entries = `${JSON.stringify(Array.from({ length: 3000 }, () => movieWatched(1000, agoIso(DAY_MS)))).slice(0, -1)},`;
  await writeFile(broken, zip([{ name: 'watched-history-1.json', content: entries }]));
  await t.throwsAsync(importFile(api, broken), { message: /is damaged: watched-history-1.json cannot be read/ });
  const { runs } = (await api.get('/runs')) as { runs: JobAnswer[] };
  t.deepEqual(
    runs.map(({ status }) => status),
    ['cancelled'],
  );
  t.deepEqual(await api.get('/titles'), { titles: [], next: null });
  t.is((await importFile(api, await exported(api, history()))).status, 'completed');
});

test('what is read of an entry, whatever it holds, fits what the API takes', (t) => {
  const invalid = oneof(
    constantFrom(
      0,
      1,
      -1,
      1.5,
      99_999,
      100_000,
      2_147_483_648,
      9e15,
      '7',
      '',
      'x'.repeat(1001),
      '😀\ud83d',
      '+275760-09-13',
    ),
    constantFrom('2026-01-01T00:00:00Z', '12026-01-01T00:00:00Z', null, undefined),
    anything(),
  );
  const idsOf = record({
    trakt: invalid,
    tmdb: oneof(constantFrom(1, 2_147_483_648), invalid),
    tvdb: invalid,
    imdb: invalid,
  });
  const title = record({ title: invalid, year: invalid, ids: idsOf });
  const entry = record({
    id: invalid,
    watched_at: invalid,
    rated_at: invalid,
    listed_at: invalid,
    rating: oneof(constantFrom(1, 10), invalid),
    type: constantFrom('movie', 'episode', 'show', 'season'),
    movie: title,
    show: title,
    season: record({ number: invalid }),
    episode: record({
      season: oneof(constantFrom(0, 1), invalid),
      number: oneof(constantFrom(1), invalid),
      ids: idsOf,
    }),
  });
  let events = 0;
  assert(
    property(entry, (one) => {
      for (const read of [readHistoryEntry(one), readRatingEntry(one), readWatchlistEntry(one)]) {
        if ('skipped' in read) {
          const { reason, title: name, traktId } = read.skipped;
          const skipped = [{ list: 'movies', reason, title: name, trakt_id: traktId }];
          t.true(sendJobEvents.body.safeParse({ number: 0, events: [], skipped }).success, JSON.stringify(skipped));
          continue;
        }
        events += 1;
        const { error } = eventSchema.safeParse(toBody(read.event));
        t.is(error, undefined, JSON.stringify(read.event));
      }
    }),
    { numRuns: 2000 },
  );
  t.true(events > 500, `${events} events`);
});
