import test from 'ava';
import type { GoalAnswer, GoalsAnswer } from '../lib/goals/goals-contract.ts';
import type { StatsAnswer } from '../lib/stats/stats-contract.ts';
import { toEntryItem } from '../lib/viewings/entry-items.ts';
import type { Entry } from '../lib/viewings/entry-rules.ts';
import { toSettingsItem } from '../lib/viewings/settings-items.ts';
import { startEveningApi, type EveningApi } from './evening-api.ts';

const HOUR = 3600;
let entries = 0;

/** An entered viewing; `at` in ISO 8601, null for an opening balance or an unknown date. */
const entry = (at: string | null, minutes: number, more: Partial<Entry> = {}): Entry => ({
  source: 'log',
  ref: `entry-${(entries += 1)}`,
  title: 'Talk',
  medium: 'other',
  at: at === null ? null : Date.parse(at) / 1000,
  seconds: minutes * 60,
  secondsSource: 'person',
  activity: 'watching',
  attention: 'focused',
  language: null,
  collection: null,
  places: [],
  tmdbId: null,
  batchId: null,
  ...more,
});

/** alice is in UTC, at noon on Saturday, November 21, 2026. */
async function withEntries(
  t: Parameters<typeof startEveningApi>[0],
  list: Entry[],
  dayEndsAt = 0,
): Promise<EveningApi> {
  const api = await startEveningApi(t);
  await api.store.put(
    toSettingsItem('alice', {
      zones: [{ from: null, zone: 'UTC' }],
      dayEndsAt,
      weekStartsOn: 'monday',
      defaultLanguage: null,
    }),
  );
  await api.store.insertNew(list.map((one) => toEntryItem('alice', one)));
  return api;
}

const stats = async (api: EveningApi, query = ''): Promise<StatsAnswer> => {
  const { status, body } = await api.get(`/stats${query}`);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body as StatsAnswer;
};

test('statistics of a range: total, rows, the same days before, streak, sources, notes', async (t) => {
  const api = await withEntries(t, [
    entry('2026-11-21T09:00:00Z', 30, { language: 'ja' }),
    entry('2026-11-20T09:00:00Z', 60, { language: 'ja', secondsSource: 'average' }),
    entry('2026-11-20T20:00:00Z', 15, { attention: 'background' }),
    entry('2026-11-19T20:00:00Z', 25 * 60, { language: 'es' }),
    entry('2026-10-05T20:00:00Z', 10),
    entry('2026-10-25T20:00:00Z', 10),
    entry(null, 6000, { language: 'ja' }),
  ]);
  t.deepEqual(await stats(api, '?period=month&by=week'), {
    today: '2026-11-21',
    time_zone: 'UTC',
    week_starts_on: 'monday',
    from: '2026-11-01',
    to: '2026-11-30',
    by: 'week',
    total: { seconds: 26.5 * HOUR, background_seconds: 900, viewings: 4 },
    rows: [
      { key: '2026-10-26', label: 'Oct 26 – Nov 1, 2026', seconds: 0, background_seconds: 0, viewings: 0 },
      { key: '2026-11-02', label: 'Nov 2–8, 2026', seconds: 0, background_seconds: 0, viewings: 0 },
      { key: '2026-11-09', label: 'Nov 9–15, 2026', seconds: 0, background_seconds: 0, viewings: 0 },
      { key: '2026-11-16', label: 'Nov 16–22, 2026', seconds: 26.5 * HOUR, background_seconds: 900, viewings: 4 },
    ],
    previous: { from: '2026-10-01', to: '2026-10-21', seconds: 600, background_seconds: 0, viewings: 1 },
    streak: {
      days: 3,
      from: '2026-11-19',
      today: true,
      longest_days: 3,
      longest_from: '2026-11-19',
      longest_to: '2026-11-21',
      minimum_seconds: 60,
    },
    sources: { measured_seconds: 25.5 * HOUR, estimated_seconds: HOUR },
    notes: [{ code: 'day_over_24_hours', day: '2026-11-19', seconds: 25 * HOUR }],
  });
  const all = await stats(api, '?by=language');
  t.deepEqual(
    all.rows.map(({ key, label, seconds }) => [key, label, seconds]),
    [
      ['ja', 'Japanese', 100 * HOUR + 90 * 60],
      ['es', 'Spanish', 25 * HOUR],
      ['unknown', 'Unknown', 1200],
    ],
  );
  t.is((await stats(api, '?by=month')).rows.at(-1)?.key, 'undated');
  t.is((await stats(api, '?period=today')).total.seconds, 1800);
  t.is((await stats(api, '?from=2026-11-20&to=2026-11-20&language=ja')).total.seconds, HOUR);
});

for (const query of [
  '?from=2026-02-30',
  '?by=decade',
  '?from=2026-02-02&to=2026-02-01',
  '?period=week&from=2026-02-01',
  '?x=1',
]) {
  test(`GET /stats${query} is refused`, async (t) => {
    const api = await startEveningApi(t);
    t.is((await api.get(`/stats${query}`)).status, 400);
  });
}

test('an undated viewing and one that lies ahead count in totals and goals in all, and on no day', async (t) => {
  const api = await withEntries(t, [
    entry(null, 600),
    entry('2026-11-21T13:00:00Z', 60),
    entry('2026-11-21T11:00:00Z', 1),
  ]);
  for (const by of ['day', 'hour', 'weekday']) {
    const { rows, total } = await stats(api, `?by=${by}`);
    t.is(total.seconds, 661 * 60);
    t.like(rows.at(-1), { key: 'undated', label: 'No date', seconds: 660 * 60 });
  }
  t.is((await stats(api, '?period=today')).total.seconds, 60);
  await api.put('/goals/everything', { seconds: 1500 * HOUR });
  await api.put('/goals/daily', { seconds: HOUR, period: 'day' });
  const { goals } = (await api.get('/goals')).body as GoalsAnswer;
  t.deepEqual(
    goals.map(({ id, done_seconds }) => [id, done_seconds]),
    [
      ['daily', 60],
      ['everything', 661 * 60],
    ],
  );
});

test('goals are set, replaced, listed and removed; those of another stay theirs', async (t) => {
  const api = await withEntries(t, [entry('2026-11-21T09:00:00Z', 30, { language: 'ja' })]);
  const set = await api.put('/goals/ja', { seconds: 10 * HOUR, language: 'ja', by: '2026-11-30' });
  t.is(set.status, 200);
  // 10 h less 30 min are 34,200 s over the ten days from November 21 to 30; at 30 min a day 19 days more.
  const goal: GoalAnswer = {
    id: 'ja',
    seconds: 10 * HOUR,
    period: 'all',
    medium: null,
    language: 'ja',
    by: '2026-11-30',
    from: null,
    to: null,
    done_seconds: 1800,
    left_seconds: 34_200,
    met: false,
    needed_per_day_seconds: 3420,
    pace: { last_7_days: 1800, last_30_days: 1800, all_days: 1800 },
    projected: { earliest: '2026-12-10', latest: '2026-12-10' },
  };
  t.deepEqual(set.body, goal);
  t.deepEqual((await api.get('/goals')).body, { today: '2026-11-21', goals: [goal] });
  t.like((await api.put('/goals/ja', { seconds: 60, period: 'week' })).body, {
    from: '2026-11-16',
    to: '2026-11-22',
    met: true,
    left_seconds: 0,
    needed_per_day_seconds: 0,
    projected: null,
  });
  t.deepEqual((await api.get('/goals', { user: 'bob' })).body, { today: '2026-11-22', goals: [] });
  t.deepEqual((await api.delete('/goals/ja')).body, { id: 'ja', removed: true });
  t.deepEqual((await api.delete('/goals/ja')).body, { id: 'ja', removed: false });
  t.deepEqual((await api.get('/goals')).body, { today: '2026-11-21', goals: [] });
});

for (const [claim, id, body] of [
  ['no length', 'a', {}],
  ['a length of nothing', 'a', { seconds: 0 }],
  ['a day that is none', 'a', { seconds: 1, by: '2026-02-30' }],
  ['a last day of every week', 'a', { seconds: 1, period: 'week', by: '2026-02-20' }],
  ['an unknown field', 'a', { seconds: 1, minutes: 1 }],
  ['a language that is none', 'a', { seconds: 1, language: 'Japanese' }],
  ['an id with a capital', 'Daily', { seconds: 1 }],
] as const) {
  test(`a goal with ${claim} is refused`, async (t) => {
    const api = await startEveningApi(t);
    t.is((await api.put(`/goals/${id}`, body)).status, 400);
    t.deepEqual((await api.get('/goals')).body, { today: '2026-11-22', goals: [] });
  });
}

test('the daily goal without a filter is what a day of the streak needs', async (t) => {
  const api = await withEntries(t, [
    entry('2026-11-20T09:00:00Z', 50),
    entry('2026-11-19T09:00:00Z', 44),
    entry('2026-11-18T09:00:00Z', 45),
  ]);
  t.like((await stats(api)).streak, { days: 3, today: false });
  await api.put('/goals/podcasts', { seconds: 2 * HOUR, period: 'day', medium: 'podcast' });
  await api.put('/goals/daily', { seconds: 45 * 60, period: 'day' });
  t.like((await stats(api)).streak, { days: 1, from: '2026-11-20', longest_days: 1, minimum_seconds: 2700 });
});
