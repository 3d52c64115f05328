import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import type { FakeRequest } from '../lib/demo/fake-server.ts';
import { isDueForRenewal, tokenLife } from '../lib/imports/login-rules.ts';
import { withOwnTokenKey } from '../lib/core/token-key.ts';
import { createTokenCipher } from '../lib/imports/token-cipher-service.ts';
import { StoreError } from '../lib/core/errors.ts';
import { traktConnectionKey } from '../lib/imports/trakt-items.ts';
import { failure } from './provider-faults.ts';
import { testAgainstDescription } from './provider-judge.ts';
import { CLIENT_ID, CLIENT_SECRET, startTrakt, TOKEN_KEY } from './trakt-rig.ts';

const DAY = 24 * 3_600_000;
const judged: FakeRequest[] = [];
const start = (t: ExecutionContext, options: Parameters<typeof startTrakt>[1] = {}) =>
  startTrakt(t, { judged, ...options });
const SECRETS: readonly string[] = [CLIENT_SECRET, TOKEN_KEY, 'access-', 'refresh-', 'device-', 'code-'];

const tokenRequests = (requests: readonly FakeRequest[]) => requests.filter(({ path }) => path === '/oauth/token');
const given = (request: FakeRequest | undefined) => JSON.parse(request?.body ?? '{}') as Record<string, string>;

test.serial('a login through the page of Trakt uses PKCE and a state of at least 128 bits', async (t) => {
  const { connection, fake } = await start(t);
  const { url, state } = await connection.authorize('me');
  const query = new URL(url).searchParams;
  t.is(new URL(url).pathname, '/oauth/authorize');
  t.is(query.get('client_id'), CLIENT_ID);
  t.is(query.get('redirect_uri'), 'urn:ietf:wg:oauth:2.0:oob');
  t.is(query.get('code_challenge_method'), 'S256');
  t.is(query.get('state'), state);
  t.true(Buffer.from(state, 'base64url').length >= 16);
  t.is(query.get('client_secret'), null);
  await connection.exchange({ user: 'me', code: fake.allow(url), state });
  t.regex(given(tokenRequests(fake.requests)[0])['code_verifier'] ?? '', /^[\w.~-]{43,128}$/);
  t.deepEqual(await connection.status('me'), {
    connected: true,
    username: 'hana',
    expiresAt: Date.parse('2026-11-28T12:00:00Z') / 1000,
    needsReconnect: false,
  });
  t.false((await connection.status('you')).connected);
});

test.serial(
  'a wrong, absent, foreign, used or old state is refused without a request, and the pending one stays usable',
  async (t) => {
    const { connection, fake, clock } = await start(t);
    const { url, state } = await connection.authorize('me');
    const code = fake.allow(url);
    const attempts = [
      { user: 'me', state: `${state}x` },
      { user: 'me', state: state.toUpperCase() },
      { user: 'me', state: '' },
      { user: 'you', state },
    ];
    for (const attempt of attempts) {
      await failure(t, connection.exchange({ ...attempt, code }), { code: 'trakt_state_mismatch', secrets: [state] });
    }
    t.is(fake.requests.length, 0);
    await connection.exchange({ user: 'me', code, state });
    await failure(t, connection.exchange({ user: 'me', code, state }), {
      code: 'trakt_state_mismatch',
      secrets: [state],
    });

    const old = await connection.authorize('me');
    clock.advance(10 * 60_000);
    const late = connection.exchange({ user: 'me', code: fake.allow(old.url), state: old.state });
    await failure(t, late, { code: 'trakt_state_mismatch', secrets: [old.state] });
    t.is(tokenRequests(fake.requests).length, 1);
  },
);

test.serial('of two requests with one state only one reaches Trakt', async (t) => {
  const { connection, fake } = await start(t);
  const { url, state } = await connection.authorize('me');
  const code = fake.allow(url);
  const results = await Promise.allSettled([1, 2].map(() => connection.exchange({ user: 'me', code, state })));
  t.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  t.is(tokenRequests(fake.requests).length, 1);
});

test.serial('a code that Trakt does not take is an error of its own', async (t) => {
  const { connection } = await start(t);
  const { state } = await connection.authorize('me');
  await failure(t, connection.exchange({ user: 'me', code: 'code-wrong', state }), {
    code: 'trakt_code_refused',
    secrets: SECRETS,
  });
});

test.serial('a login on another device is pending until it is confirmed', async (t) => {
  const { connection, fake } = await start(t);
  const { deviceId, userCode, verificationUrl, intervalSeconds } = await connection.startDevice('me');
  t.is(verificationUrl, 'https://trakt.test/activate');
  t.is(intervalSeconds, 5);
  t.deepEqual(await connection.pollDevice({ user: 'me', deviceId }), { status: 'pending', intervalSeconds: 5 });
  await failure(t, connection.pollDevice({ user: 'you', deviceId }), {
    code: 'trakt_device_unknown',
    secrets: SECRETS,
  });
  fake.decide(userCode, 'approved');
  t.is((await connection.pollDevice({ user: 'me', deviceId })).status, 'connected');
  t.true((await connection.status('me')).connected);
  await failure(t, connection.pollDevice({ user: 'me', deviceId }), { code: 'trakt_device_unknown', secrets: SECRETS });
});

test.serial('asked to slow down, a device login waits five seconds longer from then on', async (t) => {
  let slow = true;
  const faults = ({ path }: FakeRequest) =>
    slow && path === '/oauth/device/token' ? { status: 429, body: {} } : undefined;
  const { connection } = await start(t, { faults });
  const { deviceId } = await connection.startDevice('me');
  t.deepEqual(await connection.pollDevice({ user: 'me', deviceId }), { status: 'pending', intervalSeconds: 10 });
  t.deepEqual(await connection.pollDevice({ user: 'me', deviceId }), { status: 'pending', intervalSeconds: 15 });
  slow = false;
  t.deepEqual(await connection.pollDevice({ user: 'me', deviceId }), { status: 'pending', intervalSeconds: 15 });
});

test.serial('spans that no clock has are brought to ones that it has', async (t) => {
  const tokens = { access_token: 'access-1', refresh_token: 'refresh-1', expires_in: 1e300, created_at: 1e300 };
  const device = { device_code: 'device-1', user_code: 'CODE', verification_url: 'https://trakt.test/activate' };
  const faults = ({ path }: FakeRequest) =>
    path === '/oauth/device/code'
      ? { body: { ...device, expires_in: 1e300, interval: 1e-9 } }
      : path === '/oauth/device/token'
        ? { body: tokens }
        : undefined;
  const { connection, clock } = await start(t, { faults });
  const { deviceId, expiresInSeconds, intervalSeconds } = await connection.startDevice('me');
  t.deepEqual([expiresInSeconds, intervalSeconds], [86_400, 1]);
  await connection.pollDevice({ user: 'me', deviceId });
  const { connected, expiresAt } = await connection.status('me');
  t.deepEqual([connected, expiresAt], [true, clock.now() / 1000 + 366 * 86_400]);
});

for (const decision of ['denied', 'expired', 'used'] as const) {
  test.serial(`a device login that is ${decision} says so, and is over`, async (t) => {
    const { connection, fake } = await start(t);
    const { deviceId, userCode } = await connection.startDevice('me');
    fake.decide(userCode, decision);
    await failure(t, connection.pollDevice({ user: 'me', deviceId }), {
      code: `trakt_device_${decision}`,
      secrets: SECRETS,
    });
    await failure(t, connection.pollDevice({ user: 'me', deviceId }), {
      code: 'trakt_device_unknown',
      secrets: SECRETS,
    });
    t.false((await connection.status('me')).connected);
  });
}

test.serial('after its time a device login is not asked for any more', async (t) => {
  const { connection, fake, clock } = await start(t);
  const { deviceId } = await connection.startDevice('me');
  clock.advance(600_000);
  await failure(t, connection.pollDevice({ user: 'me', deviceId }), { code: 'trakt_device_expired', secrets: SECRETS });
  t.is(fake.requests.length, 1);
});

test.serial('the database holds neither token, verifier nor device code in clear', async (t) => {
  const { connection, login, file, fake, store } = await start(t);
  await login();
  await connection.authorize('me');
  await connection.startDevice('me');
  await store.close();
  const stored = (await readFile(file, 'latin1')) + (await readFile(`${file}-wal`, 'latin1').catch(() => ''));
  const exchanged = fake.requests.find(({ path }) => path === '/oauth/token')?.answer?.body as Record<string, string>;
  t.true(stored.includes('TRAKTCONNECTION'));
  for (const secret of [
    exchanged['access_token'],
    exchanged['refresh_token'],
    given(tokenRequests(fake.requests)[0])['code_verifier'],
  ]) {
    t.truthy(secret);
    t.false(stored.includes(secret ?? ''));
  }
  t.false(stored.includes('device-'));
});

test.serial('five calls at once near the end of the tokens renew them once', async (t) => {
  const { login, fake, clock } = await start(t);
  const withToken = await login();
  clock.advance(6.5 * DAY);
  const tokens = await Promise.all(Array.from({ length: 5 }, () => withToken(async (token) => token)));
  t.is(new Set(tokens).size, 1);
  t.is(tokenRequests(fake.requests).length, 2);
  t.is(given(tokenRequests(fake.requests)[1])['grant_type'], 'refresh_token');
  await withToken(async (token) => t.true(tokens.includes(token)));
  t.is(tokenRequests(fake.requests).length, 2);
});

test.serial('a token that is refused early is renewed once and the call made again', async (t) => {
  const { login, trakt, fake } = await start(t);
  const withToken = await login();
  fake.expireTokens();
  t.is(await trakt.username({ withToken }), 'hana');
  t.is(tokenRequests(fake.requests).length, 2);
});

test.serial('two processes that renew at once both end with the same login', async (t) => {
  const rig = await start(t);
  const withToken = await rig.login();
  rig.clock.advance(6.5 * DAY);
  // The first process gets the new pair but stores it late: the second is rejected before it can read it.
  const slow = rig.connect({
    store: { ...rig.store, put: async (...put) => (await delay(150), rig.store.put(...put)) },
  });
  const other = rig.connect({ store: rig.second, sleep: (milliseconds) => delay(milliseconds) });
  const [first, second] = await Promise.all([
    slow.withTokenOf('me')(async (token) => token),
    delay(40).then(() => other.withTokenOf('me')(async (token) => token)),
  ]);
  t.is(first, second);
  t.is(tokenRequests(rig.fake.requests).length, 3);
  await withToken(async (token) => t.is(token, first));
  t.false((await rig.connection.status('me')).needsReconnect);
});

test.serial('a renewed login survives a store that fails for a moment', async (t) => {
  const rig = await start(t);
  await rig.login();
  rig.clock.advance(6.5 * DAY);
  let failures = 2;
  const shaky = rig.connect({
    store: {
      ...rig.store,
      put: async (...put) => {
        failures -= 1;
        if (failures >= 0) throw new StoreError('The store is away.', { code: 'store_busy' });
        return rig.store.put(...put);
      },
    },
  });
  const token = await shaky.withTokenOf('me')(async (token) => token);
  await rig.connection.withTokenOf('me')(async (stored) => t.is(stored, token));
});

test.serial('a login that Trakt has forgotten asks to connect again, once and for all', async (t) => {
  const { login, connection, trakt, fake } = await start(t);
  const withToken = await login();
  fake.forgetLogins();
  await failure(t, trakt.username({ withToken }), { code: 'trakt_reconnect_required', secrets: SECRETS });
  const asked = fake.requests.length;
  await failure(t, trakt.username({ withToken }), { code: 'trakt_reconnect_required', secrets: SECRETS });
  t.is(fake.requests.length, asked);
  const status = await connection.status('me');
  t.deepEqual([status.connected, status.needsReconnect], [false, true]);
  await login();
  t.is(await trakt.username({ withToken }), 'hana');
});

test.serial('a token that is refused right after its renewal does not lead to another', async (t) => {
  const { login, trakt, fake } = await start(t, {
    faults: ({ path }) => (path === '/sync/last_activities' ? { status: 401, body: '' } : undefined),
  });
  const withToken = await login();
  await failure(t, trakt.lastActivities({ withToken }), { code: 'trakt_reconnect_required', secrets: SECRETS });
  await failure(t, trakt.lastActivities({ withToken }), { code: 'trakt_reconnect_required', secrets: SECRETS });
  t.is(tokenRequests(fake.requests).length, 2);
});

test.serial('Trakt being down during a renewal keeps the login', async (t) => {
  let down = false;
  const { login, connection, clock } = await start(t, { faults: () => (down ? { status: 503, body: '' } : undefined) });
  const withToken = await login();
  clock.advance(6.5 * DAY);
  down = true;
  await failure(
    t,
    withToken(async () => undefined),
    { code: 'trakt_unavailable', secrets: SECRETS },
  );
  t.true((await connection.status('me')).connected);
  down = false;
  await t.notThrowsAsync(withToken(async () => undefined));
});

test.serial('a logout takes the tokens back and forgets them', async (t) => {
  const { login, connection, fake, store } = await start(t);
  const withToken = await login();
  t.deepEqual(await connection.disconnect('me'), { revoked: true });
  t.is(fake.revoked(), 1);
  t.is(await store.get(traktConnectionKey('me')), undefined);
  await failure(
    t,
    withToken(async () => undefined),
    { code: 'trakt_not_connected', secrets: SECRETS },
  );
  t.deepEqual(await connection.disconnect('me'), { revoked: false });
});

for (const fault of [{ delayMs: 60_000 }, { status: 500, body: '' }, { cut: true }]) {
  test.serial(`a logout forgets the tokens when Trakt fails by ${JSON.stringify(fault)}`, async (t) => {
    const { login, connect, connection } = await start(t, {
      faults: ({ path }) => (path === '/oauth/revoke' ? fault : undefined),
    });
    await login();
    t.deepEqual(await connect({ revokeMs: 100 }).disconnect('me'), { revoked: false });
    t.false((await connection.status('me')).connected);
  });
}

test.serial('without a client id nothing is asked and the setting is named', async (t) => {
  const { connection, fake } = await start(t, { secret: { clientId: ' ' } });
  const error = await failure(t, connection.authorize('me'), { code: 'trakt_not_configured', secrets: [] });
  t.is(error.message, 'TRAKT_CLIENT_ID is not set, so Trakt is unavailable.');
  await failure(t, connection.startDevice('me'), { code: 'trakt_not_configured', secrets: [] });
  t.is(fake.requests.length, 0);
});

test.serial('a refused client is named without its secret', async (t) => {
  const { connection } = await start(t, { secret: { clientId: CLIENT_ID, clientSecret: 'wrong-secret' } });
  await failure(t, connection.startDevice('me'), { code: 'trakt_client_refused', secrets: ['wrong-secret'] });
});

const LIVES: [what: string, createdAt: number | null, expiresAt: number][] = [
  ['its own clock', 990, 1590],
  ['ours, where its clock is 5 minutes and a second behind', 699, 1600],
  ['ours, where its clock is 5 minutes and a second ahead', 1301, 1600],
  ['its own, where that is 5 minutes ahead', 1300, 1900],
  ['ours, where it does not say', null, 1600],
];
for (const [what, createdAt, expiresAt] of LIVES) {
  test(`tokens of Trakt end by ${what}`, (t) => {
    t.is(tokenLife({ createdAt, expiresInSeconds: 600 }, 1000).expiresAt, expiresAt);
  });
}

test('tokens are renewed in the last tenth of their life, or the last minute', (t) => {
  const due = (lifetimeSeconds: number, left: number) =>
    isDueForRenewal({ expiresAt: 10_000, lifetimeSeconds }, 10_000 - left);
  t.deepEqual(
    [due(6000, 600), due(6000, 599), due(100, 60), due(100, 59), due(100, -5)],
    [false, true, false, true, true],
  );
});

test('what is encrypted opens only for its owner, with its key, unchanged', async (t) => {
  const cipher = createTokenCipher({ readKey: async () => TOKEN_KEY });
  const encrypted = await cipher.encrypt('夜の海', 'me');
  t.not(encrypted, await cipher.encrypt('夜の海', 'me'));
  t.is(await cipher.decrypt(encrypted, 'me'), '夜の海');
  t.is(await cipher.decrypt(encrypted, 'you'), undefined);
  const otherKey = createTokenCipher({ readKey: async () => Buffer.alloc(32, 8).toString('base64') });
  t.is(await otherKey.decrypt(encrypted, 'me'), undefined);
  for (let index = 3; index < encrypted.length - 2; index += 5) {
    const changed = `${encrypted.slice(0, index)}${encrypted[index] === 'A' ? 'B' : 'A'}${encrypted.slice(index + 1)}`;
    t.is(await cipher.decrypt(changed, 'me'), undefined);
  }
  for (const broken of ['', 'v1.', 'v2.AAAA', encrypted.slice(0, 20)])
    t.is(await cipher.decrypt(broken, 'me'), undefined);
});

for (const key of [undefined, '', 'short', Buffer.alloc(31).toString('base64')]) {
  test(`the token key “${key}” is none`, async (t) => {
    const cipher = createTokenCipher({ readKey: async () => key });
    await failure(t, cipher.encrypt('x', 'me'), { code: 'token_key_missing', secrets: [] });
  });
}

test('a token key of our own is made once, for many at once, and only its owner may read it', async (t) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'immersion-key-'));
  t.teardown(() => rm(directory, { recursive: true }));
  const file = path.join(directory, 'data', 'token-key');
  const source = withOwnTokenKey({ read: async () => ({ users: [] }) }, file);
  const keys = await Promise.all(Array.from({ length: 5 }, async () => (await source.read()).tokenKey));
  t.is(new Set(keys).size, 1);
  t.is(Buffer.from(keys[0] ?? '', 'base64').length, 32);
  t.is((await stat(file)).mode & 0o777, 0o600);
  t.is((await source.read()).tokenKey, keys[0]);
  const given = withOwnTokenKey(
    { read: async () => ({ users: [], tokenKey: TOKEN_KEY }) },
    path.join(directory, 'none'),
  );
  t.is((await given.read()).tokenKey, TOKEN_KEY);
  await t.throwsAsync(stat(path.join(directory, 'none')), { code: 'ENOENT' });
});

testAgainstDescription(test, {
  by: import.meta.filename,
  file: 'trakt.mock.openapi.json',
  requests: judged,
  atLeast: 50,
});
