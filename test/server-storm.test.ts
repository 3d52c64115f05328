import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import test from 'ava';
import { createLog } from '../lib/core/log.ts';
import { TooManyRequestsError } from '../lib/core/errors.ts';
import type { Secret } from '../lib/core/ports.ts';
import { mapInSlices } from '../lib/core/slices.ts';
import { createWorkQueue } from '../lib/core/work-queue.ts';
import { createAccounts } from '../lib/users/accounts-service.ts';
import { isForgotten, remainingDelay, withFailure, type FailedLogins } from '../lib/users/login-delay-rules.ts';
import { createLoginGuard } from '../lib/users/login-guard-service.ts';
import { createPerson, PASSWORD as SERVER_PASSWORD, startServer } from './cli-process.ts';
import { basic, runApi } from './running-api.ts';

const SECOND = 1000;

/** Failures in seconds, and the resulting delay in seconds. */
const DELAYS: [claim: string, failures: number[], delay: number][] = [
  ['one failure', [0], 0],
  ['four in a minute', [0, 1, 2, 3], 0],
  ['five in a minute', [0, 1, 2, 3, 4], 1],
  ['five in more than a minute', [0, 20, 40, 60, 80], 0],
  ['a sixth', [0, 0, 0, 0, 0, 1], 2],
  ['a seventh', [0, 0, 0, 0, 0, 1, 3], 4],
  ['the tenth', [0, 0, 0, 0, 0, 1, 3, 7, 15, 31], 30],
  ['the twelfth', [0, 0, 0, 0, 0, 1, 3, 7, 15, 31, 61, 91], 30],
  ['another soon after a delay', [0, 0, 0, 0, 0, 55], 2],
  ['another after a quiet minute', [0, 0, 0, 0, 0, 62], 0],
];
for (const [claim, failures, delay] of DELAYS) {
  test(`${claim} delays the next login by ${delay} s`, (t) => {
    let record: FailedLogins | undefined;
    for (const at of failures) record = withFailure(record, at * SECOND + 1);
    const last = (failures.at(-1) ?? 0) * SECOND + 1;
    t.is(remainingDelay(record, last), delay * SECOND);
    t.false(record && isForgotten(record, last));
    t.true(record && isForgotten(record, last + (delay + 60) * SECOND));
  });
}

test('a work queue: two at a time, a short queue, and who comes first passes the others', async (t) => {
  const queue = createWorkQueue({ concurrency: 2, maximumWaiting: 2 });
  const ended: string[] = [];
  const doors = new Map<string, PromiseWithResolvers<void>>();
  const start = (name: string, first = false) => {
    const work = async () => {
      const door = Promise.withResolvers<void>();
      doors.set(name, door);
      await door.promise;
      ended.push(name);
    };
    return queue.run(work, { first });
  };
  const settled = Promise.allSettled([start('a'), start('b'), start('c'), start('d'), start('e'), start('f', true)]);
  t.deepEqual([...doors.keys()], ['a', 'b']);
  for (const name of ['a', 'f', 'b', 'c']) {
    t.true(doors.has(name), name);
    doors.get(name)?.resolve();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const outcomes = (await settled).map(({ status }) => status);
  t.deepEqual(ended, ['a', 'f', 'b', 'c']);
  t.deepEqual(outcomes, ['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected', 'fulfilled']);
});

/** Accounts with a guard and slow passwords, on a clock that sleeping advances. */
function guarded() {
  const clock = { milliseconds: 1 };
  const derivations = { count: 0, running: 0, most: 0 };
  const slept: number[] = [];
  const users = ['aiko', 'ben', 'chie'].map((user) => ({ user, password: `${user}'s` }));
  const sleep = async (milliseconds: number) => {
    slept.push(milliseconds);
    await new Promise(setImmediate);
    clock.milliseconds += milliseconds;
  };
  const service = { now: () => clock.milliseconds };
  const accounts = createAccounts({
    secret: { read: async () => ({ users }) },
    clock: service,
    guard: createLoginGuard({ clock: service, sleep }),
    async verify(password, stored) {
      derivations.count += 1;
      derivations.most = Math.max(derivations.most, ++derivations.running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      derivations.running -= 1;
      return password === stored;
    },
  });
  return { accounts, derivations, slept, clock };
}

test('of a hundred wrong logins at once two are looked at at a time, the rest is told to come later', async (t) => {
  const { accounts, derivations } = guarded();
  const storm = Array.from({ length: 100 }, (_, index) =>
    accounts.verify(basic('aiko', `wrong ${index}`), '192.0.2.1'),
  );
  const ended = Promise.allSettled(storm);
  t.deepEqual(await accounts.verify(basic('ben', "ben's"), '192.0.2.1'), { user: 'ben', admin: false });
  const outcomes = await ended;
  const refused = outcomes.filter((one) => one.status === 'rejected').map(({ reason }) => reason as unknown);
  t.true(refused.length > 80);
  t.true(refused.every((one) => one instanceof TooManyRequestsError && (one.retryAfterSeconds ?? 0) >= 1));
  t.is(derivations.most, 2);
  t.true(derivations.count < 10, 'once failures are known the others are not looked at');
});

test('a header that is known is never delayed, and identical first logins cost one derivation', async (t) => {
  const { accounts, derivations, slept } = guarded();
  const right = basic('aiko', "aiko's");
  const logins = Array.from({ length: 20 }, () => accounts.verify(right, '192.0.2.1'));
  t.true((await Promise.all(logins)).every((account) => account?.user === 'aiko'));
  t.is(derivations.count, 1);
  for (let failures = 0; failures < 8; failures++) await accounts.verify(basic('aiko', 'wrong'), '192.0.2.1');
  t.deepEqual(slept, [1000, 2000, 4000]);
  t.deepEqual(await accounts.verify(right, '192.0.2.1'), { user: 'aiko', admin: false });
  t.is(slept.length, 3);
});

test('who tries out names is answered late for every name, and the right password at once', async (t) => {
  const { accounts, slept, derivations } = guarded();
  for (const name of ['a', 'b', 'c', 'd', 'e']) await accounts.verify(basic(name, 'x'), '192.0.2.1');
  t.deepEqual(slept, []);
  t.is(derivations.count, 5, 'who does not exist costs the same');
  t.is(await accounts.verify(basic('f', 'x'), '192.0.2.1'), undefined);
  t.is(await accounts.verify(basic('chie', 'x'), '192.0.2.1'), undefined);
  t.deepEqual(slept, [1000, 1000]);
  t.deepEqual(await accounts.verify(basic('chie', "chie's"), '192.0.2.1'), { user: 'chie', admin: false });
  t.is(await accounts.verify(basic('g', 'x'), '192.0.2.9'), undefined);
  t.is(slept.length, 2);
});

test('who tries one name from many addresses is delayed as from one, and nobody else', async (t) => {
  const { accounts, slept } = guarded();
  const remembered = basic('aiko', "aiko's");
  await accounts.verify(remembered, '192.0.2.200');
  for (let address = 1; address <= 8; address++) {
    t.is(await accounts.verify(basic('aiko', `wrong ${address}`), `192.0.2.${address}`), undefined);
  }
  t.deepEqual(slept, [1000, 2000, 4000], 'of the sixth, the seventh and the eighth');
  t.deepEqual(await accounts.verify(basic('ben', "ben's"), '192.0.2.8'), { user: 'ben', admin: false });
  t.deepEqual(await accounts.verify(remembered, '192.0.2.9'), { user: 'aiko', admin: false });
  t.is(slept.length, 3);
});

test('behind a proxy, too, one name from many addresses is delayed', async (t) => {
  const { accounts, slept } = guarded();
  const api = await runApi(t, { authentication: { kind: 'basic', accounts, behindProxy: true } });
  for (let address = 1; address <= 7; address++) {
    const headers = { 'X-Forwarded-For': `10.0.0.1, 192.0.2.${address}` };
    t.is((await api.call('/shows', { authorization: basic('aiko', `wrong ${address}`), headers })).status, 401);
  }
  t.deepEqual(slept, [1000, 2000]);
});

for (const [behindProxy, forwarded, address] of [
  [true, '192.0.2.1, 192.0.2.7', '192.0.2.7'],
  [true, '2001:db8::1', '2001:db8::1'],
  [true, 'nonsense', '127.0.0.1'],
  [true, undefined, '127.0.0.1'],
  [false, '192.0.2.7', '127.0.0.1'],
] as const) {
  test(`${behindProxy ? 'behind a proxy' : 'without one'} X-Forwarded-For ${forwarded} logs ${address}`, async (t) => {
    const refuse = { verify: async () => undefined };
    const api = await runApi(t, { authentication: { kind: 'basic', accounts: refuse, behindProxy } });
    const headers: Record<string, string> = forwarded === undefined ? {} : { 'X-Forwarded-For': forwarded };
    const { status } = await api.call('/shows', { authorization: basic('mallory\n{"level"}', 'x'), headers });
    t.is(status, 401);
    const line = JSON.parse(api.logLines.at(-1) ?? '') as Record<string, unknown>;
    t.like(line, { status: 401, address, attempted_user: 'mallory\u{FFFD}{"level"}' });
    await api.call('/health');
    t.false((api.logLines.at(-1) ?? '').includes('address'));
  });
}

test('a name cannot add fields to a line for people', (t) => {
  const lines: string[] = [];
  createLog({ write: (line) => lines.push(line) }).info('request', { attempted_user: 'x status=200', status: 401 });
  t.regex(lines[0] ?? '', /request attempted_user="x status=200" status=401$/);
});

test('users who come, go and change are logged', async (t) => {
  const secret = { users: [{ user: 'alice', password: 'a' }], tvdb_api_key: 'k' };
  const api = await runApi(t, { secret });
  const authorization = basic('alice', 'a');
  await api.call('/shows', { authorization });
  const change = async (users: Secret['users']) => {
    await writeFile(api.secretFile, JSON.stringify({ ...secret, users }));
    const { status } = await api.call('/shows', { authorization });
    const lines = api.logLines.map((line) => JSON.parse(line) as { message: string; user: string });
    return [status, ...lines.splice(api.logLines.length - 2, 1).map(({ message, user }) => `${message}: ${user}`)];
  };
  const alice = { user: 'alice', password: 'a' };
  t.deepEqual(await change([alice, { user: 'ben', password: 'b' }]), [200, 'A user was added: ben']);
  t.deepEqual(await change([alice, { user: 'ben', password: 'c' }]), [200, 'A user’s password was changed: ben']);
  t.deepEqual(
    await change([
      { ...alice, admin: true },
      { user: 'ben', password: 'c' },
    ]),
    [200, 'A user’s permissions were changed: alice'],
  );
  t.deepEqual(await change([{ ...alice, admin: true }]), [200, 'A user was removed: ben']);
});

test('what is undone, and what an admin does for somebody else, is logged', async (t) => {
  const users = [
    { user: 'alice', password: 'a', admin: true },
    { user: 'ben', password: 'b' },
  ];
  const api = await runApi(t, { secret: { users } });
  const authorization = basic('alice', 'a');
  const batch = '00000000-0000-4000-8000-000000000000';
  const json = { episodes: [{ folder_name: 'a', file_name: 'e' }] };
  await api.call('/sync', { method: 'POST', authorization, json, headers: { 'Immersion-Batch': batch } });
  await api.call(`/batches/${batch}`, { method: 'DELETE', authorization });
  await api.call('/api/show_user?username=ben', { authorization });
  await api.call('/api/show_all', { authorization });
  const lines = api.logLines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const said = lines.filter(({ message }) => message !== 'request');
  t.is(said.length, 3);
  t.like(said[0], { message: 'A batch was undone', user: 'alice', batch, items: 1 });
  t.like(said[1], { message: 'An admin acted for another user', user: 'alice', for: 'ben' });
  t.like(said[2], { message: 'An admin looked at everyone’s entries', user: 'alice' });
});

test('of many large bodies at once a few are worked on, and others are answered meanwhile', async (t) => {
  const api = await runApi(t, { secret: { users: [{ user: 'alice', password: 'a' }] } });
  const authorization = basic('alice', 'a');
  await api.call('/shows', { authorization });
  const held = Array.from({ length: 12 }, () => {
    const headers = { authorization, 'content-type': 'application/json', 'content-length': 1_000_000 };
    const outgoing = request(`${api.url}/sync`, { method: 'POST', headers });
    outgoing.on('error', () => {});
    outgoing.write('{"episodes": [');
    return outgoing;
  });
  t.teardown(() => held.forEach((outgoing) => outgoing.destroy()));
  const refused: (string | number | undefined)[][] = [];
  for (const outgoing of held) {
    outgoing.once('response', ({ statusCode, headers }) => refused.push([statusCode, headers['retry-after']]));
  }
  t.is((await api.call('/shows', { authorization })).status, 200);
  while (refused.length < 4) await api.call('/health');
  await api.call('/health');
  t.deepEqual(
    refused,
    Array.from({ length: 4 }, () => [429, '1']),
  );
  for (const outgoing of held) outgoing.destroy();
  const episodes = Array.from({ length: 5000 }, (_, index) => ({
    folder_name: 'a',
    file_name: `${'e'.repeat(90)}${index}`,
  }));
  const send = async () => (await api.call('/sync', { method: 'POST', authorization, json: { episodes } })).status;
  let status = await send();
  while (status === 429) status = await send();
  t.is(status, 200, 'whoever hung up makes room');
});

if (existsSync('/proc/self/status')) {
  const items = Array.from({ length: 1000 }, (_, index) => ({
    type: 'show',
    folder_name: `folder ${index}`,
    tvdb_id: index + 1,
    tvdb_name: 'x'.repeat(3900),
  }));
  for (const [claim, body] of [
    ['large items', JSON.stringify({ items })],
    ['a million small things', `{"items":[${'{},'.repeat(1_390_000)}{}]}`],
    ['two million levels', '['.repeat(2_000_000) + ']'.repeat(2_000_000)],
  ] as const) {
    test.serial(`thirty bodies of 4 MB of ${claim} at once take little memory, and others are answered`, async (t) => {
      const person = createPerson(t);
      const { url, child } = await startServer(t, person);
      const authorization = basic('me', SERVER_PASSWORD);
      const ask = async (path: string, options: RequestInit = {}) => {
        const headers = { authorization, 'content-type': 'application/json' };
        const response = await fetch(url + path, { ...options, headers });
        await response.arrayBuffer();
        return response.status;
      };
      t.is(await ask('/shows'), 200);
      const bodies = Promise.all(Array.from({ length: 30 }, () => ask('/import', { method: 'POST', body })));
      let answered = 0;
      const others = () => ask('/health').then(() => true);
      while (await Promise.race([bodies.then(() => false), others()])) answered += 1;
      const statuses = await bodies;
      t.true(
        statuses.every((status) => [200, 400, 429].includes(status)),
        statuses.join(),
      );
      t.true(
        statuses.some((status) => status !== 429),
        statuses.join(),
      );
      // In one piece, one or two would be answered.
      t.true(answered >= 4, `${answered} were answered meanwhile`);
      const peak = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024;
      // At rest it takes 90 MB, with four at a time about 400; all at once took over 1,000.
      t.true(peak > 50 && peak < 600, `${peak} MB`);
    });
  }
}

test('long work gives way to others again and again', async (t) => {
  let turns = 0;
  const count = () => {
    turns += 1;
    counting = setImmediate(count);
  };
  let counting = setImmediate(count);
  const hold = (one: number) => {
    const end = performance.now() + 10;
    while (performance.now() < end);
    return one * 2;
  };
  t.deepEqual(
    await mapInSlices([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], hold),
    [2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24],
  );
  clearImmediate(counting);
  t.true(turns >= 2, String(turns));
});

test('while a large import replaces what is recorded, others are answered', async (t) => {
  const api = await runApi(t);
  const items = (name: string) =>
    Array.from({ length: 1000 }, (_, index) => ({
      type: 'show',
      folder_name: `folder ${index}`,
      tvdb_id: index + 1,
      tvdb_name: name.repeat(3900),
    }));
  const send = (name: string) => api.call('/import', { method: 'POST', json: { items: items(name), replace: true } });
  t.like(await send('a'), { status: 200, body: { items_added: 1000 } });
  const longestWaits: number[] = [];
  for (const name of ['b', 'c', 'd']) {
    const times = [performance.now()];
    const replaced = send(name);
    const others = () => api.call('/health').then(() => true);
    while (await Promise.race([replaced.then(() => false), others()])) times.push(performance.now());
    t.like(await replaced, { status: 200, body: { items_replaced: 1000 } });
    times.push(performance.now());
    const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    longestWaits.push(Math.max(...waits) / ((times.at(-1) ?? 0) - (times[0] ?? 0)));
  }
  // As a part of the import, whatever the computer's speed. In one piece, nearly all of it.
  t.true(Math.min(...longestWaits) < 0.7, longestWaits.join());
});

test('all of a long list is looked at, and its faults are named by their places in it', async (t) => {
  const api = await runApi(t);
  const episodes = Array.from({ length: 600 }, (_, index) => ({
    folder_name: 'a',
    file_name: index === 3 || index === 599 ? 7 : String(index),
  }));
  const { status, body } = await api.call('/sync', { method: 'POST', json: { episodes } });
  t.is(status, 400);
  t.deepEqual(
    (body as { details: { path: string }[] }).details.map(({ path }) => path),
    ['episodes.3.file_name', 'episodes.599.file_name'],
  );
  const held = {
    episodes: episodes.map(({ folder_name }, index) => ({ folder_name, file_name: `e${index}` })),
    movies: [{ file_name: 'Film' }],
  };
  await api.call('/sync', { method: 'POST', json: { episodes: held.episodes } });
  const answer = (await api.call('/viewings/held', { method: 'POST', json: held })).body as typeof held;
  t.deepEqual([answer.episodes.length, answer.movies.length], [600, 0]);
  const items = Array.from({ length: 1001 }, (_, index) => ({ type: 'show', folder_name: `f${index}` }));
  const tooMany = await api.call('/import', { method: 'POST', json: { items } });
  t.like(tooMany, { status: 400, body: { code: 'too_many_items' } });
  const fields = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`k${index}`, 1]));
  t.like(await api.call('/viewings/held', { method: 'POST', json: fields }), { status: 400 });
});

for (const encoding of ['zstd', 'GZIP', 'compress', 'gzip, gzip']) {
  test(`a body in ${encoding} is said to be in an unsupported encoding`, async (t) => {
    const api = await runApi(t);
    const headers = { 'Content-Encoding': encoding };
    const { status, body } = await api.call('/sync', { method: 'POST', headers, text: '{"episodes": []}' });
    t.deepEqual([status, (body as { code: string }).code], [415, 'unsupported_encoding']);
  });
}
