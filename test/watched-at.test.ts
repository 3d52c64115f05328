import test from 'ava';
import type { ProgressAnswer } from '../lib/progress/progress-contract.ts';
import { NOON, startEveningApi, type EveningApi, type EveningOptions } from './evening-api.ts';

const SECONDS = NOON / 1000;
const DAY = 24 * 60 * 60;
const YESTERDAY = '2026-11-21T21:30:00+13:00';
const YESTERDAY_SECONDS = Date.parse(YESTERDAY) / 1000;

const PROVIDERS: EveningOptions = {
  tvdb: { movies: [{ id: 11, name: '千と千尋の神隠し', runtime: 125, image: 'https://images.test/11', year: '2001' }] },
  youtube: {
    videos: ['v1', 'v2', 'v3'].map((id) => ({ id, title: id, channelId: 'c1', duration: 'PT10M' })),
    channels: [{ id: 'c1', title: 'Channel', thumbnails: {} }],
  },
  spotify: {
    shows: [{ id: 's1', name: 'ラジオ', image: 'https://images.test/s1' }],
    episodes: [{ id: 'e1', name: 'One', showId: 's1', durationMs: 1_200_000, releaseDate: '2026-01-01' }],
  },
};
const EPISODE = { folder_name: 'Harbour', file_name: 'S01E01' };
const FILM = { file_name: 'Chihiro', tvdb_id: 11 };

/** Records everything with dates. */
const recordAll = async (api: EveningApi, watchedAt: string | number | null) => [
  await api.post('/sync', { episodes: [{ ...EPISODE, watched_at: watchedAt }] }),
  await api.post('/syncmovies', { movies: [{ ...FILM, watched_at: watchedAt }] }),
  await api.post('/syncyoutube', { video_ids: ['v1'], watched_at: watchedAt }),
  await api.post('/syncspotify', { episode_ids: ['e1'], watched_at: { e1: watchedAt } }),
];

const progressOf = async (api: EveningApi) => (await api.get('/progress')).body as ProgressAnswer;
const minutes = ({ daily_activity: days }: ProgressAnswer) => days.slice(-2).map((day) => day.minutes_watched);
const itemsOf = async (api: EveningApi) => (await api.items()).map((item) => ({ ...item, batch_id: undefined }));
const viewingsOf = async (api: EveningApi) =>
  ((await api.get('/viewings')).body as { viewings: { day: string | null; at: string | null; title: string }[] })
    .viewings;

for (const stated of [YESTERDAY, YESTERDAY_SECONDS, '2026-11-21T21:30']) {
  test(`what was watched at ${stated} is yesterday’s in every view`, async (t) => {
    const api = await startEveningApi(t, PROVIDERS);
    t.deepEqual(
      (await recordAll(api, stated)).map(({ body }) => body),
      [
        { episodes_added: 1, dated: true },
        { movies_added: 1, dated: true },
        { videos_added: 1, dated: true },
        { episodes_added: 1, dated: true },
      ],
    );
    const progress = await progressOf(api);
    t.deepEqual(minutes(progress), [20 + 125 + 10 + 20, 0]);
    t.deepEqual(
      (await viewingsOf(api)).map(({ day, at }) => [day, at]),
      Array.from({ length: 4 }, () => ['2026-11-21', '2026-11-21T08:30:00Z']),
    );
    const stats = JSON.stringify((await api.get('/stats?by=day')).body);
    t.true(stats.includes('2026-11-21'), 'the day has a row');
    const { items } = (await api.get('/export')).body as { items: object[] };
    const elsewhere = await startEveningApi(t, PROVIDERS);
    t.is((await elsewhere.post('/import', { items })).status, 200);
    t.deepEqual(await progressOf(elsewhere), progress);
    t.deepEqual(await itemsOf(elsewhere), await itemsOf(api));
  });
}

test('without a date everything is stored and answered as before', async (t) => {
  const api = await startEveningApi(t, PROVIDERS);
  const answer = await api.post('/sync', { episodes: [EPISODE] });
  t.deepEqual(answer.body, { episodes_added: 1 });
  t.deepEqual((await api.post('/syncyoutube', { video_ids: ['v1'] })).body, { videos_added: 1 });
  const episode = (await api.items()).find(({ sk }) => String(sk).startsWith('EPISODE#'));
  t.deepEqual(episode, {
    pk: 'USER#alice',
    sk: 'EPISODE#Harbour#S01E01',
    user: 'alice',
    folder_name: 'Harbour',
    file_name: 'S01E01',
    timestamp: SECONDS,
    batch_id: answer.batch,
  });
});

test('what is recorded keeps its date', async (t) => {
  const api = await startEveningApi(t, PROVIDERS);
  await api.post('/sync', { episodes: [EPISODE] });
  const before = await api.items();
  t.deepEqual((await api.post('/sync', { episodes: [{ ...EPISODE, watched_at: YESTERDAY }] })).body, {
    episodes_added: 0,
    dated: true,
  });
  t.deepEqual(await api.items(), before);
});

test('what has no date counts in the total and on no day', async (t) => {
  const api = await startEveningApi(t, PROVIDERS);
  await recordAll(api, null);
  const progress = await progressOf(api);
  t.deepEqual(minutes(progress), [0, 0]);
  t.is(progress.total_episodes_watched, 1);
  t.is(progress.total_hours_watched, 2);
  t.deepEqual(
    (await viewingsOf(api)).map(({ at }) => at),
    [null, null, null, null],
  );
});

test('one request may state different dates for its links', async (t) => {
  const api = await startEveningApi(t, PROVIDERS);
  await api.post('/syncyoutube', { video_ids: ['v1', 'v2', 'v3'], watched_at: { v1: YESTERDAY, v2: null } });
  t.deepEqual(
    (await viewingsOf(api)).map(({ title, day }) => [title, day]),
    [
      ['v3', '2026-11-22'],
      ['v1', '2026-11-21'],
      ['v2', null],
    ],
  );
});

test('a date that is none, or lies more than a day ahead, is refused by its field, and nothing is recorded', async (t) => {
  const api = await startEveningApi(t, PROVIDERS);
  for (const [watchedAt, isRefused] of [
    [SECONDS + DAY - 60, false],
    [SECONDS + DAY + 60, true],
    ['2027-01-01', true],
    ['yesterday', true],
    ['', true],
    [-5, true],
    [NOON, true],
    [true, true],
    [{}, true],
  ] as const) {
    for (const { path, body, field } of [
      {
        path: '/sync',
        body: { episodes: [EPISODE, { ...EPISODE, file_name: 'S01E02', watched_at: watchedAt }] },
        field: 'episodes.1.watched_at',
      },
      {
        path: '/syncmovies',
        body: { movies: [{ ...FILM, watched_at: watchedAt }] },
        field: 'movies.0.watched_at',
      },
      { path: '/syncyoutube', body: { video_ids: ['v1'], watched_at: { v1: watchedAt } }, field: 'watched_at' },
      { path: '/syncspotify', body: { episode_ids: ['e1'], watched_at: watchedAt }, field: 'watched_at' },
    ]) {
      // For links, an object has a date for each.
      if (path === '/syncspotify' && typeof watchedAt === 'object') continue;
      const answer = await api.post(path, body, { user: isRefused ? 'alice' : 'bob' });
      t.is(answer.status, isRefused ? 400 : 200, `${path} ${JSON.stringify(watchedAt)}`);
      if (!isRefused) continue;
      const [fault] = (answer.body as { details: { path: string }[] }).details;
      t.true(fault?.path.startsWith(field), `${path} ${JSON.stringify(watchedAt)} → ${fault?.path}`);
    }
  }
  t.deepEqual(await api.items(), []);
});

test('a file and an entry that each state a date are one within 24 hours, else two; without a date the file takes the entry’s', async (t) => {
  for (const [hours, watchedAt, days] of [
    [20, YESTERDAY, ['2026-11-21']],
    [30, YESTERDAY, ['2026-11-21', '2026-11-20']],
    [20, null, ['2026-11-21']],
  ] as const) {
    const api = await startEveningApi(t, PROVIDERS);
    const collection = { kind: 'show', id: 'Harbour' };
    const at = YESTERDAY_SECONDS - hours * 3600;
    const entry = { source: 'player', ref: 'x', title: 'Harbour', medium: 'episode', at, seconds: 1500, collection };
    await api.post('/viewings', { viewings: [{ ...entry, place: { season: 1, episode: 1 } }] });
    await api.post('/sync', { episodes: [{ ...EPISODE, watched_at: watchedAt }] });
    t.deepEqual(
      (await viewingsOf(api)).map(({ day }) => day),
      [...days],
      `${hours} hours, ${watchedAt}`,
    );
  }
});
