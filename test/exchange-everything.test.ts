import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'ava';
import { RECORD_KINDS } from '../lib/exchange/record-kind-items.ts';
import type { ExportAnswer, ImportAnswer } from '../lib/exchange/exchange-contract.ts';
import { NOON, startEveningApi, type EveningApi } from './evening-api.ts';

const SECONDS = NOON / 1000;
const SESSION = {
  day: '2026-10-01',
  timestamp: SECONDS,
  plays: 2,
  source: 'trakt',
  trakt_ids: ['1', '2'],
  instants: [SECONDS, null],
  dates: 'trakt',
};
/** Attributes of watches that extend the contract. */
const BESIDE = { duration_source: 'file', language: 'ja', audio_language: 'ja', attention: 'background', dated: true };
/** A line of each kind with all attributes, in the order of an export. */
const LINES: { type: string; [attribute: string]: unknown }[] = [
  {
    type: 'settings',
    zones: [
      { from: null, zone: 'Pacific/Auckland' },
      { from: '2026-05-01', zone: 'Asia/Tokyo' },
    ],
    day_ends_at: 4,
    week_starts_on: 'sunday',
    default_language: 'ja',
  },
  {
    type: 'show',
    folder_name: 'Harbour',
    tvdb_id: 777,
    tvdb_name: '港',
    tvdb_image: 'https://images.test/777',
    tvdb_average_runtime: 1440,
    version: 4,
  },
  {
    type: 'youtube_channel',
    youtube_channel_id: 'c1',
    youtube_channel_title: '=Channel',
    youtube_channel_artwork_url: 'https://images.test/c1',
  },
  {
    type: 'spotify_show',
    spotify_show_id: 's1',
    spotify_show_name: 'Podcast',
    spotify_show_artwork_url: 'https://images.test/s1',
  },
  {
    type: 'episode',
    folder_name: 'Harbour',
    file_name: 'a#1',
    timestamp: SECONDS,
    episode_duration: 1432.5,
    ...BESIDE,
  },
  {
    type: 'movie',
    file_name: 'Night Cafe',
    tmdb_id: 22,
    tmdb_name: '夜のカフェ',
    tmdb_image: 'https://images.test/22',
    movie_duration: 5400.5,
    timestamp: SECONDS,
    ...BESIDE,
  },
  {
    type: 'youtube_video',
    youtube_video_id: 'v1',
    youtube_video_title: 'Video',
    youtube_channel_id: 'c1',
    youtube_video_duration: 90,
    timestamp: SECONDS,
    ...BESIDE,
  },
  {
    type: 'spotify_episode',
    spotify_episode_id: 'e1',
    spotify_episode_title: 'Talk',
    spotify_show_id: 's1',
    spotify_episode_duration: 61,
    timestamp: SECONDS,
    ...BESIDE,
  },
  {
    type: 'title',
    kind: 'tv',
    tmdb_id: 900,
    tvdb_id: 777,
    imdb_id: 'tt900',
    trakt_id: 9,
    title: 'Harbour',
    original_title: '港',
    year: 2025,
    poster_path: '/p.jpg',
    backdrop_path: '/b.jpg',
    duration: 1440,
    status: 'in_progress',
    own_status: 'in_progress',
    own_status_at: SECONDS,
    rating: 4,
    own_rating: true,
    trakt_rating: 8,
    part_ratings: { '1': 7, '1x2': 9 },
    added_at: SECONDS,
    first_watched_at: SECONDS,
    last_watched_at: SECONDS,
    next_season: 1,
    next_episode: 2,
  },
  { type: 'movie_session', tmdb_id: 22, ...SESSION, duration: 5400 },
  {
    type: 'episode_watch',
    tmdb_id: 900,
    season_number: 1,
    episode_number: 1,
    ...SESSION,
    episode_tvdb_id: 5,
    episode_name: '開店',
    air_date: '2025-01-01',
    duration: 1440,
    shown_day: '2026-10-01',
    shown_at: SECONDS,
    date_source: 'watched',
  },
  {
    type: 'entry',
    source: 'log',
    ref: 'a1',
    title: 'Harbour again',
    medium: 'episode',
    timestamp: SECONDS,
    duration: 1500,
    duration_source: 'person',
    activity: 'watching',
    attention: 'background',
    language: 'ja',
    collection: { kind: 'show', id: 'tmdb:900', name: null },
    places: [{ season: 1, episode: 1 }],
    tmdb_id: 900,
  },
  {
    type: 'edit',
    source: 'file',
    ref: 'shows/Harbour/a#1',
    timestamp: null,
    duration: 1400,
    language: null,
    attention: 'focused',
    activity: 'listening',
    title: 'First',
  },
  { type: 'removed_viewing', source: 'trakt', ref: '77' },
  {
    type: 'rule',
    id: 'show-harbour',
    collection: { kind: 'show', id: 'Harbour' },
    language: 'ja',
    attention: 'background',
    excluded: true,
  },
  { type: 'folder_link', folder_name: 'Harbour', tmdb_id: 900, tvdb_id: 777 },
  { type: 'followed_show', tmdb_id: 900, since: SECONDS, accessed_at: SECONDS },
  {
    type: 'position',
    tv_show: '葬送のフリーレン',
    season: 1,
    episode: 5,
    last_updated: '2025-01-15T10:30:00.123456',
  },
  { type: 'goal', id: 'talk', seconds: 3600, period: 'all', medium: 'podcast', language: 'ja', by: '2028-03-01' },
];

const toText = (items: readonly unknown[]) => items.map((item) => `${JSON.stringify(item)}\n`).join('');

async function importAll(api: EveningApi, user: string, items: readonly unknown[], rest: object = {}) {
  const { status, body } = await api.post('/import', { items, ...rest }, { user });
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body as ImportAnswer;
}

async function exportAll(api: EveningApi, user: string): Promise<ExportAnswer> {
  const all: ExportAnswer = { items: [], left_out: [], next: null };
  for (let next: string | null = ''; next !== null;) {
    const { status, body } = await api.get(`/export${next && `?next=${next}`}`, { user });
    if (status !== 200) throw new Error(JSON.stringify(body));
    const page = body as ExportAnswer;
    all.items.push(...page.items);
    all.left_out.push(...page.left_out);
    next = page.next;
  }
  return all;
}

test('every kind of record has its line here', (t) => {
  t.deepEqual(
    LINES.map(({ type }) => type),
    RECORD_KINDS.map(({ type }) => type),
  );
});

test('what is exported, imported into an empty store and exported again is the same to the byte', async (t) => {
  const api = await startEveningApi(t);
  t.like(await importAll(api, 'alice', LINES), { items_added: LINES.length, items_existing: 0, differing: [] });
  const first = toText((await exportAll(api, 'alice')).items);
  t.is(first, toText(LINES));
  t.notRegex(first, /batch_id|"pk"|"user"|alice/);

  const other = await startEveningApi(t);
  await importAll(other, 'bob', (await exportAll(api, 'alice')).items);
  t.is(toText((await exportAll(other, 'bob')).items), first);
  t.deepEqual((await other.get('/api/show_user?username=bob', { user: 'bob' })).body, {
    username: 'bob',
    shows: [{ tv_show: '葬送のフリーレン', season: 1, episode: 5, last_updated: '2025-01-15T10:30:00.123456' }],
    total_shows: 1,
  });
  t.like(await importAll(other, 'bob', LINES), { items_added: 0, items_existing: LINES.length, differing: [] });
});

/** Keys in the sources that no user creates. */
const NOBODYS_MAKING = new Set(
  [
    // Partitions.
    ['USER#', 'CATALOG#', 'DUE#', 'RUNS#', 'RUN#', 'CACHE#', 'EPISODESYNC', 'OPENRUNS', 'TMDB', 'WATCHING'],
    // What undo restores.
    ['UNDO#'],
    // The shared catalog, and its due lists.
    ['SHOW', 'SEASON#', 'STATUS', 'HOLD'],
    // Jobs with their data, and the lease of the running one.
    ['EVENTS#', 'CHUNK#', 'CANCEL', 'RUNSLOT'],
    // Runs.
    ['BATCH#', 'BATCHID#'],
    // Logins, and the state of the last sync.
    ['TRAKTCONNECTION', 'TRAKTSTATE', 'TRAKTDEVICE#', 'TRAKTSYNC'],
  ].flat(),
);

test('no kind of record that the sources can store is missing from an export', (t) => {
  const library = path.resolve(import.meta.dirname, '../lib');
  const stored = readdirSync(library, { recursive: true, encoding: 'utf8' })
    .filter((name) => /(?:items|codec)\.ts$/.test(name))
    .flatMap((name) => {
      const source = readFileSync(path.join(library, name), 'utf8');
      return [...source.matchAll(/['`]!?([A-Z][A-Z_]{2,}#?)/g)].map(([, key]) => key ?? '');
    });
  t.true(stored.length > 30, 'the sources are found');
  const exported = new Set<string>(RECORD_KINDS.map(({ prefix }) => prefix));
  t.deepEqual(
    [...new Set(stored)].filter((key) => !exported.has(key) && !NOBODYS_MAKING.has(key)),
    [],
  );
});

test('lines that say otherwise than what is recorded are named, and replace it only if they are to', async (t) => {
  const api = await startEveningApi(t);
  await importAll(api, 'alice', LINES);
  const changed = LINES.map((line) => {
    switch (line.type) {
      case 'show':
        return { ...line, tvdb_name: 'Port', version: 1 };
      case 'episode':
        return { ...line, timestamp: 5 };
      case 'movie': {
        const { type, file_name, movie_duration, timestamp } = line;
        return { type, file_name, tvdb_id: 3, tvdb_name: '夜のカフェ', movie_duration, timestamp, ...BESIDE };
      }
      case 'title':
        return { ...line, rating: 2 };
      case 'followed_show':
        return { ...line, since: 7, accessed_at: 9 };
      case 'position':
        return { ...line, episode: 6 };
      default:
        return line;
    }
  });
  const differing = [
    { index: 1, attributes: ['tvdb_name'] },
    { index: 4, attributes: ['timestamp'] },
    { index: 5, attributes: ['tmdb_id', 'tmdb_name', 'tmdb_image', 'tvdb_id', 'tvdb_name'] },
    { index: 8, attributes: ['rating'] },
    { index: 16, attributes: ['since'] },
    { index: 17, attributes: ['episode'] },
  ];
  const before = await api.items();
  for (const dry_run of [true, false]) {
    t.deepEqual(await importAll(api, 'alice', changed, { dry_run }), {
      items_added: 0,
      items_existing: LINES.length,
      items_replaced: 0,
      differing: differing.map((one) => ({ ...one, outcome: 'kept' as const })),
      dry_run,
    });
    t.deepEqual(await api.items(), before);
  }
  const replacing = { items_added: 0, items_existing: LINES.length - 6, items_replaced: 6 };
  const replaced = differing.map((one) => ({ ...one, outcome: 'replaced' as const }));
  t.like(await importAll(api, 'alice', changed, { dry_run: true, replace: true }), {
    ...replacing,
    differing: replaced,
  });
  t.deepEqual(await api.items(), before);
  t.like(await importAll(api, 'alice', changed, { replace: true }), { ...replacing, differing: replaced });
  t.is(
    toText((await exportAll(api, 'alice')).items),
    // The version grows with each write, whatever the line says.
    toText(changed.map((line) => (line.type === 'show' ? { ...line, version: 5 } : line))),
  );
  const batchOf = (items: Record<string, unknown>[]) =>
    items.find(({ sk }) => sk === 'EPISODE##Harbour#a%231')?.['batch_id'];
  t.is(batchOf(await api.items()), batchOf(before), 'an undo of the import does not take what was there before');
  t.like(await api.store.get({ partition: 'WATCHING', sort: '900#alice' }), { since: 7, accessed_at: 9 });
  t.like(await importAll(api, 'alice', changed, { replace: true }), { items_existing: LINES.length, differing: [] });
});

test('an import is a run of its own, which undo takes back, and lines of older exports are still read', async (t) => {
  const api = await startEveningApi(t);
  const old = LINES.slice(1, 8).map((line) => ('timestamp' in line ? { ...line, batch_id: 'batch-of-before' } : line));
  const answer = await api.post('/import', { items: old }, { batch: 'batch-00000009' });
  t.like(answer.body, { items_added: 7 });
  t.like((await api.get('/history')).body, { last_batch: { batch_id: 'batch-00000009', items: 4 } });
  t.like((await api.delete('/batches/batch-of-before')).body, { items_removed: 0 });
  t.like((await api.delete('/batches/batch-00000009')).body, { items_removed: 4 });
  t.deepEqual((await exportAll(api, 'alice')).items, []);
});

const VIDEO = {
  youtube_video_title: 'Video',
  youtube_channel_id: 'c1',
  youtube_video_duration: 90,
  timestamp: SECONDS,
};
for (const [what, sort, attributes, reason] of [
  [
    'half a surrogate pair',
    'YOUTUBEVIDEO#v',
    { ...VIDEO, youtube_video_id: 'v', youtube_video_title: '\ud83d' },
    'youtube_video_title: contains half',
  ],
  [
    'a negative runtime',
    'YOUTUBEVIDEO#v',
    { ...VIDEO, youtube_video_id: 'v', youtube_video_duration: -1 },
    'youtube_video_duration: ',
  ],
  ['a timestamp before 1970', 'YOUTUBEVIDEO#v', { ...VIDEO, youtube_video_id: 'v', timestamp: -5 }, 'timestamp: '],
  [
    'an id of 300 characters',
    `YOUTUBEVIDEO#${'v'.repeat(300)}`,
    { ...VIDEO, youtube_video_id: 'v'.repeat(300) },
    'youtube_video_id: ',
  ],
  ['no file name', 'MOVIE#x', { movie_duration: 1, timestamp: 1 }, 'file_name: '],
  [
    'a text where a number belongs',
    'EPISODE#a#b',
    { folder_name: 'a', file_name: 'b', timestamp: 'now' },
    'timestamp: ',
  ],
] as const) {
  test(`a stored item with ${what} is left out of an export, named, and the rest comes along`, async (t) => {
    const api = await startEveningApi(t);
    await importAll(api, 'alice', LINES);
    await api.store.put({ pk: 'USER#alice', sk: sort, user: 'alice', ...attributes });
    const { items, left_out } = await exportAll(api, 'alice');
    t.is(toText(items), toText(LINES));
    t.deepEqual(
      left_out.map(({ key }) => key),
      [sort],
    );
    t.true(left_out[0]?.reason.startsWith(reason), left_out[0]?.reason);
  });
}

test('an item of the database that is no JSON is left out and named, on any page, once', async (t) => {
  const api = await startEveningApi(t);
  const episodes = Array.from({ length: 1500 }, (_, index) => ({ folder_name: 'show', file_name: `e${1000 + index}` }));
  await api.post('/sync', { episodes });
  const file = path.join(api.directory, 'immersion.sqlite');
  const database = new DatabaseSync(file);
  const broken = ['EPISODE#show#e1998', 'EPISODE#show#e1999', 'EPISODE#show#e2000', 'SHOW#show'];
  const breaking = database.prepare(`UPDATE immersion_tracker SET item = '{"pk":' WHERE sort = ?`);
  for (const sort of broken) t.is(breaking.run(sort).changes, 1);
  database.close();
  const { items, left_out } = await exportAll(api, 'alice');
  t.is(items.length, 1497);
  t.deepEqual(
    left_out.toSorted((one, other) => (one.key < other.key ? -1 : 1)),
    broken.map((key) => ({ key, reason: 'it cannot be read' })),
  );
  t.is((await api.post('/sync', { episodes: episodes.slice(0, 20) })).status, 200);
});

test('whatever providers answer, what is recorded of it fits through export and import', async (t) => {
  const invalid = `odd \ud83d ${'長'.repeat(12_000)}`;
  const id = 'c'.repeat(300);
  const api = await startEveningApi(t, {
    youtube: {
      videos: [{ id: 'v1', title: invalid, channelId: id, duration: 'PT-5S' }],
      channels: [{ id, title: invalid, thumbnails: { high: 'https://images.test/c1' } }],
    },
    spotify: {
      shows: [{ id: 's1', name: invalid }],
      episodes: [{ id: 'e1', name: invalid, showId: 's1', durationMs: -61_000, releaseDate: '2026-01-01' }],
    },
    tvdb: { series: [{ id: 7, name: invalid, runtime: -24 }], movies: [{ id: 11, name: invalid, runtime: -100 }] },
  });
  await api.post('/sync', { episodes: [{ folder_name: 'a', file_name: '1' }] });
  for (const [method, target, body] of [
    ['put', '/show', { folder_name: 'a', tvdb_id: 7 }],
    ['post', '/syncyoutube', { video_ids: ['v1'] }],
    ['post', '/syncspotify', { episode_ids: ['e1'] }],
    ['post', '/syncmovies', { movies: [{ file_name: 'film', tvdb_id: 11 }] }],
  ] as const) {
    t.is((await api[method](target, body)).status, 200, target);
  }
  const { items, left_out } = await exportAll(api, 'alice');
  t.deepEqual(left_out, []);
  t.is(items.length, 7);
  await importAll(api, 'bob', items);
  t.is(toText((await exportAll(api, 'bob')).items), toText(items));
  const video = items.find(({ type }) => type === 'youtube_video');
  t.like(video, { youtube_channel_id: 'c'.repeat(255), youtube_video_duration: 0 });
  t.is(String(video?.['youtube_video_title']).length, 10_000);
});
