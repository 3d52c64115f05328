import test from 'ava';
import type { JobAnswer } from '../lib/imports/jobs-contract.ts';
import { startImports } from './imports-rig.ts';
import { agoIso, DAY_MS, filmsAt, ids, movieWatched } from './trakt-entries.ts';

test.serial('nobody sees or touches the runs, logins and titles of another person', async (t) => {
  const api = await startImports(t, {
    trakt: { movieHistory: ids(3).map((id) => movieWatched(id, agoIso(DAY_MS))) },
    tmdb: { movies: filmsAt(ids(4)) },
  });
  const yuki = await api.start('yuki');
  const post = async (where: string, json: unknown = {}) => yuki.call(where, { method: 'POST', json });
  const { body } = await api.post('/runs', { kind: 'archive_import' });
  const upload = `/runs/${(body as { run_id: string }).run_id}`;
  const refused = { status: 404, body: { code: 'run_not_found' } };
  t.like(await post(`${upload}/events`, { number: 0, events: [] }), refused);
  t.like(await post(`${upload}/start`), refused);
  t.like(await post(`${upload}/cancel`), refused);
  t.is((await api.post(`${upload}/cancel`)).status, 202);

  const started = await api.post('/runs', { kind: 'trakt_import' });
  const id = (started.body as { run_id: string }).run_id;
  t.like(await yuki.call(`/runs/${id}`), refused);
  for (const action of ['advance', 'cancel', 'resume']) t.like(await post(`/runs/${id}/${action}`), refused);
  t.deepEqual((await yuki.call('/runs')).body, { runs: [] });

  // Imports of different users don't block one another, and logins are separate.
  const own = await post('/runs', { kind: 'trakt_import' });
  t.is(own.status, 202);
  const ownId = (own.body as { run_id: string }).run_id;
  const failed = (await post(`/runs/${ownId}/advance`)).body as JobAnswer;
  t.like(failed, { status: 'failed', errors: [{ code: 'trakt_not_connected' }] });
  t.like((await yuki.call('/trakt/status')).body, { connected: false, username: null });
  t.is((await api.finish(id)).status, 'completed');
  t.deepEqual((await yuki.call('/titles')).body, { titles: [], next: null });
  t.like((await yuki.call('/progress')).body, { total_movies_watched: 0 });
  t.like(await yuki.call('/titles/movie/1000'), { status: 404, body: { code: 'title_not_found' } });
  t.is((await yuki.call('/titles/movie/1000', { method: 'DELETE' })).status, 404);
  t.is((await yuki.call('/titles/movie/1000', { method: 'PUT', json: { rating: 1 } })).status, 200);
  t.like(await api.get('/titles/movie/1000'), { rating: null, sessions: [{ plays: 1 }] });

  // A user's state or device is invalid for others.
  const { state } = (await api.post('/trakt/authorize')).body as { state: string };
  t.like(await post('/trakt/exchange', { code: 'x', state }), { status: 400, body: { code: 'trakt_state_mismatch' } });
  const { device_id: device } = (await api.post('/trakt/device')).body as { device_id: string };
  t.is((await post(`/trakt/device/${device}/poll`)).status, 404);
  t.like((await yuki.call('/trakt/connection', { method: 'DELETE' })).body, { revoked: false });
  t.like(await api.get('/trakt/status'), { connected: true });
  t.is((await yuki.call('/tmdb/cache')).status, 403);
  t.is((await yuki.call('/tmdb/cache', { method: 'DELETE' })).status, 403);
});
