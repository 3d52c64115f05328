import test from 'ava';
import type { ChangedViewing } from '../lib/viewings/entries-contract.ts';
import type { ProgressAnswer } from '../lib/progress/progress-contract.ts';
import { NOON, startEveningApi, type EveningApi } from './evening-api.ts';

const SECONDS = NOON / 1000;
const HOUR = 3600;
const RUN = 'run-000000001';
const OTHER_RUN = 'run-000000002';

const add = async (api: EveningApi, ...viewings: object[]) => {
  const { status, body } = await api.post('/viewings', { viewings });
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body as { viewings_added: number; known: number; ids: string[] };
};

const progress = async (api: EveningApi) => (await api.get('/progress')).body as ProgressAnswer;

const minutesToday = async (api: EveningApi) => (await progress(api)).daily_activity.at(-1)?.minutes_watched;

const faults = ({ body }: { body: unknown }) =>
  (body as { details: { path: string }[] }).details.map(({ path }) => path);

test('a viewing that has no file counts on its day, and sent again it is known', async (t) => {
  const api = await startEveningApi(t);
  const viewing = { source: 'player', ref: 'x1', title: 'Crosstalk', at: SECONDS - HOUR, seconds: 45 * 60 };
  const first = await add(api, viewing, { title: 'Talk with Ana', seconds: 600 });
  t.like(first, { viewings_added: 2, known: 0 });
  t.regex(first.ids.join(), /^[\da-f]{12},[\da-f]{12}$/);
  t.is(await minutesToday(api), 55);
  t.deepEqual(await add(api, viewing), { viewings_added: 0, known: 1, ids: first.ids.slice(0, 1) });
  t.is(await minutesToday(api), 55);
});

test('the history of one language has only its viewings, by any of its codes', async (t) => {
  const api = await startEveningApi(t);
  const told = ['es', 'ja', 'es', null].map((language, index) => ({ title: `Talk ${index}`, seconds: 600, language }));
  await add(api, ...told);
  const titles = async (query: string) => {
    const { viewings } = (await api.get(`/viewings${query}`)).body as {
      viewings: { title: string; language: string }[];
    };
    return viewings.map(({ title, language }) => `${title}: ${language}`).toSorted((a, b) => (a < b ? -1 : 1));
  };
  t.is((await titles('')).length, 4);
  for (const code of ['es', 'spa']) {
    t.deepEqual(await titles(`?language=${code}`), ['Talk 0: es', 'Talk 2: es']);
  }
  t.deepEqual(await titles('?language=ko'), []);
});

test('a request is repeated safely where its run is named', async (t) => {
  const api = await startEveningApi(t);
  const body = {
    viewings: [
      { title: 'Talk', seconds: 600 },
      { title: 'Talk', seconds: 600 },
    ],
  };
  t.like((await api.post('/viewings', body, { batch: RUN })).body, { viewings_added: 2 });
  t.like((await api.post('/viewings', body, { batch: RUN })).body, { viewings_added: 0, known: 2 });
  t.like((await api.post('/viewings', body, { batch: OTHER_RUN })).body, { viewings_added: 2 });
});

test('hours of before count in the total, and on no day, in no week and no trend', async (t) => {
  const api = await startEveningApi(t);
  await add(api, { title: 'Today', seconds: HOUR }, { title: 'Long ago', seconds: 60, at: SECONDS - 30 * 24 * HOUR });
  const before = await progress(api);
  await add(api, { title: 'Before I counted', at: null, seconds: 320 * HOUR, language: 'jpn' });
  const after = await progress(api);
  t.deepEqual(after, {
    ...before,
    total_hours_watched: before.total_hours_watched + 320,
    all_time_progress: before.all_time_progress.map((one) => ({
      ...one,
      cumulative_hours: one.cumulative_hours + 320,
    })),
  });
});

test('more than 24 hours on one day are refused, all that a person typed for it together', async (t) => {
  const api = await startEveningApi(t);
  const at = '2026-11-20T12:00:00+13:00';
  const refused = await api.post('/viewings', { viewings: [{ title: 'A', at, seconds: 25 * HOUR }] });
  t.is(refused.status, 400);
  t.deepEqual(faults(refused), ['viewings.0.seconds']);
  const log = (seconds: number, ref: string) => api.post('/viewings', { viewings: [{ title: 'A', ref, at, seconds }] });
  t.is((await log(20 * HOUR, 'a')).status, 200);
  t.is((await log(5 * HOUR, 'b')).status, 400);
  t.is((await log(20 * HOUR, 'a')).status, 200, 'what is recorded is no second time');
  t.is((await log(4 * HOUR, 'c')).status, 200);
});

for (const [what, viewing, path] of [
  ['more than a day ahead', { title: 'A', seconds: 60, at: SECONDS + 25 * HOUR }, 'viewings.0.at'],
  ['at no time', { title: 'A', seconds: 60, at: 'soon' }, 'viewings.0.at'],
  ['without a length', { title: 'A' }, 'viewings.0.seconds'],
  ['of no time', { title: 'A', seconds: 0 }, 'viewings.0.seconds'],
  ['without title and ref', { seconds: 60 }, 'viewings.0'],
  ['with a field that there is not', { title: 'A', seconds: 60, length: 60 }, 'viewings.0'],
  ['in a language that there is not', { title: 'A', seconds: 60, language: 'jp' }, 'viewings.0.language'],
  ['that says to come from a file', { title: 'A', seconds: 60, source: 'file' }, 'viewings.0.source'],
] as const) {
  test(`a viewing ${what} is refused`, async (t) => {
    const api = await startEveningApi(t);
    const answer = await api.post('/viewings', { viewings: [viewing] });
    t.is(answer.status, 400);
    t.deepEqual(faults(answer), [path]);
    t.deepEqual(await api.items(), []);
  });
}

test('clocks may differ by a day', async (t) => {
  const api = await startEveningApi(t);
  await add(api, { title: 'A', seconds: 60, at: SECONDS + 23 * HOUR });
  t.is(await minutesToday(api), 0);
});

test('a viewing is edited by the beginning of its id, and undo puts it back as it was', async (t) => {
  const api = await startEveningApi(t);
  const [id = ''] = (await add(api, { title: 'Talk', seconds: HOUR, at: SECONDS - HOUR })).ids;
  const original = { title: 'Talk', seconds: HOUR, language: null, at: '2026-11-21T11:00:00Z' };
  const patch = async (change: object, batch: string) =>
    (await api.patch(`/viewings/${id.slice(0, 6)}`, change, { batch })).body as ChangedViewing;

  const edited = { title: 'Talk with Ana', seconds: 1800, language: 'es', at: '2026-11-20T08:30:00Z' };
  const change = { title: edited.title, seconds: 1800, language: 'spa', at: '2026-11-20T21:30:00+13:00' };
  t.like(await patch(change, RUN), { id, ...edited, seconds_source: 'person' });
  t.is(await minutesToday(api), 0);
  t.like(await patch({ at: null }, OTHER_RUN), { ...edited, at: null });

  t.like((await api.delete(`/batches/${OTHER_RUN}?dry_run=true`)).body, {
    restored: [{ title: 'Talk with Ana', was_removed: false }],
  });
  await api.delete(`/batches/${OTHER_RUN}`);
  t.like(await patch({ activity: 'talking' }, 'run-000000003'), { ...edited, activity: 'talking' });
  await api.delete('/batches/run-000000003');
  t.like((await api.delete(`/batches/${RUN}`)).body, { restored: [{ title: 'Talk', was_removed: false }] });
  t.is(await minutesToday(api), 60);
  t.like(await patch({ attention: 'background' }, 'run-000000004'), { ...original, attention: 'background' });
  t.is(await minutesToday(api), 0, 'what runs in the background is no time of progress');
});

test('an edit of a file leaves the item of the contract as it is', async (t) => {
  const api = await startEveningApi(t);
  await api.post('/sync', { episodes: [{ folder_name: 'Harbour', file_name: '01' }] });
  const item = (await api.items()).find(({ sk }) => sk === 'EPISODE#Harbour#01');
  const [id] = await idsOf(api);
  t.like((await api.patch(`/viewings/${id}`, { seconds: 1500, language: 'ja' })).body, { seconds: 1500 });
  t.deepEqual(
    (await api.items()).find(({ sk }) => sk === 'EPISODE#Harbour#01'),
    item,
  );
  t.is(await minutesToday(api), 25);
});

test('a removed file says that it comes back with the next sync, and does', async (t) => {
  const api = await startEveningApi(t);
  const sync = () => api.post('/sync', { episodes: [{ folder_name: 'Harbour', file_name: '01' }] });
  await sync();
  const before = await api.items();
  const [id] = await idsOf(api);
  const dry = await api.delete(`/viewings/${id}?dry_run=true`);
  t.like(dry.body, { id, title: '01', comes_back: true });
  t.deepEqual(await api.items(), before);

  t.like((await api.delete(`/viewings/${id}`, { batch: RUN })).body, { comes_back: true });
  t.is((await progress(api)).total_episodes_watched, 0);
  t.is((await api.delete(`/viewings/${id}`)).status, 404);
  await api.delete(`/batches/${RUN}`);
  t.deepEqual(await api.items(), before, 'undo puts it back to the letter');

  await api.delete(`/viewings/${id}`, { batch: OTHER_RUN });
  t.like((await sync()).body, { episodes_added: 1 });
  t.like((await api.delete(`/batches/${OTHER_RUN}`)).body, { restored: [] }, 'it is there already');
});

test('what a program brought and a person removed stays away until undo', async (t) => {
  const api = await startEveningApi(t);
  const viewing = { source: 'anki', ref: '7', title: 'Deck', seconds: 600 };
  const { ids } = await add(api, viewing);
  t.like((await api.delete(`/viewings/${ids[0]}`, { batch: RUN })).body, { comes_back: false });
  t.like(await add(api, viewing), { viewings_added: 0, known: 1 });
  t.is(await minutesToday(api), 0);
  await api.delete(`/batches/${RUN}`);
  t.is(await minutesToday(api), 10);
});

test('a run that removed several viewings is undone as one', async (t) => {
  const api = await startEveningApi(t);
  const { ids } = await add(api, { title: 'A', seconds: 600 }, { title: 'B', seconds: 600 });
  for (const id of ids) await api.delete(`/viewings/${id}`, { batch: RUN });
  t.is(await minutesToday(api), 0);
  t.is(((await api.delete(`/batches/${RUN}`)).body as { restored: object[] }).restored.length, 2);
  t.is(await minutesToday(api), 20);
  t.like((await api.delete(`/batches/${RUN}`)).body, { restored: [] });
});

test('an id that several viewings begin with is refused, and names them', async (t) => {
  const api = await startEveningApi(t);
  const { ids } = await add(
    api,
    ...Array.from({ length: 40 }, (_, index) => ({ title: `Talk ${index}`, seconds: 60 })),
  );
  const start = ids.map((id) => id[0] ?? '').find((one, index, all) => all.indexOf(one) !== index);
  const answer = await api.delete(`/viewings/${start}`);
  t.is(answer.status, 409);
  const { code, details } = answer.body as { code: string; details: { id: string; reason: string }[] };
  t.is(code, 'viewing_ambiguous');
  t.deepEqual(details.map(({ id }) => id).toSorted(), ids.filter((id) => id.startsWith(start ?? '')).toSorted());
});

test('watched again adds time and no episode, however near', async (t) => {
  const api = await startEveningApi(t);
  await api.post('/sync', { episodes: [{ folder_name: 'Harbour', file_name: 'Harbour S01E01' }] });
  const collection = { kind: 'show', id: 'Harbour' };
  const again = { source: 'rewatch', title: 'Harbour S01E01', medium: 'episode', collection, seconds: 1500 };
  await add(api, { ...again, ref: 'a', place: { season: 1, episode: 1 } }, { ...again, ref: 'b' });
  t.like(await progress(api), { total_episodes_watched: 1, episodes_watched_today: 1 });
  t.is((await progress(api)).shows[0]?.episodes_watched, 1);
  t.is(await minutesToday(api), 20 + 2 * 25);
});

test('what is recorded and watched again needs no more than its name, and counts as it is recorded', async (t) => {
  const api = await startEveningApi(t, {
    youtube: { videos: [{ id: 'v1', title: 'One', channelId: 'c1', duration: 'PT10M' }], channels: [] },
  });
  const episode = { folder_name: 'Harbour', file_name: 'Harbour S01E01', duration_seconds: 1420, language: 'ja' };
  await api.post('/sync', { episodes: [episode] });
  await api.post('/syncyoutube', { video_ids: ['v1'] });
  const file = { source: 'file', ref: 'shows/Harbour/Harbour S01E01' };
  const again = [
    { again: file, ref: 'a', at: SECONDS - 30 * HOUR },
    { again: file, ref: 'b', seconds: 600 },
    { again: { source: 'youtube', ref: 'v1' }, ref: 'c' },
  ];
  t.like(await add(api, ...again), { viewings_added: 3, known: 0 });
  t.like(await add(api, ...again), { viewings_added: 0, known: 3 });
  t.like(await progress(api), { total_episodes_watched: 1, youtube_videos_watched: 1, episodes_watched_today: 1 });
  t.is(await minutesToday(api), Math.floor((1420 + 600 + 2 * 600) / 60));
  const { viewings } = (await api.get('/viewings')).body as { viewings: object[] };
  t.like(viewings.at(-1), {
    title: 'Harbour S01E01',
    medium: 'episode',
    seconds: 1420,
    seconds_source: 'file',
    language: 'ja',
    language_source: 'file',
    collection: { kind: 'show', id: 'Harbour' },
    places: [{ season: 1, episode: 1 }],
    references: [{ source: 'rewatch', ref: 'a' }],
  });
  const unknown = await api.post('/viewings', { viewings: [{ again: { source: 'file', ref: 'movies/No' } }] });
  t.is(unknown.status, 400);
  t.deepEqual(faults(unknown), ['viewings.0.again']);
  t.deepEqual(faults(await api.post('/viewings', { viewings: [{ title: 'No length' }] })), ['viewings.0.seconds']);
});

test('an export brings what was entered, edited, removed, ruled and set to the same figures elsewhere', async (t) => {
  const api = await startEveningApi(t);
  await api.post('/sync', { episodes: ['01', '02', '03'].map((file_name) => ({ folder_name: 'Harbour', file_name })) });
  await api.put('/settings', { time_zone: 'Asia/Tokyo', from: 'always', day_ends_at: 4, week_starts_on: 'sunday' });
  await add(
    api,
    { title: 'Before', at: null, seconds: 320 * HOUR, language: 'ja' },
    { source: 'anki', ref: '7', title: 'Deck', seconds: 600 },
    { title: 'Talk', seconds: HOUR, collection: { kind: 'podcast', id: 'p1', name: 'Teatime' } },
  );
  const [first, second] = await idsOf(api);
  await api.patch(`/viewings/${first}`, { seconds: 1500, at: '2026-11-19T12:00:00Z' });
  await api.delete(`/viewings/${second}`);
  await api.put('/rules/tea', { collection: { kind: 'podcast', id: 'p1' }, attention: 'background' });
  const { items } = (await api.get('/export')).body as { items: object[] };

  const other = await startEveningApi(t);
  await other.post('/import', { items });
  t.deepEqual((await other.get('/progress')).body, (await api.get('/progress')).body);
  t.deepEqual((await other.get('/settings')).body, (await api.get('/settings')).body);
  t.like((await other.post('/viewings', { viewings: [{ source: 'anki', ref: '7', seconds: 600 }] })).body, {
    known: 1,
  });
});

test('what a person has, another cannot change', async (t) => {
  const api = await startEveningApi(t);
  const { ids } = await add(api, { title: 'Talk', seconds: 600 });
  t.is((await api.patch(`/viewings/${ids[0]}`, { seconds: 60 }, { user: 'bob' })).status, 404);
  t.is((await api.delete(`/viewings/${ids[0]}`, { user: 'bob' })).status, 404);
});

/** Ids of alice's viewings, latest first. */
const idsOf = async (api: EveningApi): Promise<string[]> =>
  ((await api.get('/viewings')).body as { viewings: { id: string }[] }).viewings.map(({ id }) => id);
