import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import type { ViewingAnswer } from '../lib/viewings/history-contract.ts';
import { trackerSchema } from '../lib/viewings/record-items.ts';
import { createSqliteStore } from '../lib/core/store/sqlite.ts';
import { NOON, startEveningApi } from './evening-api.ts';
import { testUndoRaces } from './undo-races.ts';

const FIRST = 'batch-00000001';
const SECOND = 'batch-00000002';
const LATER = 'batch-00000003';

const sources = {
  tvdb: { series: [{ id: 7, name: 'Show A', runtime: 24 }], movies: [{ id: 11, name: 'Film', runtime: 100 }] },
  youtube: {
    videos: ['v1', 'v2', 'v3'].map((id) => ({
      id,
      title: `Video ${id}`,
      channelId: id === 'v3' ? 'c2' : 'c1',
      duration: 'PT1M',
    })),
    channels: [
      { id: 'c1', title: 'One' },
      { id: 'c2', title: 'Two' },
    ],
  },
  spotify: {
    shows: [{ id: 's1', name: 'Podcast' }],
    episodes: [{ id: 'e1', name: 'Talk', showId: 's1', durationMs: 60_000, releaseDate: '2026-01-01' }],
  },
};

const episodes = (folder: string, ...files: string[]) => ({
  episodes: files.map((file_name) => ({ folder_name: folder, file_name })),
});

test('undo removes exactly what a run recorded, and what only that referred to', async (t) => {
  const api = await startEveningApi(t, sources);
  await api.post('/sync', episodes('a', '1', '2'), { batch: FIRST });
  await api.put('/show', { folder_name: 'a', tvdb_id: 7 });
  await api.post('/syncyoutube', { video_ids: ['v1'] }, { batch: FIRST });
  await api.post('/sync', episodes('a', '1'), { user: 'bob', batch: SECOND });
  const before = await api.items();
  const bobs = await api.items('bob');

  api.clock.advance(60_000);
  await api.post('/sync', episodes('a', '2', '3'), { batch: SECOND });
  await api.post('/sync', episodes('b#', 'x#1', '2'), { batch: SECOND });
  await api.post('/syncyoutube', { video_ids: ['v1', 'v2', 'v3'] }, { batch: SECOND });
  await api.post('/syncspotify', { episode_ids: ['e1'] }, { batch: SECOND });
  await api.post('/syncmovies', { movies: [{ file_name: 'film', tvdb_id: 11 }] }, { batch: SECOND });
  const whole = await api.items();

  const expected = {
    batch_id: SECOND,
    items_removed: 7,
    changes_undone: 0,
    collections_removed: [
      { type: 'show', name: 'b#' },
      { type: 'spotify_show', name: 'Podcast' },
      { type: 'youtube_channel', name: 'Two' },
    ],
    restored: [],
  };
  const removed = async (query = '') => {
    const { items, ...body } = (await api.delete(`/batches/${SECOND}${query}`)).body as { items: ViewingAnswer[] };
    t.deepEqual(
      items.map(({ medium, title, collection, seconds, at, batch_id }) => [
        medium,
        title,
        collection?.name ?? collection?.id ?? null,
        seconds,
        at,
        batch_id,
      ]),
      [
        ['film', 'Film', null, 6000],
        ['episode', '3', 'Show A', 1440],
        ['episode', '2', 'b#', 1200],
        ['episode', 'x#1', 'b#', 1200],
        ['podcast', 'Talk', 'Podcast', 60],
        ['video', 'Video v2', 'One', 60],
        ['video', 'Video v3', 'Two', 60],
      ].map((one) => [...one, '2026-11-21T12:01:00Z', SECOND]),
    );
    return body;
  };
  t.deepEqual(await removed('?dry_run=true'), { ...expected, dry_run: true });
  t.deepEqual(await api.items(), whole);

  t.deepEqual(await removed(), { ...expected, dry_run: false });
  t.deepEqual(await api.items(), before);
  t.deepEqual(await api.items('bob'), bobs);

  const again = await api.delete(`/batches/${SECOND}`);
  t.deepEqual(again, {
    status: 200,
    body: {
      batch_id: SECOND,
      dry_run: false,
      items_removed: 0,
      changes_undone: 0,
      items: [],
      collections_removed: [],
      restored: [],
    },
    batch: null,
  });
  t.deepEqual(await api.items(), before);
});

test('a batch id that is none is refused, and so is a dry run that is neither true nor false', async (t) => {
  const api = await startEveningApi(t);
  for (const target of ['/batches/short', `/batches/${FIRST}?dry_run=maybe`]) {
    const { status, body } = await api.delete(target);
    t.is(status, 400);
    t.like(body, { code: 'invalid_request' });
  }
});

test('undo of a run of hundreds of episodes removes them all with their show', async (t) => {
  const api = await startEveningApi(t);
  const files = Array.from({ length: 350 }, (_, index) => `e${index}`);
  await api.post('/sync', episodes('long', ...files), { batch: FIRST });
  const { body } = await api.delete(`/batches/${FIRST}`);
  t.like(body, { items_removed: 350, collections_removed: [{ type: 'show', name: 'long' }] });
  t.is((body as { items: unknown[] }).items.length, 200);
  t.deepEqual(await api.items(), []);
});

test('the history lists what was watched last, with the last batch', async (t) => {
  const api = await startEveningApi(t, sources);
  t.deepEqual((await api.get('/history')).body, { items: [], last_batch: null });
  await api.post('/sync', episodes('a', '1', '2'), { batch: FIRST });
  await api.store.put({
    pk: 'USER#alice',
    sk: 'EPISODE#old#1',
    user: 'alice',
    folder_name: 'old',
    file_name: '1',
    timestamp: NOON / 1000 + 30,
  });
  api.clock.advance(60_000);
  await api.post('/syncyoutube', { video_ids: ['v1', 'v2', 'v3'] }, { batch: SECOND });
  await api.post('/sync', episodes('a', '3'), { batch: LATER, user: 'bob' });

  const last_batch = { batch_id: SECOND, items: 3, watched_at: '2026-11-21T12:01:00Z' };
  const first = await api.get('/history?limit=4');
  t.is(first.status, 200);
  t.deepEqual(first.body, {
    items: [
      ...['v1', 'v2', 'v3'].map((id) => ({
        type: 'youtube_video',
        id,
        title: `Video ${id}`,
        collection: id === 'v3' ? 'Two' : 'One',
        watched_at: '2026-11-21T12:01:00Z',
        duration_seconds: 60,
        batch_id: SECOND,
      })),
      {
        type: 'episode',
        id: '1',
        title: '1',
        collection: 'old',
        watched_at: '2026-11-21T12:00:30Z',
        duration_seconds: 1200,
        batch_id: null,
      },
    ],
    last_batch,
  });

  // In the contract's zone, Pacific/Auckland, the evening of the 21st in UTC is early on the 22nd.
  for (const [since, count] of [
    ['2026-11-21T12:01:00Z', 3],
    [String(NOON / 1000 + 30), 4],
    ['2026-11-22', 6],
    ['2026-11-22T01:00:30', 4],
    ['2026-11-23', 0],
  ] as const) {
    const { body } = await api.get(`/history?since=${encodeURIComponent(since)}`);
    t.is((body as { items: unknown[] }).items.length, count, since);
    t.like(body, { last_batch });
  }
  for (const query of ['limit=0', 'limit=201', 'limit=many', 'since=soon', 'since=', 'before=now']) {
    const { status, body } = await api.get(`/history?${query}`);
    t.is(status, 400, query);
    t.like(body, { code: 'invalid_request' });
  }
});

test('of a long history only what was asked for is kept, and it is the latest', async (t) => {
  const api = await startEveningApi(t);
  for (let minute = 0; minute < 30; minute++) {
    await api.post('/sync', episodes(`show ${30 - minute}`, 'a', 'b', 'c'));
    api.clock.advance(60_000);
  }
  const { body } = await api.get('/history?limit=2');
  t.deepEqual(
    (body as { items: { collection: string; id: string }[] }).items.map(({ collection, id }) => [collection, id]),
    [
      ['show 1', 'a'],
      ['show 1', 'b'],
    ],
  );
});

testUndoRaces(async (t) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'immersion-undo-'));
  const store = createSqliteStore({ file: path.join(directory, 'store.sqlite'), schema: trackerSchema('immersion') });
  t.teardown(async () => {
    await store.close();
    await rm(directory, { recursive: true });
  });
  return store;
});
