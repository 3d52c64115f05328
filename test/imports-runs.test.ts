import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import type { JobAnswer } from '../lib/imports/jobs-contract.ts';
import { createPerson, PASSWORD, startServer } from './cli-process.ts';
import {
  betweenReadAndClaim,
  filmsIn,
  type Imports,
  startImports,
  testImportsAgainstDescriptions,
  type Judged,
} from './imports-rig.ts';
import { basic, call } from './running-api.ts';
import { agoIso, DAY_MS, filmId, filmsAt, ids, movieWatched } from './trakt-entries.ts';

const judged: Judged = { trakt: [], tmdb: [] };

/** A hundred films, watched once each. */
const hundred = () => ({
  trakt: { movieHistory: ids(100).map((id) => movieWatched(id, agoIso((id - 900) * DAY_MS))) },
  movies: filmsAt(ids(100)),
});

async function startJob(t: ExecutionContext, api: Imports, kind = 'trakt_import') {
  const { status, body } = await api.post('/runs', { kind });
  t.is(status, 202);
  return (body as { run_id: string }).run_id;
}

test.serial(
  'a second start while one runs is refused with its id, and of two at once exactly one begins',
  async (t) => {
    const api = await startImports(t, { judged });
    const starts = await Promise.all([1, 2, 3, 4].map(async () => api.post('/runs', { kind: 'trakt_sync' })));
    t.deepEqual(
      starts.map(({ status }) => status).toSorted((a, b) => a - b),
      [202, 409, 409, 409],
    );
    const id = (starts.find(({ status }) => status === 202) as { body: { run_id: string } }).body.run_id;
    for (const { status, body } of starts) {
      if (status === 409) t.like(body, { code: 'import_in_progress', run_id: id });
    }
    const other = await api.start();
    t.like(await other.call('/runs', { method: 'POST', json: { kind: 'trakt_import' } }), {
      status: 409,
      body: { code: 'import_in_progress', run_id: id },
    });
    t.is((await api.finish(id)).status, 'completed');
    t.is((await api.post('/runs', { kind: 'trakt_import' })).status, 202);
  },
);

test.serial(
  'cancelled at item 40 of 100, 40 or 41 are done, and a resumed run ends at 100 without doubles',
  async (t) => {
    const { trakt, movies } = hundred();
    let cancelled: Promise<unknown> | undefined;
    let runId = '';
    const api = await startImports(t, {
      judged,
      trakt,
      tmdb: {
        movies,
        faults: (request) => {
          if (filmId(request) !== 1040 || cancelled) return undefined;
          cancelled = api.post(`/runs/${runId}/cancel`);
          return { delayMs: 100 };
        },
      },
    });
    runId = await startJob(t, api);
    const run = await api.finish(runId);
    t.is(run.status, 'cancelled');
    t.true([40, 41].includes(run.completed), `${run.completed} were done`);
    t.is(await filmsIn(api), run.completed);
    t.like(await cancelled, { status: 202 });
    t.is(run.succeeded, run.completed);
    t.is(run.lists.movies?.sessions, run.completed);

    t.is((await api.post(`/runs/${runId}/resume`)).status, 202);
    const ended = await api.finish(runId);
    t.like(ended, { status: 'completed', total: 100, completed: 100, succeeded: 100, failed: 0 });
    t.like(ended.lists.movies, { total: 100, new: 100, existing: 0, sessions: 100 });
    t.is(await filmsIn(api), 100);
    t.like(await api.post(`/runs/${runId}/resume`), { status: 409, body: { code: 'run_state' } });
    t.like(await api.post(`/runs/${runId}/cancel`), { status: 409, body: { code: 'run_state' } });
  },
);

test.serial('who takes a run over goes on from where the other let go of it at that moment', async (t) => {
  const { trakt, movies } = hundred();
  const api = await startImports(t, { judged, trakt, tmdb: { movies } });
  const other = await api.start();
  const runId = await startJob(t, api);
  let between: JobAnswer | undefined;
  betweenReadAndClaim(other, runId, async () => {
    between = (await api.post(`/runs/${runId}/advance?seconds=5`)).body as JobAnswer;
  });
  t.is((await other.call(`/runs/${runId}/advance`, { method: 'POST' })).status, 200);
  t.is(between?.status, 'running');
  t.true((between?.completed ?? 0) > 0);
  const ended = await api.finish(runId);
  t.like(ended, { status: 'completed', total: 100, completed: 100, succeeded: 100 });
  t.like(ended.lists.movies, { total: 100, new: 100, existing: 0, sessions: 100 });
});

test.serial('a run that is cancelled while its worker lets go of it ends all the same', async (t) => {
  const { trakt, movies } = hundred();
  const api = await startImports(t, { judged, trakt, tmdb: { movies } });
  const runId = await startJob(t, api);
  const transact = api.store.transact.bind(api.store);
  let cancelled: Promise<unknown> | undefined;
  api.store.transact = async (writes) => {
    const letsGo = writes.some(
      (write) => 'put' in write && write.put['sk'] === 'RUNSLOT' && write.put['holder'] === '',
    );
    if (letsGo && !cancelled) {
      cancelled = api.post(`/runs/${runId}/cancel`);
      const flag = { partition: `RUN#${runId}`, sort: 'CANCEL' };
      while (!(await api.store.get(flag, { consistent: true }))) await delay(5);
      await delay(20);
    }
    return transact(writes);
  };
  await api.post(`/runs/${runId}/advance?seconds=5`);
  t.like(await cancelled, { status: 202, body: { status: 'cancelled' } });
  t.like(await api.get(`/runs/${runId}`), { status: 'cancelled' });
});

test.serial('another process cancels within two seconds, also while a request hangs', async (t) => {
  const { trakt, movies } = hundred();
  const api = await startImports(t, {
    judged,
    trakt,
    tmdb: { movies, faults: (request) => (filmId(request) === 1010 ? { delayMs: 10_000 } : undefined) },
  });
  const other = await api.start();
  const runId = await startJob(t, api);
  const advancing = api.post(`/runs/${runId}/advance`);
  while (!api.tmdb.requests.some((request) => filmId(request) === 1010)) await delay(10);
  const started = performance.now();
  t.is((await other.call(`/runs/${runId}/cancel`, { method: 'POST' })).status, 202);
  t.like((await advancing).body, { status: 'cancelled', completed: 10 });
  t.true(performance.now() - started < 2000);
});

test.serial(
  'a run whose process was killed is interrupted once its lease is over, and resumed it ends at 100 without doubles',
  async (t) => {
    const { trakt, movies } = hundred();
    let hangs = true;
    const api = await startImports(t, {
      judged,
      trakt,
      startsAt: Date.now(),
      tmdb: { movies, faults: (request) => (hangs && filmId(request) === 1040 ? { delayMs: 60_000 } : undefined) },
    });
    const environment = { ...api.environment, IMMERSION_TMDB_INTERVAL_MS: '25' };
    const server = await startServer(t, createPerson(t, environment));
    const runId = await startJob(t, api);
    void call(`${server.url}/runs/${runId}/advance`, { method: 'POST', authorization: basic('me', PASSWORD) }).catch(
      () => undefined,
    );
    while (!api.tmdb.requests.some((request) => filmId(request) === 1040)) await delay(10);
    api.clock.set(Date.now());
    const status = async () => ((await api.get(`/runs/${runId}`)) as JobAnswer).status;
    t.is(await status(), 'running');
    t.like(await api.post(`/runs/${runId}/advance`), { status: 409, body: { code: 'lease_held' } });
    server.child.kill('SIGKILL');
    await once(server.child, 'exit');
    hangs = false;
    t.is(await status(), 'running', 'nobody knows yet');
    t.like(await api.post(`/runs/${runId}/resume`), { status: 409, body: { code: 'lease_held' } });
    api.clock.advance(61_000);
    t.is(await status(), 'interrupted');
    t.like(await api.post(`/runs/${runId}/advance`), { status: 200, body: { status: 'interrupted' } });

    t.is((await api.post(`/runs/${runId}/resume`)).status, 202);
    t.is(await status(), 'running');
    const asked = api.tmdb.requests.length;
    const ended = await api.finish(runId);
    t.like(ended, { status: 'completed', total: 100, completed: 100, succeeded: 100, failed: 0 });
    t.like(ended.lists.movies, { total: 100, new: 100, existing: 0, sessions: 100 });
    t.true(api.tmdb.requests.length - asked <= 100);
    const { titles } = (await api.get('/titles?limit=500')) as { titles: { tmdb_id: number }[] };
    t.deepEqual(
      titles.map(({ tmdb_id: id }) => id).toSorted((a, b) => a - b),
      ids(100),
    );
    t.like(await api.run('trakt_import'), { lists: { movies: { new: 0, existing: 100, sessions: 0 } } });
  },
);

testImportsAgainstDescriptions(test, { by: import.meta.filename, judged, atLeast: { trakt: 20, tmdb: 100 } });
