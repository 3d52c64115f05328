import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import test from 'ava';
import type { FakeProvider } from '../../lib/demo/fake-server.ts';
import { createFakeTmdb } from '../../lib/demo/fake-tmdb.ts';
import { createFakeTrakt } from '../fakes/fake-trakt.ts';
import type { JobAnswer } from '../../lib/imports/jobs-contract.ts';
import { functionNameOf, SECRET_ID } from '../../localstack/definition.ts';
import { startEmulator } from '../../localstack/ministack.ts';
import { ensureStack } from '../../localstack/stack.ts';
import { buildLambda } from '../../scripts/build-lambda.ts';
import { episodeWatched, filmsAt, movieWatched, planned, rated } from '../trakt-entries.ts';
import { zip } from '../zip.ts';
import { PROVIDER_KEYS } from './providers.ts';
import { runInTerminal } from './terminal.ts';

/** Each test has its own films and series, since TMDB's responses are cached for all users. */
const IMPORTED_FILMS = ids(1000, 45);
const CHUNKED_FILMS = ids(2000, 25);
const ARCHIVED_FILMS = ids(3000, 12);
const [IMPORTED_SERIES, WATCHED_SERIES, OTHER_SERIES] = [401, 402, 403];
const TMDB_INTERVAL_MS = 100;
/** Leaves the jobs of a tick about 4 seconds besides the handler's reserve, half of them for imports. */
const TICK_SECONDS = 9;

const emulator = await startEmulator({ enforcePolicies: true });
const lambda = new LambdaClient(emulator);
const aired = ['2020-01-01', '2020-01-08', '2020-01-15'];
const seriesOf = (id: number) => ({
  id,
  name: `Series ${id}`,
  tvdbId: id + 70_000,
  runtime: 24,
  status: 'Ended',
  seasons: { 1: aired, 2: aired },
});
const tmdb = await createFakeTmdb({
  apiKey: PROVIDER_KEYS.tmdb_api_key,
  movies: filmsAt([...IMPORTED_FILMS, ...CHUNKED_FILMS, ...ARCHIVED_FILMS]),
  series: [IMPORTED_SERIES, WATCHED_SERIES, OTHER_SERIES].map(seriesOf),
});
const trakt = await createFakeTrakt({
  clientId: PROVIDER_KEYS.trakt_client_id,
  clientSecret: PROVIDER_KEYS.trakt_client_secret,
  largestPage: 20,
  movieHistory: IMPORTED_FILMS.map((id, index) => movieWatched(id, `2026-09-${day(index)}T10:00:00.000Z`)),
  episodeHistory: [3, 2, 1].map((number) =>
    episodeWatched([IMPORTED_SERIES, 1, number], `2026-10-0${number}T10:00:00.000Z`),
  ),
  ratings: [rated('movie', IMPORTED_FILMS[0] ?? 0, 9)],
  watchlist: [planned('show', IMPORTED_SERIES)],
});
test.after.always(async () => {
  lambda.destroy();
  await emulator.stop();
  await Promise.all([tmdb.close(), trakt.close()]);
});

let url = '';
test.before(async () => {
  url = await deploy();
});

async function deploy(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'immersion-zips-'));
  try {
    const zips = path.join(folder, 'lambda');
    await buildLambda(zips);
    const settings = {
      IMMERSION_TIME_ZONE: 'UTC',
      IMMERSION_TMDB_INTERVAL_MS: String(TMDB_INTERVAL_MS),
      IMMERSION_TRACKER_TMDB_BASE_URL: tmdb.url,
      IMMERSION_TRACKER_TRAKT_API_BASE_URL: trakt.url,
      IMMERSION_TRACKER_TRAKT_AUTH_BASE_URL: trakt.url,
    };
    const stack = await ensureStack(emulator, { environment: {}, zips, settings });
    const users = ['hana', 'ken', 'rin', 'yui'].map((user) => ({ user, password: 'p' }));
    const secrets = new SecretsManagerClient(emulator);
    const SecretString = JSON.stringify({ users, ...PROVIDER_KEYS });
    await secrets.send(new PutSecretValueCommand({ SecretId: SECRET_ID, SecretString }));
    secrets.destroy();
    return stack.url;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Answer<T> {
  status: number;
  body: T;
}

async function call<T = unknown>(user: string, method: string, target: string, body?: unknown): Promise<Answer<T>> {
  const response = await fetch(url + target, {
    method,
    headers: { authorization: `Basic ${btoa(`${user}:p`)}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as T };
}

const get = async <T>(user: string, target: string): Promise<T> => (await call<T>(user, 'GET', target)).body;

/** The scheduled function, run every minute. */
async function tick(): Promise<unknown> {
  const FunctionName = functionNameOf('tick');
  const { Payload, FunctionError } = await lambda.send(new InvokeCommand({ FunctionName }));
  const answer = Buffer.from(Payload ?? []).toString();
  if (FunctionError) throw new Error(answer);
  return JSON.parse(answer);
}

async function changeTick(change: { Timeout?: number; settings?: Record<string, string> }): Promise<void> {
  const FunctionName = functionNameOf('tick');
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  await lambda.send(
    new UpdateFunctionConfigurationCommand({
      FunctionName,
      ...(change.Timeout === undefined ? {} : { Timeout: change.Timeout }),
      Environment: { Variables: { ...Environment?.Variables, ...change.settings } },
    }),
  );
  await waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: 60 }, { FunctionName });
}

/** Counts of requests by path since then. */
function requestsSince(provider: FakeProvider, since: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { path: asked } of provider.requests.slice(since)) counts.set(asked, (counts.get(asked) ?? 0) + 1);
  return counts;
}

async function logIn(user: string): Promise<void> {
  const { body } = await call<{ url: string; state: string }>(user, 'POST', '/trakt/authorize');
  await call(user, 'POST', '/trakt/exchange', { code: trakt.allow(body.url), state: body.state });
}

test.serial(
  'an import from Trakt that nobody advances goes on from one tick to the next until it is done',
  async (t) => {
    await logIn('hana');
    await changeTick({ Timeout: TICK_SECONDS });
    const { status, body } = await call<{ run_id: string }>('hana', 'POST', '/runs', { kind: 'trakt_import' });
    t.is(status, 202);
    const seen: JobAnswer[] = [];
    for (let ticks = 0; seen.at(-1)?.status !== 'completed' && ticks < 30; ticks += 1) {
      // The next run may begin before this one ends.
      const [one, other] = await Promise.all([tick(), tick()]);
      t.deepEqual(one, { done: ['store', 'secret', 'imports', 'episodes'] });
      t.deepEqual(other, one);
      seen.push(await get<JobAnswer>('hana', `/runs/${body.run_id}`));
      // A job just released is left to its client for a moment.
      if (seen.at(-1)?.status !== 'completed') await wait(1500);
    }
    const [run] = seen.slice(-1);
    t.like(run, { status: 'completed', total: 46, completed: 46, succeeded: 46, failed: 0, errors: [] });
    const steps = [...new Set(seen.map(({ completed }) => completed))];
    t.log(`titles done after each tick: ${steps.join(', ')}`);
    t.true(steps.filter((completed) => completed > 0 && completed < 46).length >= 2, 'it took several ticks');
    t.deepEqual(
      steps,
      steps.toSorted((a, b) => a - b),
    );

    const counts = IMPORTED_FILMS.map((id) => requestsSince(tmdb, 0).get(`/3/movie/${id}`) ?? 0);
    t.true(counts.every((count) => count === 1 || count === 2));
    const again = counts.filter((count) => count === 2).length;
    t.true(again < steps.length, `${again} films were asked for again: no more than were in flight when a tick ended`);
    t.like(await get('hana', '/progress'), { total_movies_watched: 45, total_episodes_watched: 3 });
    const { body: series } = await call('hana', 'GET', `/titles/tv/${IMPORTED_SERIES}`);
    t.like(series, { status: 'in_progress', seasons: [{ season_number: 1, episodes: { length: 3 } }] });
    const film = await get<{ rating: number; sessions: object[] }>('hana', `/titles/movie/${IMPORTED_FILMS[0]}`);
    t.like(film, { rating: 5, sessions: { length: 1 } });

    const { body: next } = await call<{ run_id: string }>('hana', 'POST', '/runs', { kind: 'trakt_import' });
    const second = await advanceToEnd('hana', next.run_id);
    t.is(second.status, 'completed');
    for (const list of Object.values(second.lists)) t.like(list, { new: 0, sessions: 0, episodes: 0 });
  },
);

async function advanceToEnd(user: string, runId: string): Promise<JobAnswer> {
  for (;;) {
    const { status, body } = await call<JobAnswer>(user, 'POST', `/runs/${runId}/advance`);
    if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
    if (body.status !== 'running') return body;
  }
}

test.serial(
  'of two starts at once on two instances one begins; cancelled, it ends later without doubles',
  async (t) => {
    const before = tmdb.requests.length;
    const start = () => call<{ run_id: string; code?: string }>('ken', 'POST', '/runs', { kind: 'archive_import' });
    const starts = await Promise.all([start(), start(), start(), start()]);
    t.deepEqual(
      [202, 409].map((wanted) => starts.filter(({ status }) => status === wanted).length),
      [1, 3],
    );
    const runId = starts.find(({ status }) => status === 202)?.body.run_id ?? '';
    for (const { status, body } of starts) {
      if (status === 409) t.like(body, { code: 'import_in_progress', run_id: runId });
    }
    const events = CHUNKED_FILMS.map((id) => ({
      kind: 'movie_watched',
      title: { type: 'movie', tmdb_id: id, title: `Film ${id}` },
      event_id: String(id),
      watched_at: '2026-10-01T10:00:00Z',
    }));
    for (const _ of ['once', 'again']) {
      const sent = await call('ken', 'POST', `/runs/${runId}/events`, { number: 0, events });
      t.like(sent, { status: 200 });
    }
    t.like(await call('ken', 'POST', `/runs/${runId}/start`), { status: 202, body: { total: 25 } });
    const part = await call<JobAnswer>('ken', 'POST', `/runs/${runId}/advance?seconds=1`);
    t.like(part, { status: 200, body: { status: 'running' } });

    // One instance works on it while another one cancels it.
    const working = call<JobAnswer>('ken', 'POST', `/runs/${runId}/advance`);
    await wait(300);
    const other = await call<{ code: string }>('ken', 'POST', `/runs/${runId}/advance`);
    t.like(other, { status: 409, body: { code: 'lease_held' } });
    const asked = Date.now();
    t.is((await call('ken', 'POST', `/runs/${runId}/cancel`)).status, 202);
    const { body: cancelled } = await working;
    t.true(Date.now() - asked < 2000, `${Date.now() - asked} ms`);
    t.is(cancelled.status, 'cancelled');
    t.true(cancelled.completed > 0 && cancelled.completed < 25, `${cancelled.completed} titles`);
    t.is((await call('ken', 'POST', `/runs/${runId}/cancel`)).status, 409);
    t.like(await get('ken', '/progress'), { total_movies_watched: cancelled.completed });

    t.like(await call('ken', 'POST', `/runs/${runId}/resume`), { status: 202, body: { status: 'running' } });
    const done = await advanceToEnd('ken', runId);
    t.like(done, { status: 'completed', completed: 25, succeeded: 25 });
    t.is(done.lists.movies?.sessions, 25);
    t.like(await get('ken', '/progress'), { total_movies_watched: 25, total_hours_watched: 41 });
    const once = CHUNKED_FILMS.filter((id) => requestsSince(tmdb, before).get(`/3/movie/${id}`) === 1);
    t.true(once.length >= 24, 'at most the film that was in flight is asked for again');
  },
);

test.serial('ticks sync the seasons of watched shows, or of all, and ask nothing when nothing is due', async (t) => {
  await changeTick({ Timeout: 60 });
  for (const id of [WATCHED_SERIES, OTHER_SERIES]) t.is((await call('rin', 'GET', `/api/shows/${id}`)).status, 200);
  t.is((await call('rin', 'DELETE', `/api/shows/${OTHER_SERIES}/watching`)).status, 200);
  const seasons = (id: number) => [1, 2].map((season) => `/3/tv/${id}/season/${season}`);
  const afterTick = async () => {
    const since = tmdb.requests.length;
    await Promise.all([tick(), tick()]);
    return [...requestsSince(tmdb, since)].flatMap(([asked, count]) => Array<string>(count).fill(asked)).toSorted();
  };

  t.deepEqual(await afterTick(), seasons(WATCHED_SERIES));
  t.deepEqual(await afterTick(), []);
  t.like(await get('rin', `/api/shows/${WATCHED_SERIES}/seasons/2`), { synced: true, episodes: { length: 3 } });
  // Two ticks at once may share the seasons; the status is that of the last one.
  const status = await get<{ synced: number }>('rin', '/api/sync/status');
  t.like(status, { mode: 'ON_DEMAND', due: 2, failed: 0 });
  t.true(status.synced === 1 || status.synced === 2, `${status.synced} seasons`);
  await changeTick({ settings: { EPISODE_SYNC_MODE: 'GREEDY' } });
  t.deepEqual(await afterTick(), seasons(OTHER_SERIES));
  t.deepEqual(await afterTick(), []);
  t.like(await get('rin', `/api/shows/${OTHER_SERIES}/seasons/1`), { synced: true, episodes: { length: 3 } });
});

test.serial('the CLI imports Trakt’s data export through the gateway, and a second time nothing is new', async (t) => {
  const home = await mkdtemp(path.join(tmpdir(), 'immersion-home-'));
  t.teardown(() => rm(home, { recursive: true, force: true }));
  const file = path.join(home, 'export.zip');
  const json = (content: unknown) => JSON.stringify(content);
  const history = ARCHIVED_FILMS.map((id) => movieWatched(id, '2026-10-01T10:00:00.000Z'));
  const episodes = [1, 2].map((number) => episodeWatched([IMPORTED_SERIES, 2, number], '2026-10-02T10:00:00.000Z'));
  await writeFile(
    file,
    zip([
      { name: 'watched-history-1.json', content: json(history) },
      { name: 'watched-history-2.json', content: json(episodes) },
      { name: 'ratings-movies.json', content: json([rated('movie', ARCHIVED_FILMS[0] ?? 0, 4)]) },
      { name: 'watched-movies.json', content: json(history) },
    ]),
  );
  const atTerminal = (...args: string[]) =>
    runInTerminal(args, {
      env: {
        HOME: home,
        IMMERSION_DATA_DIR: path.join(home, 'data'),
        IMMERSION_TRACKER_API_URL: url,
        IMMERSION_TRACKER_USER: 'yui',
        IMMERSION_TRACKER_PASSWORD: 'p',
      },
    });
  const first = await atTerminal('trakt', 'import', file);
  t.is(first.exitCode, 0, first.screen);
  const progress = await get('yui', '/progress');
  t.like(progress, { total_movies_watched: 12, total_episodes_watched: 2 });
  t.like(await get('yui', `/titles/movie/${ARCHIVED_FILMS[0]}`), { rating: 2, trakt_rating: 4 });

  const second = await atTerminal('trakt', 'import', file, '--json');
  t.is(second.exitCode, 0, second.screen);
  t.deepEqual(await get('yui', '/progress'), progress);
  t.regex((await atTerminal('library', 'list')).screen, /Film 3000/);
});

function ids(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

function day(index: number): string {
  return String((index % 30) + 1).padStart(2, '0');
}
