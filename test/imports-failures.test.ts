import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import type { Fault } from '../lib/demo/fake-server.ts';
import type { JobAnswer } from '../lib/imports/jobs-contract.ts';
import { jobKey } from '../lib/imports/job-items.ts';
import { filmsIn, startImports } from './imports-rig.ts';
import { agoIso, DAY_MS, filmId, filmsAt, ids, movieWatched } from './trakt-entries.ts';

const PAGE = `<html><head><title>403</title></head><body>${'<p>access-secret forbidden</p>'.repeat(100)}</body></html>`;
const FAILURES: [what: string, fault: Fault, code: string, message: RegExp][] = [
  ['a 403 with a page of HTML', { status: 403, body: PAGE }, 'trakt_forbidden', /^Trakt rejected .{10,180}$/],
  ['a locked account', { status: 423, body: '' }, 'trakt_account_locked', /^Trakt .{10,180}$/],
  [
    'a login that has ended',
    { status: 401, body: '' },
    'trakt_reconnect_required',
    /^Trakt no longer accepts the login/,
  ],
];
for (const [what, fault, code, message] of FAILURES) {
  test.serial(`${what} ends an import with a clean message, and it goes on later`, async (t) => {
    let isBroken = true;
    const api = await startImports(t, {
      trakt: {
        movieHistory: [movieWatched(1000, agoIso(DAY_MS))],
        faults: ({ path }) => (isBroken && path.startsWith('/sync/') ? fault : undefined),
      },
      tmdb: { movies: filmsAt(ids(1)) },
    });
    const run = await api.run('trakt_import');
    t.like(run, { status: 'failed', error_count: 1, completed: 0 });
    t.is(run.errors[0]?.code, code);
    t.regex(run.errors[0]?.message ?? '', message);
    t.notRegex(JSON.stringify(run) + api.logLines.join(''), /<|access-/);
    isBroken = false;
    if (code === 'trakt_reconnect_required') await api.login();
    t.is((await api.post(`/runs/${run.run_id}/resume`)).status, 202);
    t.like(await api.finish(run.run_id), { status: 'completed', succeeded: 1, error_count: 0, errors: [] });
  });
}

test.serial(
  'Trakt asking for patience three times in a row names the wait, and the other lists still come',
  async (t) => {
    const limited: Fault = { status: 429, body: '', headers: { 'retry-after': '7' } };
    const api = await startImports(t, {
      trakt: {
        movieHistory: [movieWatched(1000, agoIso(DAY_MS))],
        faults: ({ path }) => (path === '/sync/ratings' ? limited : undefined),
      },
      tmdb: { movies: filmsAt(ids(1)) },
    });
    const run = await api.run('trakt_import');
    t.like(run, {
      status: 'completed_with_errors',
      succeeded: 1,
      errors: [{ stage: 'ratings', code: 'trakt_rate_limited' }],
    });
    t.regex(run.errors[0]?.message ?? '', /3 attempts\); retry after 2026-11-21T12:00:2\dZ/);
    t.is(api.trakt.requests.filter(({ path }) => path === '/sync/ratings').length, 3);
  },
);

test.serial('a worker that was taken for dead writes nothing any more', async (t) => {
  let hangs = true;
  const api = await startImports(t, {
    trakt: { movieHistory: ids(20).map((id) => movieWatched(id, agoIso(DAY_MS))) },
    tmdb: {
      movies: filmsAt(ids(20)),
      faults: (request) => (hangs && filmId(request) === 1010 ? { delayMs: 400 } : undefined),
    },
    // It renews nothing meanwhile.
    pollMilliseconds: 3_600_000,
  });
  const other = await api.start();
  const { body } = await api.post('/runs', { kind: 'trakt_import' });
  const id = (body as { run_id: string }).run_id;
  const asleep = api.post(`/runs/${id}/advance`);
  while (!api.tmdb.requests.some((request) => filmId(request) === 1010)) await delay(5);
  hangs = false;
  api.clock.advance(61_000);
  t.is((await other.call(`/runs/${id}/resume`, { method: 'POST' })).status, 202);
  const ended = (await other.call(`/runs/${id}/advance`, { method: 'POST' })).body as JobAnswer;
  t.like(ended, { status: 'completed', completed: 20, succeeded: 20, lists: { movies: { new: 20, sessions: 20 } } });
  t.like(await asleep, { status: 409, body: { code: 'lease_held' } });
  t.deepEqual(await api.get(`/runs/${id}`), ended);
  t.is(await filmsIn(api), 20);
});

test.serial('time that ends in the middle of a list, or of a title, loses nothing', async (t) => {
  const api = await startImports(t, {
    trakt: { movieHistory: ids(60).map((id) => movieWatched(id, agoIso(DAY_MS))), largestPage: 7 },
    tmdb: { movies: filmsAt(ids(60)) },
  });
  const { body } = await api.post('/runs', { kind: 'trakt_import' });
  const id = (body as { run_id: string }).run_id;
  let run: JobAnswer;
  let calls = 0;
  do {
    calls += 1;
    // The clock advances with each request, by the interval.
    run = (await api.post(`/runs/${id}/advance?seconds=1`)).body as JobAnswer;
  } while (run.status === 'running' && calls < 100);
  t.true(calls > 5, `${calls} calls`);
  t.like(run, { status: 'completed', completed: 60, lists: { movies: { total: 60, new: 60, sessions: 60 } } });
  const pages = api.trakt.requests.filter(({ path }) => path === '/sync/history/movies');
  t.true(pages.length <= 9 + calls, `${pages.length} pages`);
  t.like(await api.post(`/runs/${id}/advance?seconds=0`), { status: 200, body: { status: 'completed' } });
});

test.serial('another run in its place keeps an interrupted one from going on, but it can be cancelled', async (t) => {
  const api = await startImports(t, { pollMilliseconds: 3_600_000 });
  const begin = async () => ((await api.post('/runs', { kind: 'archive_import' })).body as { run_id: string }).run_id;
  const abandoned = await begin();
  api.clock.advance(301_000);
  const second = await begin();
  t.like(await api.post(`/runs/${abandoned}/resume`), {
    status: 409,
    body: { code: 'import_in_progress', run_id: second },
  });
  t.like(await api.post(`/runs/${abandoned}/advance`), { status: 200, body: { status: 'interrupted' } });
  t.like(await api.post(`/runs/${abandoned}/cancel`), { status: 202, body: { status: 'cancelled' } });
  t.like(await api.get(`/runs/${second}`), { status: 'running' });
  t.like(await api.post(`/runs/${second}/cancel`), { status: 202, body: { status: 'cancelled' } });
  t.is((await api.post(`/runs/${abandoned}/resume`)).status, 202);
});

test.serial('thousands of entries that cannot be imported are all counted, and the record stays small', async (t) => {
  const title = '夜の海'.repeat(100);
  const nameless = { title, year: 2000, ids: { trakt: 5, tmdb: null } };
  const api = await startImports(t, {
    trakt: {
      movieHistory: [
        ...ids(600).map((id) => ({ ...movieWatched(id, agoIso(DAY_MS)), movie: nameless })),
        ...ids(600).map((id) => ({
          ...movieWatched(id, agoIso(DAY_MS)),
          movie: { title, year: 2000, ids: { tmdb: id } },
        })),
      ],
    },
    tmdb: { faults: () => ({ status: 400, body: { success: false, status_code: 5, status_message: title } }) },
  });
  const run = await api.run('trakt_import');
  t.like(run, { status: 'completed_with_errors', skipped: 600, error_count: 600, failed: 600, completed: 600 });
  t.true(run.errors.length > 100 && run.skipped_items.length > 100);
  const item = await api.store.get(jobKey('me', run.run_id));
  t.true(Buffer.byteLength(JSON.stringify(item)) < 400_000);
  t.true(Number(item?.['expires_at']) > api.clock.now() / 1000, 'records of runs do not pile up');
  for await (const { sk } of api.store.query('USER#me', {})) {
    t.notRegex(String(sk), /^RUN#/, 'and are not read for the progress');
  }
});
