import type { Tvdb } from '../lib/recording/ports.ts';
import test from 'ava';
import { errorSchema } from '../lib/core/contract/errors.ts';
import { progressSchema } from '../lib/progress/progress-contract.ts';
import { progressServiceOver } from './viewings-rig.ts';
import { createShows } from '../lib/recording/shows-service.ts';
import { partitionOf, showKey, toItem } from '../lib/viewings/record-items.ts';
import type { TrackedRecord } from '../lib/viewings/record-rules.ts';
import type { Item, Store } from '../lib/core/store/store.ts';
import { basic, runApi, type RunningApi } from './running-api.ts';

const FRIEREN = {
  id: 424536,
  name: '葬送のフリーレン',
  englishName: 'Frieren',
  image: 'https://img.example/f.jpg',
  runtime: 25,
  year: '2023',
  overview: 'An elf.',
};
const MUSHISHI = { id: 79091, name: 'Mushishi', image: null, runtime: null };
const SERIES = [FRIEREN, MUSHISHI];

const NO_TVDB: Tvdb = {
  series: async () => undefined,
  movie: async () => undefined,
  searchSeries: async () => [],
  seasons: async () => [],
  idByImdb: async () => undefined,
  searchMovies: async () => [],
};

const episodes = (folder: string, ...files: string[]) =>
  files.map((file) => ({ folder_name: folder, file_name: file }));
const sync = (api: RunningApi, list: unknown[]) => api.call('/sync', { method: 'POST', json: { episodes: list } });
const putShow = (api: RunningApi, folder: string, id: number) =>
  api.call('/show', { method: 'PUT', json: { folder_name: folder, tvdb_id: id } });

/** A user's stored items, except runs. */
async function itemsOf(store: Store, user = 'alice'): Promise<Item[]> {
  const items = await Array.fromAsync(store.query(partitionOf(user)));
  return items.filter(({ sk }) => !/^BATCH(ID)?#/.test(String(sk)));
}

test('what was watched is recorded once and shown as progress', async (t) => {
  const api = await runApi(t, { tvdb: { series: SERIES } });
  const evening = episodes('Frieren', 'e1', 'e2').concat(episodes('Mushishi', 'e1'));

  const first = await sync(api, evening);
  t.deepEqual([first.status, first.body], [200, { episodes_added: 3 }]);
  t.regex(first.headers.get('content-type') ?? '', /^application\/json/);
  const before = await itemsOf(api.store);

  api.clock.milliseconds += 3_600_000;
  const second = await sync(api, evening);
  t.deepEqual([second.status, second.body], [200, { episodes_added: 0 }]);
  t.deepEqual(await itemsOf(api.store), before, 'the second run changes nothing, and no timestamp moves');

  t.deepEqual((await sync(api, [...evening, ...episodes('Frieren', 'e3')])).body, { episodes_added: 1 });

  const put = await putShow(api, 'Frieren', FRIEREN.id);
  t.deepEqual([put.status, put.body], [200, {}]);
  const shows = await api.call('/shows');
  t.deepEqual(shows.body, {
    shows: [
      { folder_name: 'Frieren', tvdb_id: FRIEREN.id, tvdb_name: FRIEREN.name, tvdb_image: FRIEREN.image },
      { folder_name: 'Mushishi', tvdb_id: null, tvdb_name: null, tvdb_image: null },
    ],
  });

  const progress = await api.call('/progress');
  t.is(progress.status, 200);
  t.deepEqual(progress.body, {
    total_episodes_watched: 4,
    total_movies_watched: 0,
    total_hours_watched: 1,
    episodes_watched_today: 4,
    movies_watched_today: 0,
    youtube_videos_watched: 0,
    youtube_videos_watched_today: 0,
    spotify_episodes_watched: 0,
    spotify_episodes_watched_today: 0,
    days_since_first_episode: 0,
    weekly_trend_percentage: null,
    daily_activity: [
      { days_ago: 6, minutes_watched: 0 },
      { days_ago: 5, minutes_watched: 0 },
      { days_ago: 4, minutes_watched: 0 },
      { days_ago: 3, minutes_watched: 0 },
      { days_ago: 2, minutes_watched: 0 },
      { days_ago: 1, minutes_watched: 0 },
      { days_ago: 0, minutes_watched: 95 },
    ],
    all_time_progress: [{ label: 'Jul 2026', cumulative_hours: 1 }],
    shows: [
      { show_id: '424536', name: FRIEREN.name, artwork_url: FRIEREN.image, episodes_watched: 3, minutes_watched: 75 },
      { show_id: null, name: null, artwork_url: null, episodes_watched: 1, folder_name: 'Mushishi' },
    ],
    youtube_channels: [],
    spotify_shows: [],
    movies: [],
  });
});

test('progress has the contract’s fields for every kind of item', async (t) => {
  const api = await runApi(t);
  const watchedAt = api.clock.milliseconds / 1000 - 20 * 86_400;
  const records: TrackedRecord[] = [
    { type: 'episode', folderName: 'gone', fileName: 'e', watchedAt },
    {
      type: 'movie',
      fileName: 'Ponyo (2008)',
      tvdbId: 5,
      tmdbId: null,
      name: 'Ponyo',
      image: 'https://img.example/p',
      durationSeconds: 6000,
      watchedAt,
    },
    {
      type: 'movie',
      fileName: 'Akira',
      tvdbId: null,
      tmdbId: 149,
      name: 'Akira',
      image: null,
      durationSeconds: 0,
      watchedAt,
    },
    { type: 'youtube_video', videoId: 'v', title: 'V', channelId: 'UC1', durationSeconds: 60, watchedAt },
    { type: 'youtube_channel', channelId: 'UC1', title: 'Channel', artworkUrl: 'https://img.example/c' },
    { type: 'spotify_episode', episodeId: 'e', title: 'E', showId: 'sp', durationSeconds: 60, watchedAt },
    { type: 'spotify_show', showId: 'sp', name: 'Podcast', artworkUrl: null },
  ];
  await api.store.insertNew([
    ...records.map((record) => toItem({ user: 'alice', record })),
    { pk: 'USER#alice', sk: 'SOMETHING#else', timestamp: 1 },
    ...records.slice(0, 1).map((record) => toItem({ user: 'bob', record })),
  ]);
  const { body } = await api.call('/progress');
  const progress = progressSchema.strict().parse(body);
  t.deepEqual(body, {
    ...progress,
    total_episodes_watched: 1,
    total_movies_watched: 2,
    total_hours_watched: 2,
    days_since_first_episode: 20,
    weekly_trend_percentage: -100,
    shows: [{ show_id: null, name: null, artwork_url: null, episodes_watched: 1, folder_name: null }],
    youtube_channels: [
      { channel_id: 'UC1', channel_name: 'Channel', artwork_url: 'https://img.example/c', videos_watched: 1 },
    ],
    spotify_shows: [{ show_id: 'sp', show_name: 'Podcast', artwork_url: null, episodes_watched: 1 }],
    movies: [
      { movie_id: 'Akira', name: 'Akira', artwork_url: null },
      { movie_id: 'Ponyo (2008)', name: 'Ponyo', artwork_url: 'https://img.example/p' },
    ],
  });
});

test('days begin in the configured time zone', async (t) => {
  const at = Date.parse('2026-07-14T11:30:00Z');
  for (const [zone, today] of [
    ['Pacific/Auckland', 1],
    ['Europe/Berlin', 2],
  ] as const) {
    const api = await runApi(t, { environment: { IMMERSION_TIME_ZONE: zone } });
    api.clock.milliseconds = at;
    await sync(api, episodes('a', 'e1'));
    api.clock.milliseconds = at + 3_600_000;
    await sync(api, episodes('a', 'e2'));
    const { body } = await api.call('/progress');
    t.is(progressSchema.parse(body).episodes_watched_today, today, zone);
  }
});

test('what was just recorded is there at once, also in a store whose copies lag behind', async (t) => {
  const lagging = (store: Store): Store => ({
    ...store,
    get: async (key, options) => (options?.consistent ? store.get(key, options) : undefined),
    query: (partition, options) => store.query(options?.consistent ? partition : 'nobody', options),
  });
  const api = await runApi(t, {
    replace: (store) => {
      const stale = lagging(store);
      const series = async () => ({ tvdbId: 5, name: 'Five', image: null, averageRuntimeSeconds: null });
      return {
        progress: {
          progress: progressServiceOver(stale, 'UTC', { now: () => api.clock.milliseconds }),
        },
        lookups: { shows: createShows({ store: stale, series: { ...NO_TVDB, series } }) },
      };
    },
  });
  await sync(api, episodes('Frieren', 'e1'));
  t.is((await putShow(api, 'Frieren', 5)).status, 200);
  t.like((await api.call('/shows')).body, { shows: [{ tvdb_name: 'Five' }] });
  t.like((await api.call('/progress')).body, { total_episodes_watched: 1, shows: [{ name: 'Five' }] });
});

test('each person sees only what is theirs', async (t) => {
  const users = [
    { user: 'alice', password: 'a' },
    { user: 'bob', password: 'b' },
  ];
  const api = await runApi(t, { secret: { users } });
  const as = { authorization: basic('bob', 'b') };
  await api.call('/sync', {
    method: 'POST',
    json: { episodes: episodes('Frieren', 'e1') },
    authorization: basic('alice', 'a'),
  });
  t.deepEqual((await api.call('/shows', as)).body, { shows: [] });
  const { body } = await api.call('/progress', as);
  t.is(progressSchema.parse(body).total_episodes_watched, 0);
  t.is((await api.call('/show', { ...as, method: 'PUT', json: { folder_name: 'Frieren', tvdb_id: 1 } })).status, 404);
});

test('an item carries the time of its request and the evening it came with', async (t) => {
  const api = await runApi(t);
  api.clock.milliseconds = 1_730_000_000_999;
  const answer = await api.call('/sync', {
    method: 'POST',
    json: { episodes: episodes('show_name', 'episode_name') },
    headers: { 'Immersion-Batch': 'evening-12345' },
  });
  t.is(answer.headers.get('immersion-batch'), 'evening-12345');
  t.deepEqual(await itemsOf(api.store), [
    {
      pk: 'USER#alice',
      sk: 'EPISODE#show_name#episode_name',
      user: 'alice',
      folder_name: 'show_name',
      file_name: 'episode_name',
      timestamp: 1_730_000_000,
      batch_id: 'evening-12345',
    },
    { pk: 'USER#alice', sk: 'SHOW#show_name', user: 'alice', folder_name: 'show_name', version: 1 },
  ]);
});

const SYNCS: [claim: string, list: { folder_name: string; file_name: string }[], added: number, shows: string[]][] = [
  ['an empty list adds nothing', [], 0, []],
  ['the same item twice in one request counts once', episodes('a', 'e', 'e', 'f'), 2, ['a']],
  [
    'composed and decomposed names are the same item',
    [...episodes('\u30AC', 'e'), ...episodes('\u30AB\u3099', 'e')],
    1,
    ['\u30AC'],
  ],
  ['a hash moves no episode onto another', [...episodes('a#b', 'c'), ...episodes('a', 'b#c')], 2, ['a', 'a#b']],
  ['upper and lower case are different', [...episodes('Show', 'e'), ...episodes('show', 'e')], 2, ['Show', 'show']],
  ['names may look like paths', episodes('../..', '/etc/passwd', '..', 'C:\\x'), 3, ['../..']],
  [
    'names may be one character, a space or an emoji',
    [...episodes('a', 'b', ' '), ...episodes('🎌', '👨‍👩‍👧')],
    3,
    ['a', '🎌'],
  ],
  [
    'names that look like code stay names',
    episodes('__proto__', 'constructor', '%23', '${x}', "'; DROP TABLE x"),
    4,
    ['__proto__'],
  ],
  ['255 characters are fine', episodes('x'.repeat(255), 'y'.repeat(255)), 1, ['x'.repeat(255)]],
];
for (const [claim, list, added, shows] of SYNCS) {
  test(`sync: ${claim}, and the second time nothing is new`, async (t) => {
    const api = await runApi(t);
    t.deepEqual((await sync(api, list)).body, { episodes_added: added });
    t.deepEqual((await sync(api, list)).body, { episodes_added: 0 });
    const answer = (await api.call('/shows')).body as { shows: { folder_name: string }[] };
    t.deepEqual(
      answer.shows.map((show) => show.folder_name),
      shows,
    );
  });
}

test('fields that the contract does not know are passed over', async (t) => {
  const api = await runApi(t);
  const json = { episodes: [{ folder_name: 'a', file_name: 'e', timestamp: 5, user: 'bob' }], more: true };
  t.deepEqual((await api.call('/sync', { method: 'POST', json })).body, { episodes_added: 1 });
  const [item] = await itemsOf(api.store);
  t.is(item?.['user'], 'alice');
  t.is(item?.['timestamp'], api.clock.milliseconds / 1000);
});

test('a sync of a known show leaves its series alone', async (t) => {
  const api = await runApi(t, { tvdb: { series: SERIES } });
  await sync(api, episodes('Frieren', 'e1'));
  await putShow(api, 'Frieren', FRIEREN.id);
  const before = await api.store.get(showKey('alice', 'Frieren'));
  await sync(api, episodes('Frieren', 'e1', 'e2'));
  t.deepEqual(await api.store.get(showKey('alice', 'Frieren')), before);
});

test('two syncs of the same 2,000 episodes at once add each of them once', async (t) => {
  const list = Array.from({ length: 2000 }, (_, index) => ({
    folder_name: `show ${index % 7}`,
    file_name: `e${index}`,
  }));
  const api = await runApi(t);
  const other = await runApi(t, { dataDirectory: api.dataDirectory });
  const answers = await Promise.all([sync(api, list), sync(other, list.toReversed()), sync(api, list)]);
  t.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200],
  );
  const added = answers.map(({ body }) => (body as { episodes_added: number }).episodes_added);
  t.is(
    added.reduce((sum, count) => sum + count),
    2000,
  );
  t.is((await itemsOf(api.store)).length, 2007);
});

test('10,000 items are taken in one request', async (t) => {
  const api = await runApi(t);
  const list = Array.from({ length: 10_000 }, (_, index) => ({ folder_name: 'long show', file_name: `e${index}` }));
  t.deepEqual((await sync(api, list)).body, { episodes_added: 10_000 });
  t.is(progressSchema.parse((await api.call('/progress')).body).total_episodes_watched, 10_000);
});

test('names whose key would be too long are named, and nothing of the request is stored', async (t) => {
  const api = await runApi(t);
  const long = { folder_name: '音'.repeat(255), file_name: 'あ'.repeat(255) };
  const hashed = { folder_name: '音#'.repeat(50), file_name: 'あ'.repeat(100) };
  const { status, body } = await sync(api, [...episodes('a', 'e'), long, hashed]);
  const error = errorSchema.parse(body);
  t.deepEqual([status, error.code], [400, 'key_too_long']);
  t.true(error.message.includes(long.folder_name) && error.message.includes(long.file_name));
  t.deepEqual(
    error.details?.map((detail) => 'path' in detail && detail.path),
    ['episodes.1', 'episodes.2'],
  );
  t.deepEqual(await itemsOf(api.store), []);
});

test('shows come in the order of their names’ bytes', async (t) => {
  const api = await runApi(t);
  const names = ['b', 'a', 'B', 'ä', 'a b', 'a#', 'Z', '🎌', '\uFF5E', '葬送', '10', '9', 'a\u00A0'];
  await sync(
    api,
    names.map((name) => ({ folder_name: name, file_name: 'e' })),
  );
  const answer = (await api.call('/shows')).body as { shows: { folder_name: string }[] };
  t.deepEqual(
    answer.shows.map((show) => show.folder_name),
    names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
  );
});

test('a series is stored with what TVDB says of it, runtime in seconds', async (t) => {
  const api = await runApi(t, { tvdb: { series: SERIES } });
  await sync(api, [...episodes('Frieren', 'e1'), ...episodes('Mushishi', 'e1')]);
  await putShow(api, 'Frieren', FRIEREN.id);
  await putShow(api, 'Mushishi', MUSHISHI.id);
  const stored = async (folder: string) => {
    const { batch_id: _, ...item } = (await api.store.get(showKey('alice', folder))) ?? {};
    return item;
  };
  const keys = (folder: string) => ({ pk: 'USER#alice', sk: `SHOW#${folder}`, user: 'alice', folder_name: folder });
  t.deepEqual(await stored('Frieren'), {
    ...keys('Frieren'),
    tvdb_id: FRIEREN.id,
    tvdb_name: FRIEREN.name,
    tvdb_image: FRIEREN.image,
    tvdb_average_runtime: 1500,
    version: 2,
  });
  t.deepEqual(await stored('Mushishi'), {
    ...keys('Mushishi'),
    tvdb_id: MUSHISHI.id,
    tvdb_name: 'Mushishi',
    version: 2,
  });

  await putShow(api, 'Frieren', MUSHISHI.id);
  t.deepEqual(
    await stored('Frieren'),
    { ...keys('Frieren'), tvdb_id: MUSHISHI.id, tvdb_name: 'Mushishi', version: 3 },
    'nothing of the earlier series is left',
  );
});

test('a folder that was never recorded and a series that TVDB does not know are 404', async (t) => {
  const api = await runApi(t, { tvdb: { series: SERIES } });
  const unknownFolder = await putShow(api, 'Frieren', FRIEREN.id);
  t.deepEqual([unknownFolder.status, errorSchema.parse(unknownFolder.body).code], [404, 'show_not_found']);
  t.true(errorSchema.parse(unknownFolder.body).message.includes('Frieren'));
  t.is(api.tvdb.requests.length, 0, 'TVDB is not asked for a folder that is not there');

  await sync(api, episodes('Frieren', 'e1'));
  const before = await itemsOf(api.store);
  const unknownSeries = await putShow(api, 'Frieren', 999);
  t.deepEqual([unknownSeries.status, errorSchema.parse(unknownSeries.body).code], [404, 'tvdb_series_not_found']);
  t.true(errorSchema.parse(unknownSeries.body).message.includes('999'));
  const tooLong = await putShow(api, '🎌'.repeat(255), FRIEREN.id);
  t.deepEqual([tooLong.status, errorSchema.parse(tooLong.body).code], [400, 'key_too_long']);
  t.deepEqual(await itemsOf(api.store), before);
});

test('a decomposed folder name finds its show', async (t) => {
  const api = await runApi(t, { tvdb: { series: SERIES } });
  await sync(api, episodes('\u30AC', 'e1'));
  t.is((await putShow(api, '\u30AB\u3099', FRIEREN.id)).status, 200);
});

test('parallel updates of one show all succeed or say 409, and none is lost', async (t) => {
  const api = await runApi(t, { tvdb: { series: SERIES } });
  const other = await runApi(t, { dataDirectory: api.dataDirectory, tvdb: { series: SERIES } });
  await sync(api, episodes('Frieren', 'e1'));
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => putShow(index % 2 ? api : other, 'Frieren', SERIES[index % 2]?.id ?? 0)),
  );
  const done = answers.filter(({ status }) => status === 200).length;
  t.true(done > 0);
  t.deepEqual(
    answers.filter(({ status }) => status !== 200 && status !== 409),
    [],
  );
  t.is((await api.store.get(showKey('alice', 'Frieren')))?.['version'], 1 + done);
});

/** A store in which another writer changes the show right before each of our first `times` writes. */
const overtaken = (store: Store, times: number): Store => {
  let left = times;
  return {
    ...store,
    async put(item, condition) {
      if (left-- > 0) {
        const now = await store.get({ partition: String(item['pk']), sort: String(item['sk']) });
        await store.put({ ...now, note: 'of another writer', version: Number(now?.['version']) + 1 });
      }
      return store.put(item, condition);
    },
  };
};

for (const [times, status, version] of [
  [1, 200, 3],
  [4, 200, 6],
  [5, 409, 6],
] as const) {
  test(`an update overtaken ${times} times by other writers is ${status === 200 ? 'repeated' : 'given up with 409'}`, async (t) => {
    const series = { tvdbId: 5, name: 'Five', image: null, averageRuntimeSeconds: null };
    const api = await runApi(t, {
      replace: (store) => ({
        lookups: {
          shows: createShows({
            store: overtaken(store, times),
            series: { ...NO_TVDB, series: async () => series },
          }),
        },
      }),
    });
    await sync(api, episodes('Frieren', 'e1'));
    const answer = await putShow(api, 'Frieren', 5);
    t.is(answer.status, status);
    if (status === 409) t.is(errorSchema.parse(answer.body).code, 'show_changed_meanwhile');
    const stored = await api.store.get(showKey('alice', 'Frieren'));
    t.is(stored?.['version'], version);
    t.is(stored?.['note'], 'of another writer', 'what the other one wrote is kept');
  });
}

test('a search answers what is needed to choose', async (t) => {
  const api = await runApi(t, { tvdb: { series: SERIES, movies: [{ id: 1, name: 'Frieren the Movie' }] } });
  const { status, body } = await api.call('/search/shows?query=%20frieren%20');
  t.is(status, 200);
  t.deepEqual(body, {
    results: [
      {
        tvdb_id: 424536,
        name: 'Frieren',
        original_name: FRIEREN.name,
        year: 2023,
        image: FRIEREN.image,
        overview: 'An elf.',
      },
    ],
    source: 'tvdb',
  });
  const nameOnly = await api.call('/search/shows?query=mushi');
  t.deepEqual(nameOnly.body, {
    results: [{ tvdb_id: 79091, name: 'Mushishi', original_name: null, year: null, image: null, overview: null }],
    source: 'tvdb',
  });
  t.deepEqual((await api.call('/search/shows?query=nothing')).body, { results: [], source: 'tvdb' });
  t.deepEqual(
    api.tvdb.requests.filter(({ path }) => path === '/search').map(({ query }) => query.get('query')),
    ['frieren', 'mushi', 'nothing'],
  );
});

test('without a TVDB key TVmaze is asked; when it cannot be reached, that is said, and sync goes on', async (t) => {
  const users = [{ user: 'alice', password: 'a' }];
  const api = await runApi(t, { secret: { users, tvdb_api_key: ' ' } });
  const authorization = basic('alice', 'a');
  const json = { episodes: episodes('Frieren', 'e1') };
  t.deepEqual((await api.call('/sync', { method: 'POST', json, authorization })).body, { episodes_added: 1 });
  for (const answer of [
    await api.call('/search/shows?query=frieren', { authorization }),
    await api.call('/show', { method: 'PUT', json: { folder_name: 'Frieren', tvdb_id: 1 }, authorization }),
  ]) {
    const error = errorSchema.parse(answer.body);
    t.deepEqual([answer.status, error.code], [502, 'tvmaze_unavailable']);
  }
  t.deepEqual(api.tvdb.requests, []);
});

test('an update that TVDB fails leaves the show as it was', async (t) => {
  const api = await runApi(t, {
    tvdb: { series: SERIES, faults: ({ path }) => (path === '/login' ? { status: 401, body: {} } : undefined) },
  });
  await sync(api, episodes('Frieren', 'e1'));
  const before = await itemsOf(api.store);
  const answer = await putShow(api, 'Frieren', FRIEREN.id);
  t.deepEqual([answer.status, errorSchema.parse(answer.body).code], [502, 'tvdb_key_refused']);
  t.deepEqual(await itemsOf(api.store), before);
});

test('an item of a show without a version can still get its series', async (t) => {
  const api = await runApi(t, { tvdb: { series: SERIES } });
  const record = {
    type: 'show',
    folderName: 'Old',
    tvdbId: null,
    name: null,
    image: null,
    averageRuntimeSeconds: null,
    version: 1,
  } as const;
  const { version: _, ...item } = toItem({ user: 'alice', record });
  await api.store.put(item);
  t.is((await putShow(api, 'Old', FRIEREN.id)).status, 200);
  t.is((await api.store.get(showKey('alice', 'Old')))?.['version'], 1);
});
