import { scryptSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import test from 'ava';
import { errorSchema } from '../lib/core/contract/errors.ts';
import { createAccounts } from '../lib/users/accounts-service.ts';
import { hashPassword, verifyPassword } from '../lib/users/password-service.ts';
import { ALICE, basic, PASSWORD, runApi, shareApi, type RunningApi } from './running-api.ts';

const encoded = (text: string) => Buffer.from(text).toString('base64');
/** A password hashed elsewhere, with different costs. */
const phc = (password: string): string => {
  const unpadded = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');
  const salt = Buffer.from('0123456789abcdef');
  return `$scrypt$ln=12,r=4,p=2$${unpadded(salt)}$${unpadded(scryptSync(password, salt, 24, { N: 4096, r: 4, p: 2 }))}`;
};
const HASHED_PASSWORD = 'a hashed pässword';
const USERS = [
  { user: 'alice', password: PASSWORD },
  { user: 'ゆき', password: '猫:犬' },
  { user: 'hash', password: phc(HASHED_PASSWORD) },
  { user: 'pad', password: 'x' },
];

/** `alice` and `pad` give headers with different padding, which must work without it, too. */
const ACCEPTED: [claim: string, authorization: string][] = [
  ['user and password, with colons and umlauts in the password', basic('alice', PASSWORD)],
  ['a user and a password in Japanese', basic('ゆき', '猫:犬')],
  ['a user whose password is stored hashed', basic('hash', HASHED_PASSWORD)],
  ['a password as a browser’s btoa sends it', `Basic ${btoa(`hash:${HASHED_PASSWORD}`)}`],
  ['a header without padding', basic('pad', 'x').replaceAll('=', '')],
  ['a scheme in lower case', basic('alice', PASSWORD).replace('Basic', 'basic')],
  ['a scheme in upper case', basic('alice', PASSWORD).replace('Basic', 'BASIC')],
  ['two spaces behind the scheme', basic('alice', PASSWORD).replace(' ', '  ')],
];
const REFUSED: [claim: string, authorization: string | null][] = [
  ['no header', null],
  ['an empty header', ''],
  ['a scheme alone', 'Basic'],
  ['another scheme', `Bearer ${encoded(`alice:${PASSWORD}`)}`],
  ['a wrong password', basic('alice', 'wrong')],
  ['the beginning of the password', basic('alice', 'pass')],
  ['the password with a blank behind it', basic('alice', `${PASSWORD} `)],
  ['an empty password', basic('alice', '')],
  ['an unknown user', basic('mallory', PASSWORD)],
  ['another’s password', basic('ゆき', PASSWORD)],
  ['a user in other case', basic('Alice', PASSWORD)],
  ['no user', basic('', PASSWORD)],
  ['no colon', `Basic ${encoded('alice')}`],
  ['no base64', 'Basic ???'],
  ['something behind the credentials', `${basic('alice', PASSWORD)} x`],
  ['a hash instead of its password', basic('hash', USERS[2]?.password ?? '')],
  ['a wrong password for a hash', basic('hash', 'wrong')],
];

/** Each request is judged alone; server-storm tests what many failures lead to. */
const shared = shareApi({
  authentication: {
    kind: 'basic',
    accounts: createAccounts({ secret: { read: async () => ({ users: USERS }) }, clock: { now: () => 0 } }),
  },
});

for (const [claim, authorization] of ACCEPTED) {
  test(`lets in ${claim}`, async (t) => {
    const { status, body } = await shared.call('/shows', { authorization });
    t.deepEqual([status, body], [200, { shows: [] }]);
  });
}
for (const [claim, authorization] of REFUSED) {
  test(`turns away ${claim}`, async (t) => {
    const { status, body, headers } = await shared.call('/shows', { authorization });
    t.deepEqual([status, errorSchema.parse(body).code], [401, 'unauthorized']);
    t.is(headers.get('www-authenticate'), 'Basic');
  });
}

test('without credentials every address but the open ones is closed, also those that do not exist', async (t) => {
  const statuses = async (paths: string[], method = 'GET') =>
    Promise.all(paths.map(async (path) => (await shared.call(path, { method, authorization: null })).status));
  t.deepEqual(
    await statuses(['/progress', '/shows', '/search/shows?query=a', '/nothing', '//', '/health/x', '/Health']),
    Array.from({ length: 7 }, () => 401),
  );
  t.deepEqual(await statuses(['/sync', '/show', '/progress'], 'POST'), [401, 401, 401]);
  t.deepEqual(await statuses(['/health', '/openapi.json', '/docs', '/']), [200, 200, 200, 200]);
});

test('open addresses ask nobody, whatever header comes along', async (t) => {
  const api = await runApi(t);
  await writeFile(api.secretFile, 'no JSON');
  for (const authorization of [basic('alice', 'wrong'), ALICE, 'nonsense']) {
    t.is((await api.call('/health', { authorization })).status, 200);
  }
});

test('a body is not read before its sender is known', async (t) => {
  const { status } = await shared.call('/sync', { method: 'POST', text: '{ broken', authorization: null });
  t.is(status, 401);
});

test('a header that is not text is refused, not failed', async (t) => {
  const outgoing = request(`${shared.url}/shows`, {
    headers: { authorization: Buffer.from('Basic \xff\xfe').toString('latin1') },
  });
  outgoing.end();
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  incoming.resume();
  t.is(incoming.statusCode, 401);
});

test('a changed password ends the old one at once', async (t) => {
  const api = await runApi(t, { secret: { users: [{ user: 'alice', password: phc('old') }] } });
  const status = async (password: string) =>
    (await api.call('/shows', { authorization: basic('alice', password) })).status;
  t.deepEqual([await status('old'), await status('old'), await status('new')], [200, 200, 401]);

  await writeFile(api.secretFile, JSON.stringify({ users: [{ user: 'alice', password: phc('new') }] }));
  t.deepEqual([await status('old'), await status('new')], [401, 200]);

  await writeFile(api.secretFile, JSON.stringify({ users: [] }));
  t.is(await status('new'), 401);
});

test('a verified header is remembered for five minutes, so that a hash is not derived for every request', async (t) => {
  const passwords = { count: 0 };
  const stored = phc('secret');
  const secret = { read: async () => ({ users: [{ user: 'alice', password: stored }] }) };
  const clock = { milliseconds: 0 };
  const accounts = createAccounts({
    secret,
    clock: { now: () => clock.milliseconds },
    verify: async (password, expected) => {
      passwords.count += 1;
      return verifyPassword(password, expected);
    },
  });
  const header = basic('alice', 'secret');
  const times = async (count: number) => {
    for (let done = 0; done < count; done++)
      t.deepEqual(await accounts.verify(header), { user: 'alice', admin: false });
    return passwords.count;
  };
  t.is(await times(5), 1);
  clock.milliseconds += 5 * 60_000 - 1;
  t.is(await times(5), 1);
  clock.milliseconds += 1;
  t.is(await times(5), 2);
});

test('who is no admin any more is none at once, also with a remembered header', async (t) => {
  const users = [{ user: 'alice', password: 'a', admin: true }];
  const accounts = createAccounts({ secret: { read: async () => ({ users }) }, clock: { now: () => 0 } });
  t.deepEqual(await accounts.verify(basic('alice', 'a')), { user: 'alice', admin: true });
  users[0] = { user: 'alice', password: 'a', admin: false };
  t.deepEqual(await accounts.verify(basic('alice', 'a')), { user: 'alice', admin: false });
});

test('an unknown user costs the same derivation as a known one', async (t) => {
  const hash = phc('secret');
  const users = [
    { user: 'plain', password: 'p' },
    { user: 'hashed', password: hash },
  ];
  const derivations = async (header: string) => {
    const compared: string[] = [];
    const accounts = createAccounts({
      secret: { read: async () => ({ users }) },
      clock: { now: () => 0 },
      verify: async (_, expected) => compared.push(expected) < 0,
    });
    await accounts.verify(header);
    return compared.filter((expected) => expected.startsWith('$scrypt$')).length;
  };
  t.deepEqual(
    await Promise.all(['plain', 'hashed', 'nobody'].map((user) => derivations(basic(user, 'wrong')))),
    [1, 1, 1],
  );
});

test('a password hash is another each time, names its cost, and fits its password alone', async (t) => {
  const [one, other] = [await hashPassword('pässword'), await hashPassword('pässword')];
  t.not(one, other);
  t.regex(one, /^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  t.true(await verifyPassword('pässword', one));
  t.false(await verifyPassword('passwort', one));
  t.false(await verifyPassword('', one));
});

const ORIGIN = 'https://immersion-tracker.jordansimsmith.com';

test('a browser on the web page may ask before it calls', async (t) => {
  const answer = await shared.call('/sync', {
    method: 'OPTIONS',
    authorization: null,
    headers: {
      Origin: ORIGIN,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization,content-type',
    },
  });
  t.is(answer.status, 204);
  t.is(answer.headers.get('access-control-allow-origin'), ORIGIN);
  t.is(answer.headers.get('access-control-allow-methods'), 'GET,POST,PUT,OPTIONS');
  t.is(answer.headers.get('access-control-allow-headers'), 'Authorization,Content-Type');
});

const ANSWERS: [what: string, status: number, path: string, request: Parameters<RunningApi['call']>[1]][] = [
  ['an answer', 200, '/shows', { authorization: basic('pad', 'x') }],
  ['a refusal', 401, '/shows', { authorization: null }],
  ['a missing address', 404, '/nothing', { authorization: basic('pad', 'x') }],
  ['a bad body', 400, '/sync', { method: 'POST', text: '{', authorization: basic('pad', 'x') }],
];
for (const [what, status, path, how] of ANSWERS) {
  test(`a browser may read ${what}`, async (t) => {
    for (const origin of [ORIGIN, 'https://other.example']) {
      const answer = await shared.call(path, { ...how, headers: { Origin: origin } });
      t.is(answer.status, status);
      t.is(answer.headers.get('access-control-allow-origin'), ORIGIN, 'and no other page may');
      t.regex(answer.headers.get('vary') ?? '', /\bOrigin\b/i);
    }
  });
}

test('the origin that may call is a setting', async (t) => {
  const api = await runApi(t, { environment: { IMMERSION_CORS_ORIGIN: 'https://mine.example' } });
  const answer = await api.call('/shows', { headers: { Origin: 'https://mine.example' } });
  t.is(answer.headers.get('access-control-allow-origin'), 'https://mine.example');
});

test('open to everyone on loopback, all requests are the one user’s', async (t) => {
  const api = await runApi(t, { authentication: { kind: 'open', account: { user: 'me', admin: true } } });
  await api.call('/sync', {
    method: 'POST',
    json: { episodes: [{ folder_name: 'a', file_name: 'e' }] },
    authorization: null,
  });
  t.is((await api.store.get({ partition: 'USER#me', sort: 'EPISODE#a#e' }))?.['user'], 'me');
});

test('behind a gateway its word counts, and a header alone opens nothing', async (t) => {
  const api = await runApi(t, {
    authentication: {
      kind: 'gateway',
      accountOf: (ctx) => (ctx.get('X-Principal') === '' ? undefined : { user: ctx.get('X-Principal'), admin: false }),
    },
  });
  t.is((await api.call('/shows', { headers: { 'X-Principal': 'carol' }, authorization: null })).status, 200);
  t.is((await api.call('/shows', { authorization: ALICE })).status, 401);
});
