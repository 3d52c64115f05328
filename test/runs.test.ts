import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { createApiClient } from '../lib/core/terminal/api-client.ts';
import { uploadArchive } from '../lib/imports/archive-upload.ts';
import { TRAKT_EXPORT } from '../lib/imports/sources/trakt-export.ts';
import { jobSentence } from '../lib/imports/job-report.ts';
import type { JobAnswer } from '../lib/imports/jobs-contract.ts';
import type { BatchRemovalAnswer, ViewingAnswer } from '../lib/viewings/history-contract.ts';
import { startEveningApi } from './evening-api.ts';
import { startImports, type Imports } from './imports-rig.ts';
import { agoIso, DAY_MS, episodeWatched, filmsAt, ids, movieWatched, NOON, planned } from './trakt-entries.ts';
import { zip } from './zip.ts';

const FIRST = 'batch-00000001';
const SECOND = 'batch-00000002';
const HOUR_MS = 3_600_000;

interface Batches {
  batches: { batch_id: string; kind: string | null; started_at: string | null; viewings: number; changes: number }[];
  next: string | null;
}

const episodes = (folder: string, ...files: string[]) => ({
  episodes: files.map((file_name) => ({ folder_name: folder, file_name })),
});
const old = (file_name: string) => ({
  type: 'episode',
  folder_name: 'Old',
  file_name,
  timestamp: NOON / 1000 - 365 * 86_400,
});

test('a run begins with its first request, keeps its kind and its start, and counts what is left of it', async (t) => {
  const api = await startEveningApi(t);
  const listed = async () => ((await api.get('/batches')).body as Batches).batches;
  t.deepEqual(await listed(), []);
  await api.post('/sync', episodes('a', '1', '2'), { batch: `${FIRST}; kind=sync` });
  api.clock.advance(HOUR_MS);
  t.is((await api.post('/sync', episodes('a', '3'))).status, 200);
  api.clock.advance(HOUR_MS);
  const again = await api.post('/sync', episodes('a', '1', '4'), { batch: `${FIRST}; kind=sync` });
  t.is(again.batch, FIRST, 'the answer names the run by its id alone');

  const [own, named] = await listed();
  t.like(own, { kind: 'contract', started_at: '2026-11-21T13:00:00Z', viewings: 1 });
  const first = { batch_id: FIRST, kind: 'sync', started_at: '2026-11-21T12:00:00Z', viewings: 3, changes: 0 };
  t.deepEqual(named, first);
  await api.post('/sync', episodes('a', '1', '4'));
  t.is((await listed()).length, 2, 'a request without a header that records nothing is no run');
  t.like(await api.post('/sync', episodes('a', '5'), { batch: SECOND }), { batch: SECOND });
  t.like((await listed())[0], { batch_id: SECOND, kind: 'contract' }, 'an id alone is read as before');
  for (const batch of ['short', `${FIRST}; kind=`, `${FIRST}; type=sync`, `${FIRST}; kind=sync; x=1`]) {
    t.like((await api.post('/sync', episodes('a', '6'), { batch })).body, { code: 'invalid_batch' }, batch);
  }

  const page = (await api.get('/batches?limit=2')).body as Batches;
  t.is(page.batches.length, 2);
  t.deepEqual(((await api.get(`/batches?limit=2&cursor=${page.next}`)).body as Batches).batches, [first]);
});

test('requests of one run at once leave one start', async (t) => {
  const api = await startEveningApi(t);
  const batch = `${FIRST}; kind=sync`;
  const files = Array.from({ length: 8 }, (_, index) => `${index}`);
  await Promise.all(files.map(async (file) => api.post('/sync', episodes('a', file), { batch })));
  const keys = (await Array.fromAsync(api.store.query('USER#alice', { prefix: 'BATCH' }))).map(({ sk }) => sk);
  t.deepEqual(keys, [`BATCH#${NOON}#${FIRST}`, `BATCHID#${FIRST}`]);
  t.like((await api.get('/batches')).body, { batches: [{ viewings: 8 }] });
});

test('the run that was started last is the one to undo, whatever dates its viewings carry', async (t) => {
  const api = await startEveningApi(t);
  await api.post('/sync', episodes('New', '1', '2'), { batch: `${FIRST}; kind=sync` });
  const before = await api.items();
  api.clock.advance(1000);
  const items = [{ type: 'show', folder_name: 'Old', version: 1 }, old('1'), old('2')];
  await api.post('/import', { items, dry_run: true }, { batch: `${FIRST}9; kind=import` });
  await api.post('/import', { items }, { batch: `${SECOND}; kind=import` });
  api.clock.advance(1000);
  await api.post('/sync', episodes('New', '1', '2'), { batch: `${FIRST}0; kind=sync` });
  t.like((await api.get('/batches')).body, { batches: [{ batch_id: SECOND, kind: 'import' }, { batch_id: FIRST }] });
  t.like((await api.get('/history')).body, { last_batch: { batch_id: SECOND, items: 2 } });
  t.like((await api.delete(`/batches/${SECOND}`)).body, { items_removed: 2, collections_removed: [{ name: 'Old' }] });
  t.deepEqual(await api.items(), before);
  t.like((await api.get('/batches')).body, { batches: [{ batch_id: FIRST }] });
});

test('runs from before they were noted come behind all others, by their earliest viewing', async (t) => {
  const api = await startEveningApi(t);
  const item = (name: string, batch_id: string, timestamp: number) =>
    api.store.put({
      pk: 'USER#alice',
      sk: `EPISODE#a#${name}`,
      folder_name: 'a',
      file_name: name,
      batch_id,
      timestamp,
    });
  await item('1', 'batch-before-1', 100);
  await item('2', 'batch-before-1', 4_000_000_000);
  await item('3', 'batch-before-2', 200);
  await api.post('/sync', episodes('b', '1'), { batch: FIRST });
  const { batches } = (await api.get('/batches')).body as Batches;
  t.deepEqual(
    batches.map(({ batch_id, kind, viewings }) => [batch_id, kind, viewings]),
    [
      [FIRST, 'contract', 1],
      ['batch-before-2', null, 1],
      ['batch-before-1', null, 2],
    ],
  );
});

test('undo takes back entries, edits, removals, rules and titles that came with a run, and no others', async (t) => {
  const api = await startEveningApi(t);
  const entry = (ref: string) => ({
    type: 'entry',
    source: 'manual',
    ref,
    title: ref,
    medium: 'other',
    duration: 60,
    duration_source: 'person',
    activity: 'reading',
    attention: 'focused',
  });
  const title = (tmdb_id: number) => ({
    type: 'title',
    kind: 'movie',
    tmdb_id,
    title: `Film ${tmdb_id}`,
    status: 'planned',
    added_at: 5,
  });
  const rule = (id: string) => ({ type: 'rule', id, collection: { kind: 'show', id: 'a' }, language: 'ja' });
  const one = [title(1), entry('a'), rule('r1'), { type: 'edit', source: 'x', ref: 'a', duration: 5 }];
  const two = [title(2), entry('b'), rule('r2'), { type: 'removed_viewing', source: 'trakt', ref: '5' }];
  t.like(await api.post('/import', { items: one }, { batch: FIRST }), { status: 200 });
  const before = await api.items();
  t.like(await api.post('/import', { items: [...one, ...two] }, { batch: SECOND }), { status: 200 });
  const expected = {
    items_removed: 1,
    changes_undone: 2,
    items: [{ title: 'b', medium: 'other', at: null }],
    collections_removed: [{ type: 'film', name: 'Film 2' }],
  };
  t.like((await api.delete(`/batches/${SECOND}?dry_run=true`)).body, expected);
  t.like((await api.delete(`/batches/${SECOND}`)).body, expected);
  t.deepEqual(await api.items(), before);
});

async function importZip(api: Imports, entries: unknown[], options = {}): Promise<JobAnswer> {
  const file = path.join(api.folder, 'export.zip');
  await writeFile(file, zip([{ name: 'watched-history-1.json', content: JSON.stringify(entries) }]));
  const client = createApiClient({ url: api.url, user: 'me', password: 'x' });
  const signal = new AbortController().signal;
  return api.finish(
    await uploadArchive(file, { source: TRAKT_EXPORT, api: client, options, sent: () => undefined, signal }),
  );
}

/** The user's stored viewings, without write counters. */
async function storedBy(api: Imports): Promise<unknown[]> {
  const items = await Array.fromAsync(api.store.query('USER#me', { consistent: true }));
  return items
    .filter(({ sk }) => /^(TITLE|MOVIESESSION|EPISODEWATCH|EPISODE|SHOW)#/.test(String(sk)))
    .map((item) => ({ ...item, rev: undefined }));
}

const undo = async (api: Imports, query = ''): Promise<{ run: string; answer: BatchRemovalAnswer }> => {
  const run = ((await api.get('/batches?limit=1')) as Batches).batches[0]?.batch_id ?? '';
  return { run, answer: (await api.call(`/batches/${run}${query}`, { method: 'DELETE' })).body as BatchRemovalAnswer };
};

const hoursOf = async (api: Imports): Promise<number> =>
  ((await api.get('/progress')) as { total_hours_watched: number }).total_hours_watched;

test('a ZIP of 10,000 plays is in the history to its end, and undo takes back exactly that', async (t) => {
  const films = ids(200);
  const api = await startImports(t, { tmdb: { movies: filmsAt(films) }, loggedOut: true });
  await api.post('/sync', { episodes: [{ folder_name: 'Tonight', file_name: 'S01E01' }] });
  const [film = 0] = films;
  await importZip(api, [movieWatched(film, agoIso(DAY_MS + 10 * HOUR_MS))]);
  await api.call(`/titles/movie/${film}`, { method: 'PUT', json: { rating: 4 } });
  const before = await storedBy(api);
  api.clock.advance(5000);

  const plays = films.flatMap((id) =>
    Array.from({ length: 50 }, (_, day) => movieWatched(id, agoIso((day + 1) * DAY_MS + id * 1000))),
  );
  const job = await importZip(api, plays);
  t.like(job, { status: 'completed', error_count: 0 });
  t.is(jobSentence(job), 'Imported 199 new titles, 10,000 viewings and 0 ratings.');
  const listed: ViewingAnswer[] = [];
  let pages = 0;
  for (let next: string | null = ''; next !== null; pages += 1) {
    const page = (await api.get(`/viewings?limit=3000&cursor=${next}`.replace(/&cursor=$/, ''))) as {
      viewings: ViewingAnswer[];
      next: string | null;
    };
    listed.push(...page.viewings);
    next = page.next;
  }
  t.deepEqual([listed.length, new Set(listed.map(({ id }) => id)).size, pages], [10_002, 10_002, 4]);
  t.deepEqual(
    listed.map(({ at }) => at),
    listed.map(({ at }) => at).toSorted((a, b) => (String(a) < String(b) ? 1 : -1)),
  );

  const dry = await undo(api, '?dry_run=true');
  t.is(dry.run, job.run_id);
  t.like(dry.answer, { items_removed: 10_000, changes_undone: 1 });
  t.is(dry.answer.collections_removed.length, 199);
  const done = await undo(api);
  t.like(done.answer, { items_removed: 10_000, changes_undone: 1 });
  t.deepEqual(await storedBy(api), before);
  t.is((await undo(api, '?dry_run=true')).answer.items_removed, 1, 'the import before it is the next');
});

test('of a session that two imports told of, each undo takes the plays of its own', async (t) => {
  const series = { id: 2000, name: 'Series', seasons: { 1: ['2020-01-01', '2020-01-08'] } };
  const api = await startImports(t, { tmdb: { movies: filmsAt([1000]), series: [series] }, loggedOut: true });
  const watched = (hours: number) => [
    movieWatched(1000, agoIso(DAY_MS + hours * HOUR_MS)),
    episodeWatched([2000, 1, 1], agoIso(DAY_MS + hours * HOUR_MS)),
  ];
  const first = await importZip(api, watched(2));
  const onlyFirst = await storedBy(api);
  api.clock.advance(5000);
  const second = await importZip(api, [...watched(8), ...watched(2)]);
  t.is(jobSentence(second), 'Imported 0 new titles, 2 viewings and 0 ratings.');
  t.is(await hoursOf(api), 4);
  const both = await storedBy(api);

  t.like(await undo(api), { run: second.run_id, answer: { items_removed: 2, collections_removed: [] } });
  t.deepEqual(await storedBy(api), onlyFirst);
  t.is(await hoursOf(api), 2);

  api.clock.advance(5000);
  await importZip(api, watched(8));
  t.is((await storedBy(api)).length, both.length);
  const removal = (await api.call(`/batches/${first.run_id}`, { method: 'DELETE' })).body;
  t.like(removal, { items_removed: 2, collections_removed: [] });
  const left = (await api.get('/viewings')) as { viewings: ViewingAnswer[] };
  const at = agoIso(DAY_MS + 8 * HOUR_MS).replace('.000Z', 'Z');
  t.deepEqual(
    left.viewings.map((viewing) => viewing.at),
    [at, at],
  );
  await undo(api);
  t.deepEqual(await storedBy(api), [], 'with the last of its plays a title goes that only imports have added');
});

test('undoing one import after another leaves what was planned before them', async (t) => {
  const api = await startImports(t, {
    tmdb: { movies: filmsAt([1000]) },
    trakt: { watchlist: [planned('movie', 1000)], movieHistory: [] },
  });
  await api.run('trakt_import');
  const before = await storedBy(api);
  for (const days of [1, 2, 3]) {
    api.clock.advance(5000);
    t.like(await importZip(api, [movieWatched(1000, agoIso(days * DAY_MS))]), { status: 'completed' });
  }
  for (const left of [2, 1, 0]) {
    t.is((await undo(api)).answer.items_removed, 1);
    t.is(((await api.get('/viewings')) as { viewings: unknown[] }).viewings.length, left);
  }
  t.deepEqual(await storedBy(api), before);
});

test('what the person said of a title after an import stays when the import is undone', async (t) => {
  const api = await startImports(t, { tmdb: { movies: filmsAt([1000, 1001]) }, loggedOut: true });
  await importZip(api, [movieWatched(1000, agoIso(DAY_MS)), movieWatched(1001, agoIso(DAY_MS))]);
  await api.call('/titles/movie/1000', { method: 'PUT', json: { rating: 5 } });
  t.like((await undo(api)).answer, { items_removed: 2, collections_removed: [{ type: 'film', name: 'Film 1001' }] });
  t.like(await api.get('/titles'), { titles: [{ tmdb_id: 1000, rating: 5 }] });
});

test('an episode of a series without a TMDB id counts as left out of the series, in each way to import', async (t) => {
  const api = await startImports(t, { loggedOut: true });
  const nameless = { ...episodeWatched([2000, 1, 1], agoIso(DAY_MS)), show: { title: 'No id', ids: { tmdb: null } } };
  for (const options of [{}, { dry_run: true }, { movies: false, ratings: false, watchlist: false }]) {
    const { lists, skipped, skipped_items } = await importZip(api, [nameless], options);
    t.like(lists.episodes, { total: 1, skipped: { no_tmdb_id: 1 } }, JSON.stringify(options));
    t.is(lists.movies?.total ?? 0, 0);
    t.is(skipped, 1);
    t.like(skipped_items, [{ title: 'No id', reason: 'no_tmdb_id' }]);
  }
  const { lists } = await importZip(api, [nameless], { series: false });
  t.is(lists.movies?.total ?? 0, 0, 'nor is it a film where only films are wanted');
});

test('an archive without ids of events and then the account make the same hours, and no change of them is “Nothing new.”', async (t) => {
  const series = { id: 2000, name: 'Series', seasons: { 1: ['2020-01-01', '2020-01-08'] } };
  const unknown = '1970-01-01T00:00:00.000Z';
  const movieHistory = [movieWatched(1000, agoIso(DAY_MS)), movieWatched(1001, unknown)];
  const episodeHistory = [episodeWatched([2000, 1, 1], agoIso(DAY_MS)), episodeWatched([2000, 1, 2], unknown)];
  const api = await startImports(t, {
    tmdb: { movies: filmsAt([1000, 1001]), series: [series] },
    trakt: { movieHistory, episodeHistory },
  });
  await importZip(
    api,
    [...movieHistory, ...episodeHistory].map((entry) => ({ ...entry, id: undefined })),
  );
  const hours = await hoursOf(api);
  t.true(hours > 0);
  const job = await api.run('trakt_import');
  t.is(jobSentence(job), 'Nothing new.');
  t.is(await hoursOf(api), hours);

  movieHistory.push(movieWatched(1000, agoIso(DAY_MS + 4 * HOUR_MS)));
  const more = await api.run('trakt_import');
  t.true((await hoursOf(api)) > hours);
  t.is(jobSentence(more), 'Imported 0 new titles, 1 viewing and 0 ratings.');
});
