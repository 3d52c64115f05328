import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { startImports, testImportsAgainstDescriptions, type Judged } from './imports-rig.ts';
import { NOWHERE } from './nowhere.ts';
import { filmsAt, movieWatched } from './trakt-entries.ts';

const judged: Judged = { trakt: [], tmdb: [] };

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

test.serial('a state that is older than ten minutes asks for no token; a new one works', async (t) => {
  const api = await startImports(t, { judged, loggedOut: true });
  const { state, url } = (await api.post('/trakt/authorize')).body as { state: string; url: string };
  t.true(Buffer.from(state, 'base64url').length >= 16, '128 bits at least');
  const authorize = new URL(url);
  t.is(authorize.searchParams.get('code_challenge_method'), 'S256');
  api.clock.advance(600_000);
  t.like(await api.post('/trakt/exchange', { code: api.trakt.allow(url), state }), {
    status: 400,
    body: { code: 'trakt_state_mismatch' },
  });
  t.is(api.trakt.requests.length, 0);
  await api.login();
  t.like(await api.get('/trakt/status'), { connected: true });
});

const REFUSALS = [
  ['denied', 'trakt_device_denied'],
  ['expired', 'trakt_device_expired'],
  ['used', 'trakt_device_used'],
] as const;
for (const [decision, code] of REFUSALS) {
  test.serial(`a device login that was ${decision} says so, and has ended`, async (t) => {
    const api = await startImports(t, { judged, loggedOut: true });
    const { body } = await api.post('/trakt/device');
    const { device_id: id, user_code: userCode } = body as { device_id: string; user_code: string };
    api.trakt.decide(userCode, decision);
    t.like(await api.post(`/trakt/device/${id}/poll`), { status: 409, body: { code } });
    const asked = api.trakt.requests.length;
    t.is((await api.post(`/trakt/device/${id}/poll`)).status, 404);
    t.is(api.trakt.requests.length, asked);
    t.like(await api.get('/trakt/status'), { connected: false });
  });
}

test.serial('asked to slow down, a device login answers a longer interval', async (t) => {
  let hurried = true;
  const api = await startImports(t, {
    judged,
    loggedOut: true,
    trakt: {
      faults: ({ path }) => (hurried && path === '/oauth/device/token' ? { status: 429, body: '' } : undefined),
    },
  });
  const { body } = await api.post('/trakt/device');
  const poll = `/trakt/device/${(body as { device_id: string }).device_id}/poll`;
  t.like((await api.post(poll)).body, { status: 'pending', interval: 10 });
  hurried = false;
  t.like((await api.post(poll)).body, { status: 'pending', interval: 10 });
});

test.serial(
  'a login that nears its end is renewed once, and one that Trakt forgot keeps what was imported',
  async (t) => {
    const api = await startImports(t, {
      judged,
      trakt: { movieHistory: [movieWatched(1000, '2026-11-20T10:00:00.000Z')] },
      tmdb: { movies: filmsAt([1000]) },
    });
    const refreshes = () =>
      api.trakt.requests.filter(({ path, body }) => path === '/oauth/token' && body.includes('"refresh_token"')).length;
    api.clock.advance(6.5 * 86_400_000);
    t.is((await api.run('trakt_import')).status, 'completed');
    t.is(refreshes(), 1);
    api.trakt.forgetLogins();
    t.like(await api.run('trakt_sync'), { status: 'failed', errors: [{ code: 'trakt_reconnect_required' }] });
    t.like(await api.get('/trakt/status'), { connected: false, needs_reconnect: true });
    t.like(await api.get('/titles/movie/1000'), { status: 'completed' });
    const asked = api.trakt.requests.length;
    t.like(await api.run('trakt_sync'), { status: 'failed' });
    t.is(api.trakt.requests.length, asked, 'nobody asks with a login that is lost');
    await api.login();
    t.is((await api.run('trakt_sync')).status, 'completed');
  },
);

test.serial('two processes that renew one login at once both go on with it', async (t) => {
  const bothAsked = Promise.withResolvers<void>();
  let asking = 0;
  const api = await startImports(t, {
    judged,
    trakt: {
      tokenSeconds: 30,
      faults({ path, body }) {
        if (path !== '/oauth/token' || !body.includes('"refresh_token"')) return undefined;
        asking += 1;
        if (asking === 2) bothAsked.resolve();
        return { until: bothAsked.promise };
      },
    },
    startsAt: Date.now(),
  });
  const tokens = await Promise.all([renewedToken(api.environment), renewedToken(api.environment)]);
  t.regex(tokens[0] ?? '', /^access-/);
  t.is(tokens[0], tokens[1]);
  t.like(await api.get('/trakt/status'), { connected: true, needs_reconnect: false });
  const asked = api.trakt.requests.filter(({ path, body }) => path === '/oauth/token' && body.includes('refresh'));
  t.deepEqual(
    asked.map(({ answer }) => answer?.status),
    [200, 400],
    'both asked, and a refresh token is good once',
  );
  api.clock.set(Date.now());
  t.is((await api.run('trakt_sync')).status, 'completed');
});

testImportsAgainstDescriptions(test, { by: import.meta.filename, judged, atLeast: { trakt: 6 } });

/** The token that a separate process gets for its calls. */
async function renewedToken(environment: Record<string, string>): Promise<string> {
  const program = new URL('trakt-token.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [program], {
    env: { ...NOWHERE, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return (await text(child.stdout)).trim();
}
