import test from 'ava';
import type { FakeRequest } from '../lib/cli/demo/fake-server.ts';
import { startImports } from './imports-rig.ts';
import { testAgainstDescription } from './provider-judge.ts';

const judged: { trakt: FakeRequest[]; tmdb: FakeRequest[] } = { trakt: [], tmdb: [] };

test.serial('a login with another state, or the same one twice, asks for no token', async (t) => {
  const api = await startImports(t, { judged, loggedOut: true });
  const { state, url } = (await api.post('/trakt/authorize')).body as { state: string; url: string };
  const code = api.trakt.allow(url);
  const mismatch = { status: 400, body: { code: 'trakt_state_mismatch' } };
  t.like(await api.post('/trakt/exchange', { code, state: 'another' }), mismatch);
  t.like(await api.post('/trakt/exchange', { code }), mismatch);
  t.is(api.trakt.requests.length, 0);
  t.like(await api.post('/trakt/exchange', { code, state }), { status: 200, body: { connected: true } });
  const asked = api.trakt.requests.length;
  t.like(await api.post('/trakt/exchange', { code, state }), mismatch);
  t.is(api.trakt.requests.length, asked);
  t.like(await api.get('/trakt/status'), { connected: true, username: 'hana', needs_reconnect: false });
  t.like(await api.call('/trakt/connection', { method: 'DELETE' }), { status: 200, body: { revoked: true } });
  t.like(await api.run('trakt_import'), { status: 'failed', errors: [{ code: 'trakt_not_connected' }] });
  t.notRegex(api.logLines.join('\n'), /access-|refresh-|client-secret|tmdb-key/);
});

test.serial('a device is polled until it is confirmed, by an id of ours', async (t) => {
  const api = await startImports(t, { judged, loggedOut: true });
  const { body } = await api.post('/trakt/device');
  const device = body as { device_id: string; user_code: string };
  t.notRegex(JSON.stringify(body), /device-/);
  const poll = `/trakt/device/${device.device_id}/poll`;
  t.like(await api.post(poll), { status: 200, body: { status: 'pending', interval: 5 } });
  api.trakt.decide(device.user_code, 'approved');
  t.like(await api.post(poll), { status: 200, body: { status: 'connected' } });
  t.like(await api.post('/trakt/device/nobody/poll'), { status: 404 });
});

testAgainstDescription(test, { file: 'trakt.mock.openapi.json', requests: judged.trakt, atLeast: 6 });
