import test from 'ava';
import * as fc from 'fast-check';
import { toItem, toRecord } from '../lib/viewings/record-items.ts';
import { exchangedItemSchema, type ExportAnswer } from '../lib/exchange/exchange-contract.ts';
import { orderedLine } from '../lib/exchange/line-items.ts';
import { kindOf } from '../lib/exchange/record-kind-items.ts';
import type { TrackedRecord } from '../lib/viewings/record-rules.ts';
import { NOON, startEveningApi, type EveningApi } from './evening-api.ts';

const SECONDS = NOON / 1000;
const BATCH = 'batch-00000001';

const sources = {
  tvdb: {
    series: [{ id: 7, name: 'Show A', runtime: 24, image: 'https://images.test/7' }],
    movies: [{ id: 11, name: 'Film', runtime: 100 }],
  },
  tmdb: { movies: [{ id: 22, title: 'Another', originalTitle: '別の映画', runtime: 90 }] },
  youtube: {
    videos: [{ id: 'v1', title: 'Video', channelId: 'c1', duration: 'PT1M30S' }],
    channels: [{ id: 'c1', title: 'Channel', thumbnails: { high: 'https://images.test/c1' } }],
  },
  spotify: {
    shows: [{ id: 's1', name: 'Podcast' }],
    episodes: [{ id: 'e1', name: 'Talk', showId: 's1', durationMs: 61_000, releaseDate: '2026-01-01' }],
  },
};

/** Some weeks of every source, with folders that share an id, one without, and names that need encoding. */
async function live(api: EveningApi): Promise<void> {
  const sync = (folder: string, ...files: string[]) =>
    api.post('/sync', { episodes: files.map((file_name) => ({ folder_name: folder, file_name })) });
  api.clock.advance(-40 * 86_400_000);
  await sync('a', '1', '2', '3');
  await sync('a, other release', '4');
  await api.put('/show', { folder_name: 'a', tvdb_id: 7 });
  await api.put('/show', { folder_name: 'a, other release', tvdb_id: 7 });
  api.clock.advance(30 * 86_400_000);
  await sync('b#', 'x#1', '二');
  await api.post('/syncyoutube', { video_ids: ['v1'] });
  api.clock.advance(10 * 86_400_000);
  await api.post('/syncspotify', { episode_ids: ['e1'] });
  const movies = [
    { file_name: 'film', tvdb_id: 11 },
    { file_name: 'another', tmdb_id: 22 },
  ];
  await api.post('/syncmovies', { movies });
}

async function exportAll(api: EveningApi, user = 'alice'): Promise<ExportAnswer['items']> {
  const items: ExportAnswer['items'] = [];
  for (let next: string | null = ''; next !== null;) {
    const { status, body } = await api.get(`/export${next && `?next=${encodeURIComponent(next)}`}`, { user });
    if (status !== 200) throw new Error(JSON.stringify(body));
    const page = body as ExportAnswer;
    if (page.items.length > 1000) throw new Error('A page is too long');
    items.push(...page.items);
    next = page.next;
  }
  return items;
}

test('an export brought into another account gives the same progress, and the same export', async (t) => {
  const api = await startEveningApi(t, sources);
  await live(api);
  const items = await exportAll(api);
  t.deepEqual(items[0], {
    type: 'show',
    folder_name: 'a',
    tvdb_id: 7,
    tvdb_name: 'Show A',
    tvdb_image: 'https://images.test/7',
    tvdb_average_runtime: 1440,
    version: 2,
  });
  t.is(items.filter(({ type }) => type === 'episode').length, 6);
  const text = JSON.stringify(items);
  for (const secret of ['"pk"', '"sk"', '"user"', 'alice']) t.false(text.includes(secret), secret);

  const counts = { items_added: items.length, items_existing: 0, items_replaced: 0, differing: [] };
  t.deepEqual((await api.post('/import', { items, dry_run: true }, { user: 'bob' })).body, {
    ...counts,
    dry_run: true,
  });
  t.deepEqual(await api.items('bob'), []);
  t.deepEqual(await api.post('/import', { items }, { user: 'bob', batch: BATCH }), {
    status: 200,
    body: { ...counts, dry_run: false },
    batch: BATCH,
  });
  const progress = (await api.get('/progress')).body;
  t.like(progress, { total_episodes_watched: 6, total_movies_watched: 2, youtube_videos_watched: 1 });
  t.deepEqual((await api.get('/progress', { user: 'bob' })).body, progress);
  t.deepEqual((await api.get('/shows', { user: 'bob' })).body, (await api.get('/shows')).body);
  const watchesOf = async (user: string) =>
    ((await api.get('/history', { user })).body as { items: object[] }).items.map((item) => ({
      ...item,
      batch_id: '',
    }));
  t.deepEqual(await watchesOf('bob'), await watchesOf('alice'));
  t.deepEqual(await exportAll(api, 'bob'), items);
  t.true((await api.items('bob')).every((item) => item['pk'] === 'USER#bob' && item['user'] === 'bob'));

  const before = await api.items('bob');
  const again = { items_added: 0, items_existing: items.length, items_replaced: 0, differing: [] };
  for (const dry_run of [true, false]) {
    t.deepEqual((await api.post('/import', { items, dry_run }, { user: 'bob' })).body, { ...again, dry_run });
  }
  t.deepEqual(await api.items('bob'), before);
});

test('2,500 items are exported in three pages, shows before their episodes, each once', async (t) => {
  const api = await startEveningApi(t);
  const episodes = Array.from({ length: 2450 }, (_, index) => ({
    folder_name: `show #${index % 50}`,
    file_name: `episode ${index}`,
  }));
  await api.post('/sync', { episodes });
  const first = (await api.get('/export')).body as ExportAnswer;
  t.is(first.items.length, 1000);
  const items = await exportAll(api);
  t.is(items.length, 2500);
  t.true(items.slice(0, 50).every(({ type }) => type === 'show'));
  t.is(new Set(items.map((item) => JSON.stringify(item))).size, 2500);
});

test('a page of exactly 1,000 items is the last one', async (t) => {
  const api = await startEveningApi(t);
  const episodes = Array.from({ length: 999 }, (_, index) => ({ folder_name: 'show', file_name: `e${index}` }));
  await api.post('/sync', { episodes });
  const { items, next } = (await api.get('/export')).body as ExportAnswer;
  t.deepEqual([items.length, next], [1000, null]);
});

test('a key of the older service with # in a name is exported once and comes in under its own key', async (t) => {
  const api = await startEveningApi(t);
  const attributes = { folder_name: 'a#b', file_name: 'c', timestamp: SECONDS };
  await api.store.put({ pk: 'USER#alice', sk: 'EPISODE#a#b#c', user: 'alice', ...attributes });
  const episodes = Array.from({ length: 1100 }, (_, index) => ({ folder_name: 'A', file_name: `e${index}` }));
  await api.post('/sync', { episodes });
  const items = await exportAll(api);
  t.is(items.length, 1102);
  await api.post(
    '/import',
    { items: items.filter((item) => 'folder_name' in item && item.folder_name === 'a#b') },
    { user: 'bob', batch: BATCH },
  );
  t.deepEqual(await api.items('bob'), [
    { pk: 'USER#bob', sk: 'EPISODE##a%23b#c', user: 'bob', ...attributes, batch_id: BATCH },
  ]);
});

test('a page that was never given out is refused', async (t) => {
  const api = await startEveningApi(t);
  for (const [next, code] of [
    ['nonsense', 'invalid_request'],
    [Buffer.from('OTHER#key').toString('base64url'), 'invalid_request'],
    ['%FF', 'not_utf8'],
  ] as const) {
    const { status, body } = await api.get(`/export?next=${next}`);
    t.is(status, 400);
    t.like(body, { code });
  }
});

test('an import writes nothing when any of its items is wrong, and names each', async (t) => {
  const api = await startEveningApi(t);
  const good = { type: 'episode', folder_name: 'a', file_name: '1', timestamp: SECONDS };
  const video = {
    type: 'youtube_video',
    youtube_video_id: 'v1',
    youtube_video_title: 'Video',
    youtube_channel_id: 'c1',
    youtube_video_duration: 60,
    timestamp: SECONDS,
  };
  for (const [bad, path] of [
    [{ ...good, type: 'token' }, 'items.1.type'],
    [{ ...good, folder_name: '' }, 'items.1.folder_name'],
    [{ ...good, file_name: 'a\u0000b' }, 'items.1.file_name'],
    [{ ...good, timestamp: 'yesterday' }, 'items.1.timestamp'],
    [{ ...good, timestamp: -1 }, 'items.1.timestamp'],
    [{ ...good, batch_id: 'no id' }, 'items.1.batch_id'],
    [{ ...good, pk: 'USER#bob' }, 'items.1'],
    [{ ...good, user: 'bob' }, 'items.1'],
    [{ ...video, youtube_video_id: undefined }, 'items.1.youtube_video_id'],
    [{ ...video, youtube_video_title: '\ud800' }, 'items.1.youtube_video_title'],
    [{ type: 'movie', file_name: 'f', tvdb_id: 1, tmdb_id: 2, movie_duration: 0, timestamp: 1 }, 'items.1'],
    ['episode', 'items.1'],
  ] as const) {
    for (const dry_run of [true, false]) {
      const { status, body } = await api.post('/import', { items: [good, bad], dry_run });
      t.is(status, 400, JSON.stringify(bad));
      t.like(body, { code: 'invalid_request', details: [{ path }] });
    }
  }
  const long = { type: 'episode', folder_name: '話'.repeat(255), file_name: '話'.repeat(255), timestamp: 1 };
  const tooLong = await api.post('/import', { items: [good, long] });
  t.is(tooLong.status, 400);
  t.like(tooLong.body, { code: 'key_too_long' });
  const many = await api.post('/import', {
    items: Array.from({ length: 1001 }, (_, index) => ({ ...good, file_name: `${index}` })),
  });
  t.is(many.status, 400);
  t.like(many.body, { code: 'too_many_items' });
  t.deepEqual(await api.items(), []);
});

test('an import leaves what is there as it is, and adds the rest', async (t) => {
  const api = await startEveningApi(t);
  await api.post('/sync', { episodes: [{ folder_name: 'a', file_name: '1' }] }, { batch: BATCH });
  const before = await api.items();
  const items = [
    { type: 'show', folder_name: 'a', tvdb_id: 7, tvdb_name: 'Show A', tvdb_average_runtime: 1440 },
    { type: 'episode', folder_name: 'a', file_name: '1', timestamp: 1 },
    { type: 'episode', folder_name: 'a', file_name: '2', timestamp: 2 },
    { type: 'episode', folder_name: 'a', file_name: '2', timestamp: 3 },
  ];
  for (const dry_run of [true, false]) {
    t.deepEqual((await api.post('/import', { items, dry_run }, { batch: 'batch-00000002' })).body, {
      items_added: 1,
      items_existing: 3,
      items_replaced: 0,
      differing: [
        { index: 0, attributes: ['tvdb_id', 'tvdb_name', 'tvdb_average_runtime'], outcome: 'kept' },
        { index: 1, attributes: ['timestamp'], outcome: 'kept' },
        { index: 3, attributes: ['timestamp'], outcome: 'kept' },
      ],
      dry_run,
    });
  }
  const after = await api.items();
  t.deepEqual(
    after.filter(({ sk }) => sk !== 'EPISODE#a#2'),
    before,
  );
  t.like(
    after.find(({ sk }) => sk === 'EPISODE#a#2'),
    { timestamp: 2, batch_id: 'batch-00000002' },
  );
  t.like((await api.delete('/batches/batch-00000002')).body, { items_removed: 1, collections_removed: [] });
  t.deepEqual(await api.items(), before);
});

test('whatever is recorded fits through export and import unharmed', (t) => {
  const name = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    .filter((text) => !/\p{Cc}/u.test(text))
    .map((text) => text.normalize('NFC'));
  const id = fc.stringMatching(/^[\w-]{1,22}$/);
  const number = fc.nat(2_000_000_000);
  const text = fc.option(fc.string({ unit: 'grapheme', minLength: 1 }));
  const positive = fc.option(fc.integer({ min: 1, max: 2_147_483_647 }));
  const record = fc.oneof(
    fc.record({ type: fc.constant('episode' as const), folderName: name, fileName: name, watchedAt: number }),
    fc.record({
      type: fc.constant('show' as const),
      folderName: name,
      tvdbId: positive,
      name: text,
      image: text,
      averageRuntimeSeconds: fc.option(number),
      version: number,
    }),
    fc.record({
      type: fc.constant('movie' as const),
      fileName: name,
      tvdbId: positive,
      tmdbId: fc.constant(null),
      name: text,
      image: text,
      durationSeconds: number,
      watchedAt: number,
    }),
    fc.record({
      type: fc.constant('youtube_video' as const),
      videoId: id,
      title: fc.string({ unit: 'grapheme' }),
      channelId: id,
      durationSeconds: number,
      watchedAt: number,
    }),
    fc.record({ type: fc.constant('youtube_channel' as const), channelId: id, title: text, artworkUrl: text }),
    fc.record({
      type: fc.constant('spotify_episode' as const),
      episodeId: id,
      title: fc.string({ unit: 'grapheme' }),
      showId: id,
      durationSeconds: number,
      watchedAt: number,
    }),
    fc.record({ type: fc.constant('spotify_show' as const), showId: id, name: text, artworkUrl: text }),
  );
  fc.assert(
    fc.property(record, (original) => {
      const kind = kindOf(original.type);
      const line = JSON.stringify(orderedLine(kind, toItem({ user: 'alice', record: original })));
      const item = exchangedItemSchema.parse(JSON.parse(line));
      const back = kind.read(item) as TrackedRecord;
      t.deepEqual(back, original);
      t.deepEqual(toRecord(toItem({ user: 'alice', record: back })), original);
    }),
  );
});
