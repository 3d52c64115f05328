import test from 'ava';
import { changedSettings, NOTHING_SET } from '../lib/viewings/settings-rules.ts';
import type { ProgressAnswer } from '../lib/progress/progress-contract.ts';
import { NOON, startEveningApi, type EveningApi } from './evening-api.ts';
import { viewingsOver } from './viewings-rig.ts';

const SECONDS = NOON / 1000;
const HOUR = 3600;
const VIDEO = { id: 'v0000000001', title: '動画', channelId: 'UC-tea', duration: 'PT10M' };
const YOUTUBE = { channels: [{ id: 'UC-tea', title: 'Tea channel' }], videos: [VIDEO] };

async function watchedBy(api: EveningApi) {
  await api.post('/sync', { episodes: ['01', '02'].map((file_name) => ({ folder_name: 'Harbour', file_name })) });
  await api.post('/sync', { episodes: [{ folder_name: 'Kantoor', file_name: '01' }] });
  await api.post('/syncyoutube', { video_ids: [VIDEO.id] });
  await api.post('/viewings', { viewings: [{ title: 'Charla', seconds: 1234.5, language: 'es' }] });
}

/** Seconds by language and attention, as counted. */
async function secondsBy(api: EveningApi, key: 'language' | 'attention'): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  for await (const viewing of viewingsOver(api.store, 'Pacific/Auckland').viewingsOf('alice')) {
    const value = viewing[key] ?? 'unknown';
    sums[value] = (sums[value] ?? 0) + viewing.seconds;
  }
  return sums;
}

const total = (sums: Record<string, number>) => Object.values(sums).reduce((sum, one) => sum + one, 0);

test('a rule moves a folder’s past to another language, and without it everything is as before', async (t) => {
  const api = await startEveningApi(t, { youtube: YOUTUBE });
  await watchedBy(api);
  const before = await secondsBy(api, 'language');
  t.deepEqual(before, { unknown: 3 * 1200 + 600, es: 1234.5 });

  const collection = { kind: 'show', id: 'Harbour' };
  const set = await api.put('/rules/harbour', { collection, language: 'jpn' });
  t.deepEqual(set.body, {
    id: 'harbour',
    collection: { ...collection, name: 'Harbour' },
    language: 'ja',
    attention: null,
    excluded: false,
  });
  const ruled = await secondsBy(api, 'language');
  t.deepEqual(ruled, { unknown: 1200 + 600, ja: 2400, es: 1234.5 });
  t.is(total(ruled), total(before));
  t.deepEqual((await api.get('/rules')).body, { rules: [set.body] });

  t.is((await api.delete('/rules/harbour')).status, 200);
  t.deepEqual(await secondsBy(api, 'language'), before);
  t.is((await api.delete('/rules/harbour')).status, 404);
});

test('a rule for a folder is one for all that is told of its series', async (t) => {
  const api = await startEveningApi(t, { tmdb: { series: [{ id: 900, name: 'Harbour', seasons: {} }] } });
  await watchedBy(api);
  t.is((await api.put('/api/folders', { folder_name: 'Harbour', tmdb_id: 900 })).status, 200);
  const collection = { kind: 'show', id: 'tmdb:900', name: 'Harbour' };
  await api.post('/viewings', { viewings: [{ title: '09', seconds: 100, medium: 'episode', collection }] });
  await api.put('/rules/harbour', { collection: { kind: 'show', id: 'Harbour' }, language: 'ja' });
  t.is((await secondsBy(api, 'language'))['ja'], 2500);
});

test('what is excluded is kept and does not count, in the background it counts beside the rest', async (t) => {
  const api = await startEveningApi(t, { youtube: YOUTUBE });
  await watchedBy(api);
  const progress = async () => (await api.get('/progress')).body as ProgressAnswer;
  const minutes = async () => (await progress()).daily_activity.at(-1)?.minutes_watched;
  t.is(await minutes(), 90);
  const collection = { kind: 'channel', id: 'UC-tea' };
  await api.put('/rules/tea', { collection, attention: 'background' });
  t.is(await minutes(), 80);
  t.deepEqual(await secondsBy(api, 'attention'), { focused: 3600 + 1234.5, background: 600 });
  const excluded = await api.put('/rules/tea', { collection, excluded: true }, { batch: 'run-000000001' });
  t.like(excluded.body, { collection: { ...collection, name: 'Tea channel' }, attention: null });
  t.like(await progress(), { youtube_videos_watched: 0, youtube_channels: [] });
  t.deepEqual((await api.delete('/batches/run-000000001')).body, {
    batch_id: 'run-000000001',
    dry_run: false,
    items_removed: 0,
    changes_undone: 0,
    items: [],
    collections_removed: [],
    restored: [{ title: 'the rule for Tea channel', was_removed: false }],
  });
  t.is(await minutes(), 80, 'undo brings back the rule of before');
});

for (const [what, path, body] of [
  ['for a film', '/rules/a', { collection: { kind: 'film', id: 'a' }, language: 'ja' }],
  ['in a language that there is not', '/rules/a', { collection: { kind: 'show', id: 'a' }, language: 'jp' }],
  ['with an id that has blanks', '/rules/a%20b', { collection: { kind: 'show', id: 'a' } }],
  ['with a field that there is not', '/rules/a', { collection: { kind: 'show', id: 'a' }, color: 'red' }],
] as const) {
  test(`a rule ${what} is refused`, async (t) => {
    const api = await startEveningApi(t);
    t.is((await api.put(path, body)).status, 400);
    t.deepEqual((await api.get('/rules')).body, { rules: [] });
  });
}

test('where a person set nothing, the server’s zone counts', async (t) => {
  const api = await startEveningApi(t);
  t.deepEqual((await api.get('/settings')).body, {
    time_zone: 'Pacific/Auckland',
    time_zones: [{ from: null, time_zone: 'Pacific/Auckland' }],
    day_ends_at: 0,
    week_starts_on: 'monday',
    default_language: null,
  });
  await api.put('/settings', { day_ends_at: 4 });
  t.deepEqual(
    (await api.items()).map(({ sk, zones }) => ({ sk, zones })),
    [{ sk: 'SETTINGS', zones: undefined }],
    'another zone of the server counts from then on',
  );
});

test('a new time zone counts from today on, or for all of the past', async (t) => {
  const api = await startEveningApi(t);
  // Yesterday in Auckland, and the day before in London.
  await api.post('/viewings', { viewings: [{ title: 'A', seconds: 600, at: SECONDS - 23 * HOUR }] });
  const days = async () =>
    ((await api.get('/progress')).body as ProgressAnswer).daily_activity.map((day) => day.minutes_watched);
  t.deepEqual(await days(), [0, 0, 0, 0, 0, 10, 0]);
  t.like((await api.put('/settings', { time_zone: 'America/New_York' })).body, {
    time_zone: 'America/New_York',
    time_zones: [
      { from: null, time_zone: 'Pacific/Auckland' },
      { from: '2026-11-22', time_zone: 'America/New_York' },
    ],
  });
  t.like((await api.put('/settings', { time_zone: 'Europe/London', from: 'always', default_language: 'ja' })).body, {
    time_zones: [{ from: null, time_zone: 'Europe/London' }],
    default_language: 'ja',
  });
  t.deepEqual(await days(), [0, 0, 0, 0, 0, 10, 0]);
  t.deepEqual(await secondsBy(api, 'language'), { ja: 600 });
  t.like((await api.get('/settings', { user: 'bob' })).body, { time_zone: 'Pacific/Auckland' });
});

for (const body of [
  { time_zone: 'Mars/Olympus' },
  { day_ends_at: 7 },
  { day_ends_at: 1.5 },
  { week_starts_on: 'mon' },
  { default_language: 'jp' },
  { zone: 'Europe/Berlin' },
]) {
  test(`settings ${JSON.stringify(body)} are refused`, async (t) => {
    const api = await startEveningApi(t);
    t.is((await api.put('/settings', body)).status, 400);
    t.deepEqual(await api.items(), []);
  });
}

const ZONES = [
  { from: null, zone: 'A' },
  { from: '2026-05-01', zone: 'B' },
];
for (const [what, zones, timeZone, from, expected] of [
  [
    'the first from a day on',
    [],
    'B',
    '2026-06-01',
    [
      { from: null, zone: 'S' },
      { from: '2026-06-01', zone: 'B' },
    ],
  ],
  ['the server’s', [], 'S', '2026-06-01', [{ from: null, zone: 'S' }]],
  ['the first for all of the past', [], 'B', null, [{ from: null, zone: 'B' }]],
  ['a third', ZONES, 'C', '2026-06-01', [...ZONES, { from: '2026-06-01', zone: 'C' }]],
  ['the one that counts', ZONES, 'B', '2026-06-01', ZONES],
  [
    'another on the same day',
    ZONES,
    'C',
    '2026-05-01',
    [
      { from: null, zone: 'A' },
      { from: '2026-05-01', zone: 'C' },
    ],
  ],
  ['the one of before on the same day', ZONES, 'A', '2026-05-01', [{ from: null, zone: 'A' }]],
  ['one for all of the past', ZONES, 'C', null, [{ from: null, zone: 'C' }]],
] as const) {
  test(`a time zone that is ${what} keeps the others up to its day`, (t) => {
    const changed = changedSettings({ ...NOTHING_SET, zones }, { timeZone }, { from, serverZone: 'S' });
    t.deepEqual(changed, { ...NOTHING_SET, zones: expected });
  });
}
