import { writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type ExecutionContext } from 'ava';
import { createFakeTmdb, type FakeTmdbSeries } from '../lib/demo/fake-tmdb.ts';
import type { Faults } from '../lib/demo/fake-server.ts';
import { readConfig, readSyncMode } from '../lib/core/config.ts';
import { InvalidInputError, TooManyRequestsError } from '../lib/core/errors.ts';
import { createRateGuard } from '../api/middleware/rate-guard.ts';
import { ALICE, basic, PASSWORD, runApi, type RunningApi } from './running-api.ts';

const HARBOUR: FakeTmdbSeries = {
  id: 1396,
  name: 'Harbour',
  originalName: '港',
  tvdbId: 81_189,
  runtime: 24,
  status: 'Returning Series',
  seasons: { 0: ['2020-12-01'], 1: ['2025-01-01', '2025-01-08'], 2: ['2026-07-10', '2026-07-17', null] },
};
const USERS = ['alice', 'ben'].map((user) => ({ user, password: PASSWORD }));
const BEN = basic('ben', PASSWORD);

async function start(
  t: ExecutionContext,
  { faults, ...environment }: { faults?: Faults; [name: string]: unknown } = {},
) {
  const tmdb = await createFakeTmdb({ series: [HARBOUR], ...(faults ? { faults } : {}) });
  t.teardown(() => tmdb.close());
  const api = await runApi(t, {
    secret: { users: USERS, tmdb_api_key: 'key' },
    environment: { IMMERSION_TRACKER_TMDB_BASE_URL: tmdb.url, ...(environment as Record<string, string>) },
  });
  return { api, tmdb };
}

/** Advances the service's clock until something waiting in it is done. */
async function passing<T>(api: RunningApi, work: Promise<T>): Promise<T> {
  const timer = setInterval(() => void (api.clock.milliseconds += 100), 5);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

const sync = (api: RunningApi) => passing(api, api.call('/api/sync', { method: 'POST' }));
const pause = (api: RunningApi) => void (api.clock.milliseconds += 1000);
const show = {
  tmdb_id: 1396,
  tvdb_id: 81_189,
  name: 'Harbour',
  original_name: '港',
  status: 'Returning Series',
  watching: true,
};
const season = (number: number, name: string, [aired, known, watched]: number[], synced = true) => ({
  season_number: number,
  name,
  synced,
  aired_episodes: aired,
  known_episodes: known,
  watched_episodes: watched,
});

test('a show is known at once, its episodes after a pass of the sync, and what was watched of them', async (t) => {
  const { api } = await start(t);
  await api.call('/sync', {
    method: 'POST',
    json: { episodes: ['Harbour - 01', 'Harbour - 02'].map((file_name) => ({ folder_name: 'Minato', file_name })) },
  });
  const first = await api.call('/api/shows/1396');
  t.is(first.status, 200);
  t.deepEqual(first.body, {
    ...show,
    seasons: [
      season(0, 'Specials', [0, 0, 0], false),
      season(1, 'Season 1', [0, 0, 0], false),
      season(2, 'Season 2', [0, 0, 0], false),
    ],
    completion_percentage: null,
    next_episode: null,
    hours_left: null,
    unplaced_files: [],
  });
  const pass = await sync(api);
  t.like(pass.body, { mode: 'ON_DEMAND', due: 3, synced: 3, failed: 0, skipped: 0 });

  const linked = await api.call('/api/folders', { method: 'PUT', json: { folder_name: 'Minato', tmdb_id: 1396 } });
  t.deepEqual(linked.body, { folder_name: 'Minato', tvdb_id: null, tmdb_id: 1396, source: 'link', reason: null });
  const expected = {
    ...show,
    seasons: [season(0, 'Specials', [1, 1, 0]), season(1, 'Season 1', [2, 2, 2]), season(2, 'Season 2', [1, 3, 0])],
    completion_percentage: 66,
    next_episode: { season_number: 2, episode_number: 1, name: 'Episode 1', air_date: '2026-07-10' },
    hours_left: 0.4,
  };
  t.deepEqual((await api.call('/api/shows/1396')).body, { ...expected, unplaced_files: [] });
  t.deepEqual((await api.call('/api/shows')).body, { shows: [expected] });
  t.deepEqual((await api.call('/api/shows/1396/seasons/2')).body, {
    season_number: 2,
    synced: true,
    episodes: [
      ['2026-07-10', 1],
      ['2026-07-17', 2],
      [null, 3],
    ].map(([air_date, number]) => ({
      episode_number: number,
      name: `Episode ${number}`,
      air_date,
      runtime_minutes: null,
      watched: false,
    })),
  });
  t.deepEqual((await api.call('/api/upcoming')).body, {
    episodes: [
      {
        tmdb_id: 1396,
        show_name: 'Harbour',
        season_number: 2,
        episode_number: 2,
        name: 'Episode 2',
        air_date: '2026-07-17',
      },
    ],
  });
});

for (const [claim, headers, isFollowed] of [
  ['a program', {}, true],
  ['the server’s own page', { 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Dest': 'empty' }, true],
  ['the address line, by a script', { 'Sec-Fetch-Site': 'none', 'Sec-Fetch-Dest': 'empty' }, true],
  ['a page elsewhere', { Origin: 'https://evil.example' }, false],
  ['a frame without an origin', { Origin: 'null' }, false],
  ['a link on a page elsewhere', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Dest': 'document' }, false],
  ['an image on a page', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Dest': 'image' }, false],
  ['an image on the server’s own page', { 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Dest': 'image' }, false],
  ['a page beside this one', { 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Dest': 'empty' }, false],
] as [string, Record<string, string>, boolean][]) {
  test(`a show that ${claim} opens is ${isFollowed ? '' : 'not '}followed`, async (t) => {
    const { api } = await start(t);
    const followed = async () => ((await api.call('/api/shows')).body as { shows: unknown[] }).shows.length;
    // fetch would set these headers itself.
    const status = await new Promise((resolve, reject) => {
      const options = { headers: { authorization: ALICE, ...headers } };
      const outgoing = get(`${api.url}/api/shows/1396`, options, (incoming) => {
        incoming.resume().once('end', () => resolve(incoming.statusCode));
      });
      outgoing.once('error', reject);
    });
    t.is(status, 200);
    t.is(await followed(), isFollowed ? 1 : 0);
    pause(api);
    await api.call('/api/shows/1396');
    t.is(await followed(), 1, 'later, by somebody who may');
  });
}

test('watching begins and ends by request, and each of them may be repeated', async (t) => {
  const { api, tmdb } = await start(t);
  const watching = '/api/shows/1396/watching';
  const ids = async (authorization = ALICE) =>
    ((await api.call('/api/shows', { authorization })).body as { shows: { tmdb_id: number }[] }).shows.map(
      (one) => one.tmdb_id,
    );
  for (const method of ['PUT', 'PUT']) {
    t.deepEqual((await api.call(watching, { method })).body, { tmdb_id: 1396, watching: true });
  }
  t.deepEqual([await ids(), await ids(BEN)], [[1396], []]);
  for (const method of ['DELETE', 'DELETE']) {
    t.deepEqual((await api.call(watching, { method })).body, { tmdb_id: 1396, watching: false });
  }
  t.deepEqual(await ids(), []);
  t.is(tmdb.requests.length, 1);
});

for (const [method, where, status, code] of [
  ['GET', '/api/shows/4', 404, 'tmdb_series_not_found'],
  ['PUT', '/api/shows/4/watching', 404, 'tmdb_series_not_found'],
  ['GET', '/api/shows/harbour', 400, 'invalid_request'],
  ['GET', '/api/shows/0', 400, 'invalid_request'],
  ['GET', '/api/shows/1e3', 400, 'invalid_request'],
  ['GET', '/api/shows/99999999999', 400, 'invalid_request'],
  ['GET', '/api/shows/1396/seasons/1', 404, 'show_not_in_catalogue'],
  ['GET', '/api/shows/1396/seasons/x', 400, 'invalid_request'],
] as const) {
  test(`${method} ${where} is answered with ${status}, and marks nothing`, async (t) => {
    const { api } = await start(t);
    const answer = await api.call(where, { method });
    t.is(answer.status, status);
    t.like(answer.body, { code });
    t.deepEqual((await api.call('/api/shows')).body, { shows: [] });
  });
}

test('without a key a show that is not in the catalogue cannot be read, and the answer says what is missing', async (t) => {
  const api = await runApi(t);
  const answer = await api.call('/api/shows/1396');
  t.is(answer.status, 503);
  t.like(answer.body, { code: 'tmdb_not_configured' });
});

test('a season that the show does not have is 404', async (t) => {
  const { api } = await start(t);
  await api.call('/api/shows/1396');
  t.like((await api.call('/api/shows/1396/seasons/9')).body, {
    code: 'season_not_found',
    suggestions: ['It has 0, 1, 2.'],
  });
});

test('of six reads in a second five are answered, one is told when to come back, and another client is not concerned', async (t) => {
  const { api } = await start(t);
  const statuses: number[] = [];
  for (let read = 0; read < 6; read++) {
    api.clock.milliseconds += 100;
    const answer = await api.call('/api/shows/1396');
    statuses.push(answer.status);
    if (answer.status !== 429) continue;
    t.is(answer.headers.get('retry-after'), '1');
    t.like(answer.body, { code: 'too_many_requests' });
  }
  t.deepEqual(statuses, [200, 200, 200, 200, 200, 429]);
  t.is((await api.call('/api/shows/1396', { authorization: BEN })).status, 200);
  api.clock.milliseconds += 499;
  t.is((await api.call('/api/shows/1396')).status, 429, 'the first of the five was 999 ms ago');
  api.clock.milliseconds += 1;
  t.is((await api.call('/api/shows/1396')).status, 200);
  t.is((await api.call('/api/shows')).status, 200, 'lists are not guarded');
});

test('clients without a name are told apart by their address', (t) => {
  const clock = { milliseconds: 0 };
  const guard = createRateGuard({ clock: { now: () => clock.milliseconds }, limit: 2, windowMs: 1000 });
  const from = (ip: string, user?: string) => ({
    ip,
    state: { requestId: 'r', ...(user !== undefined && { account: { user, admin: false } }) },
  });
  for (const client of [from('10.0.0.1'), from('10.0.0.2'), from('10.0.0.1', 'aiko'), from('10.0.0.2', '10.0.0.1')]) {
    for (let request = 0; request < 2; request++) t.notThrows(() => guard(client));
    const error = t.throws(() => guard(client), { instanceOf: TooManyRequestsError });
    t.is(error.retryAfterSeconds, 1);
  }
  t.throws(() => guard(from('10.9.9.9', 'aiko')), undefined, 'one user from two addresses is one client');
  clock.milliseconds = 1000;
  t.notThrows(() => guard(from('10.0.0.1')));
});

test('a folder is joined by its TVDB id, and says why where it cannot be', async (t) => {
  const { api, tmdb } = await start(t);
  const folders = ['Harbour', 'Lost', 'Nameless'];
  await api.call('/sync', {
    method: 'POST',
    json: { episodes: folders.map((folder_name) => ({ folder_name, file_name: 'E01' })) },
  });
  for (const [index, tvdb_id] of [81_189, 5].entries()) {
    await api.store.put({
      pk: 'USER#alice',
      sk: `SHOW#${folders[index]}`,
      folder_name: folders[index],
      tvdb_id,
      version: 2,
    });
  }
  const folder = (folder_name: string, tvdb_id: number | null, reason: string | null) => ({
    folder_name,
    tvdb_id,
    tmdb_id: null,
    source: null,
    reason,
  });
  t.deepEqual((await api.call('/api/folders')).body, {
    folders: [
      folder('Harbour', 81_189, 'not_looked_up'),
      folder('Lost', 5, 'not_looked_up'),
      folder('Nameless', null, 'no_tvdb_id'),
    ],
  });
  t.is(tmdb.requests.length, 0);
  const join = async (folder_name: string) => {
    const answer = await passing(api, api.call('/api/folders', { method: 'PUT', json: { folder_name } }));
    return answer.body;
  };
  const joined = { ...folder('Harbour', 81_189, null), tmdb_id: 1396, source: 'tvdb' };
  t.deepEqual(await join('Harbour'), joined);
  t.deepEqual(await join('Harbour'), joined);
  t.deepEqual(await join('Lost'), folder('Lost', 5, 'unknown_at_tmdb'));
  t.deepEqual(await join('Nameless'), folder('Nameless', null, 'no_tvdb_id'));
  t.is(tmdb.requests.filter(({ path: where }) => where.includes('/find/')).length, 2);
  t.like(await join('Nobody'), { code: 'show_not_found' });
  t.deepEqual((await api.call('/api/shows')).body, { shows: [] }, 'joining marks nothing');
});

test('files count by the folder’s TVDB id too, and a link by hand wins over it', async (t) => {
  const { api } = await start(t);
  await api.call('/sync', {
    method: 'POST',
    json: { episodes: ['S02E01', 'Special S00E01'].map((file_name) => ({ folder_name: 'Minato #2', file_name })) },
  });
  await api.store.put({
    pk: 'USER#alice',
    sk: 'SHOW#Minato #2',
    folder_name: 'Minato #2',
    tvdb_id: 81_189,
    version: 2,
  });
  await api.call('/api/shows/1396');
  await sync(api);
  const watched = async () => {
    pause(api);
    const { seasons } = (await api.call('/api/shows/1396')).body as { seasons: { watched_episodes: number }[] };
    return seasons.map((one) => one.watched_episodes);
  };
  t.deepEqual(await watched(), [1, 0, 1]);
  const link = await api.call('/api/folders', { method: 'PUT', json: { folder_name: 'Minato #2', tmdb_id: 4 } });
  t.like(link.body, { code: 'tmdb_series_not_found' });
  t.deepEqual(await watched(), [1, 0, 1]);
});

test('episodes that count across seasons find their place by the catalogue', async (t) => {
  const { api } = await start(t);
  await api.call('/sync', {
    method: 'POST',
    json: {
      episodes: ['[Sub] Minato - 02', '[Sub] Minato - 03'].map((file_name) => ({ folder_name: 'Minato', file_name })),
    },
  });
  await api.call('/api/shows/1396');
  await sync(api);
  await api.call('/api/folders', { method: 'PUT', json: { folder_name: 'Minato', tmdb_id: 1396 } });
  const { seasons } = (await api.call('/api/shows/1396')).body as { seasons: { watched_episodes: number }[] };
  t.deepEqual(
    seasons.map((one) => one.watched_episodes),
    [0, 1, 1],
  );
});

test('the status tells what the last pass did', async (t) => {
  const { api } = await start(t);
  t.deepEqual((await api.call('/api/sync/status')).body, {
    mode: 'ON_DEMAND',
    last_tick_at: null,
    due: 0,
    synced: 0,
    failed: 0,
    skipped: 0,
    duration_ms: 0,
  });
  await api.call('/api/shows/1396');
  const { body } = await sync(api);
  const status = (await api.call('/api/sync/status')).body as Record<string, unknown>;
  t.deepEqual({ ...status, last_tick_at: null, reason: null }, { ...(body as object), last_tick_at: null });
  t.regex(String(status['last_tick_at']), /^2026-07-14T00:00:\d\dZ$/);
  const line = api.logLines.map((text) => JSON.parse(text) as Record<string, unknown>);
  t.like(
    line.find(({ message }) => message === 'episode sync'),
    { mode: 'ON_DEMAND', due: 3, synced: 3, failed: 0, skipped: 0 },
  );
});

test('ticks stop at an invalid mode in the config file, with one log line, and go on when it is mended', async (t) => {
  const { api, tmdb } = await start(t);
  await api.call('/api/shows/1396');
  const file = path.join(api.dataDirectory, 'config.json');
  const said = () =>
    api.logLines
      .splice(0)
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ message }) => String(message).startsWith('episode sync'))
      .map(({ message, error_code: code }) => code ?? message);
  const tick = async () => {
    pause(api);
    return (await sync(api)).body as Record<string, unknown>;
  };
  said();
  const asked = tmdb.requests.length;
  for (const [text, code] of [
    ['{"EPISODE_SYNC_MODE": "greedy"}', 'invalid_setting'],
    ['{"EPISODE_SYNC_MODE": 1}', undefined],
    ['{"EPISODE_SYNC_MODE": ["GREEDY"]}', undefined],
    ['{"EPISODE_SYNC_MODE": ', 'config_malformed'],
  ] as const) {
    await writeFile(file, text);
    for (let times = 0; times < 3; times++) {
      const { reason, ...pass } = await tick();
      t.like(pass, { mode: null, due: 0, synced: 0 });
      t.regex(String(reason), /EPISODE_SYNC_MODE is|is not a JSON object/);
    }
    t.deepEqual(said(), code ? [code] : [], text);
  }
  t.is(tmdb.requests.length, asked);
  await writeFile(file, '{"EPISODE_SYNC_MODE": "ON_DEMAND"}');
  t.like(await tick(), { mode: 'ON_DEMAND', synced: 3 });
  t.deepEqual(said(), ['episode sync resumes', 'episode sync']);
});

test('watching ends after as many days as the setting says, and begins anew with the next access', async (t) => {
  const { api, tmdb } = await start(t, { IMMERSION_WATCHING_DAYS: '2' });
  await api.call('/api/shows/1396');
  const followed = async () => ((await api.call('/api/shows')).body as { shows: unknown[] }).shows.length;
  api.clock.milliseconds += 2 * 86_400_000 - 1000;
  t.is(await followed(), 1);
  api.clock.milliseconds += 1000;
  t.is(await followed(), 0);
  const asked = tmdb.requests.length;
  t.like((await sync(api)).body, { due: 3, synced: 0, skipped: 3 });
  t.is(tmdb.requests.length, asked);
  pause(api);
  t.like((await api.call('/api/shows/1396')).body, { watching: true });
  t.is(await followed(), 1);
  t.like((await sync(api)).body, { synced: 3 });
});

test('a pass takes as many seasons as the setting says', async (t) => {
  const { api } = await start(t, { IMMERSION_SYNC_BATCH: '2', IMMERSION_SYNC_PARALLEL: '1' });
  await api.call('/api/shows/1396');
  t.like((await sync(api)).body, { due: 3, synced: 2 });
  t.like((await sync(api)).body, { due: 1, synced: 1 });
  pause(api);
  t.like((await api.call('/api/sync?dry_run=true', { method: 'POST' })).body, { due: 0, synced: 0 });
});

test('a read answers also where its mark cannot be written, whereas marking fails', async (t) => {
  const { api } = await start(t);
  const database = new DatabaseSync(path.join(api.dataDirectory, 'immersion.sqlite'));
  database.exec(
    "CREATE TRIGGER refuse BEFORE INSERT ON immersion_tracker WHEN NEW.partition = 'WATCHING' BEGIN SELECT RAISE(ABORT, 'full'); END",
  );
  const read = await api.call('/api/shows/1396');
  t.is(read.status, 200);
  t.like(read.body, { name: 'Harbour', watching: false });
  t.true(api.logLines.some((line) => line.includes('a show could not be followed')));
  t.is((await api.call('/api/shows/1396/watching', { method: 'PUT' })).status, 500);
  t.deepEqual((await api.call('/api/shows')).body, { shows: [] });
  database.exec('DROP TRIGGER refuse');
  database.close();
  t.like((await api.call('/api/shows/1396')).body, { watching: true });
});

test('the mode comes from the environment, else from the config file as it is at each tick', async (t) => {
  const { api } = await start(t);
  const file = path.join(api.dataDirectory, 'config.json');
  const mode = async () => ((await api.call('/api/sync/status')).body as { mode: string | null }).mode;
  t.is(await mode(), 'ON_DEMAND');
  await writeFile(file, JSON.stringify({ EPISODE_SYNC_MODE: 'GREEDY' }));
  t.is(await mode(), 'GREEDY');
  await writeFile(file, JSON.stringify({ EPISODE_SYNC_MODE: ' ' }));
  t.is(await mode(), 'ON_DEMAND');
  api.logLines.length = 0;
  await writeFile(file, JSON.stringify({ EPISODE_SYNC_MODE: 'ALL' }));
  for (let times = 0; times < 3; times++) t.is(await mode(), null);
  t.is(api.logLines.filter((line) => line.includes('episode sync waits')).length, 1);

  const fixed = readConfig({
    environment: { IMMERSION_DATA_DIR: api.dataDirectory, EPISODE_SYNC_MODE: 'GREEDY' },
    workingDirectory: '/',
  });
  t.is(readSyncMode(fixed), 'GREEDY');
  const refused = t.throws(
    () => readConfig({ environment: { IMMERSION_DATA_DIR: api.dataDirectory }, workingDirectory: '/' }),
    { instanceOf: InvalidInputError },
  );
  t.regex(refused.message, /EPISODE_SYNC_MODE is “ALL”/);
});
