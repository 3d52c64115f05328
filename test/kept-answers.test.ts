import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { readConfig } from '../lib/core/config.ts';
import { backUp, restore } from '../lib/core/store/sqlite-backup.ts';
import { openEmbedded } from '../lib/core/terminal/embedded.ts';
import { NOWHERE } from './nowhere.ts';

const BUILD = 'of the test';
const KILLS = 4;

/** A data folder, and processes that record and ask in turn. */
function rig(t: ExecutionContext) {
  const folder = mkdtempSync(path.join(tmpdir(), 'immersion-answers-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'immersion.sqlite');
  const clock = { milliseconds: Date.parse('2026-07-14T00:00:00Z') };
  const open = ({ build = BUILD, zone = 'Pacific/Auckland', user = 'me' } = {}) => {
    const environment = { ...NOWHERE, IMMERSION_DATA_DIR: folder, IMMERSION_TIME_ZONE: zone };
    const config = readConfig({ environment, workingDirectory: folder });
    return openEmbedded(config, { user, build, clock: { now: () => clock.milliseconds } });
  };
  const get = async (where: string, options?: Parameters<typeof open>[0]) => {
    const { send, close } = open(options);
    const { status, text, isKept = false } = await send({ method: 'GET', path: where, headers: {} });
    await close();
    return { status, text, isKept };
  };
  return {
    folder,
    file,
    clock,
    open,
    get,
    /** The episodes counted, and whether an earlier process did. */
    ask: async (options?: Parameters<typeof open>[0]): Promise<[count: number, isKept: boolean]> => {
      const { text, isKept } = await get('/progress', options);
      return [(JSON.parse(text) as { total_episodes_watched: number }).total_episodes_watched, isKept];
    },
    record: async (fileName: string) => {
      const { send, close } = open();
      const body = JSON.stringify({ episodes: [{ folder_name: 'Harbour', file_name: fileName }] });
      const { status } = await send({
        method: 'POST',
        path: '/sync',
        headers: { 'content-type': 'application/json' },
        body,
      });
      await close();
      t.is(status, 200);
    },
    sql: (text: string) => {
      const database = new DatabaseSync(file);
      try {
        return database.prepare(text).all();
      } finally {
        database.close();
      }
    },
  };
}

type Rig = ReturnType<typeof rig>;

const ANSWERS = '"immersion_tracker answers"';
const EPISODE = "sort LIKE 'EPISODE#%'";

const CHANGES: [claim: string, change: (r: Rig) => unknown, count: number][] = [
  ['a recorded episode', ({ record }) => record('3'), 3],
  ['an item deleted by hand', ({ sql }) => sql(`DELETE FROM immersion_tracker WHERE ${EPISODE} AND sort LIKE '%1'`), 1],
  [
    'an item added by hand',
    ({ sql }) =>
      sql(
        `INSERT INTO immersion_tracker SELECT partition, sort || '0', expires_at, replace(item, sort, sort || '0') FROM immersion_tracker WHERE ${EPISODE} AND sort LIKE '%1'`,
      ),
    3,
  ],
  [
    'an item changed by hand',
    ({ sql }) => sql(`UPDATE immersion_tracker SET sort = 'X' || sort WHERE ${EPISODE} AND sort LIKE '%1'`),
    1,
  ],
];
for (const [claim, change, count] of CHANGES) {
  test(`a kept answer is reused until ${claim}`, async (t) => {
    const r = rig(t);
    await r.record('1');
    await r.record('2');
    t.deepEqual(await r.ask(), [2, false]);
    t.deepEqual(await r.ask(), [2, true]);
    await change(r);
    t.deepEqual(await r.ask(), [count, false]);
    t.deepEqual(await r.ask(), [count, true]);
  });
}

test('an answer is kept for its code, time zone, user, question and time only', async (t) => {
  const { record, ask, get, clock } = rig(t);
  await record('1');
  await ask();
  t.deepEqual(await ask({ build: 'another' }), [1, false]);
  t.deepEqual(await ask(), [1, false], 'and only one code’s answers are kept');
  t.deepEqual(await ask({ zone: 'Europe/Berlin' }), [1, false]);
  await ask();
  t.deepEqual(await ask({ user: 'another' }), [0, false]);
  await ask();
  t.false((await get('/goals')).isKept);
  t.true((await get('/goals')).isKept);
  t.deepEqual(await ask(), [1, true]);
  clock.milliseconds += 24 * 60 * 60 * 1000;
  t.deepEqual(await ask(), [1, false], 'a day later');
  t.deepEqual(await ask(), [1, true]);
  clock.milliseconds -= 1000;
  t.deepEqual(await ask(), [1, false], 'with the clock set back');
});

test('refusals, and answers of other features, are not kept', async (t) => {
  const { record, get, sql } = rig(t);
  await record('1');
  for (const where of ['/stats?by=nothing', '/history', '/viewings', '/nowhere', '/health']) {
    await get(where);
    t.false((await get(where)).isKept, where);
  }
  t.deepEqual(sql("SELECT name FROM sqlite_schema WHERE name LIKE '%answers%'"), []);
});

test('without a build, as in unbuilt sources, nothing is kept', async (t) => {
  const { record, ask } = rig(t);
  await record('1');
  await ask({ build: '' });
  t.deepEqual(await ask({ build: '' }), [1, false]);
});

const ODD: [claim: string, sql: string][] = [
  ['a dropped table', `DROP TABLE ${ANSWERS}`],
  ['a dropped trigger', 'DROP TRIGGER "immersion_tracker answers insert"'],
  ['another table of that name', `DROP TABLE ${ANSWERS}; CREATE TABLE ${ANSWERS} (x)`],
];
for (const [claim, text] of ODD) {
  test(`${claim} stops neither recording nor answers, and is replaced`, async (t) => {
    const r = rig(t);
    await r.record('1');
    await r.ask();
    for (const one of text.split('; ')) r.sql(one);
    t.deepEqual(await r.ask(), [1, false]);
    await r.ask();
    for (const one of text.split('; ')) r.sql(one);
    await r.record('2');
    t.deepEqual(await r.ask(), [2, false]);
    t.deepEqual(await r.ask(), [2, true]);
    await r.record('3');
    t.deepEqual(await r.ask(), [3, false]);
  });
}

test('a restored backup brings the answers of its own items', async (t) => {
  const { record, ask, folder, file } = rig(t);
  const backup = path.join(folder, 'backup.sqlite');
  await record('1');
  await backUp({ database: file, file: backup });
  await record('2');
  await ask();
  await restore({ file: backup, database: file });
  t.deepEqual(await ask(), [1, false]);
  await backUp({ database: file, file: backup });
  await record('3');
  t.deepEqual(await ask(), [2, false]);
  await restore({ file: backup, database: file });
  t.deepEqual(await ask(), [1, true]);
});

test('an answer is not kept if another process writes before the command ends, or is writing', async (t) => {
  const r = rig(t);
  await r.record('1');
  const database = new DatabaseSync(r.file);
  t.teardown(() => database.close());
  const slow = r.open();
  await slow.send({ method: 'GET', path: '/progress', headers: {} });
  await r.record('2');
  await slow.close();
  t.deepEqual(await r.ask(), [2, false]);
  r.sql(`DELETE FROM ${ANSWERS}`);

  database.exec('BEGIN IMMEDIATE');
  t.deepEqual(await r.ask(), [2, false]);
  database.exec('ROLLBACK');
  t.deepEqual(await r.ask(), [2, false], 'nothing was kept meanwhile');
  t.deepEqual(await r.ask(), [2, true]);
});

test('a command that records keeps what it answers afterwards, not before or meanwhile', async (t) => {
  const r = rig(t);
  await r.record('1');
  const { send, close } = r.open();
  const get = (where: string) => send({ method: 'GET', path: where, headers: {} });
  const sync = () =>
    send({
      method: 'POST',
      path: '/sync',
      headers: { 'content-type': 'application/json' },
      body: '{"episodes":[{"folder_name":"Harbour","file_name":"2"}]}',
    });
  await get('/stats');
  await Promise.all([get('/goals'), sync(), get('/stats?by=show')]);
  await get('/progress');
  // As before cleaning up, which writes nothing.
  const held = { episodes: [{ folder_name: 'Harbour', file_name: '2' }] };
  const headers = { 'content-type': 'application/json' };
  const answer = await send({ method: 'POST', path: '/viewings/held', headers, body: JSON.stringify(held) });
  t.is(answer.status, 200);
  // Longer than after which a server merges its journal.
  await delay(2200);
  await close();
  t.deepEqual(await r.ask(), [2, true]);
  for (const where of ['/goals', '/stats', '/stats?by=show']) t.false((await r.get(where)).isKept, where);
});

test('a file of a newer layout is refused in spite of kept answers', async (t) => {
  const { record, ask, get, sql } = rig(t);
  await record('1');
  await ask();
  sql('PRAGMA user_version = 99');
  await t.throwsAsync(get('/progress'), { code: 'store_newer' });
});

test('after a kill at any moment, kept answers equal fresh ones', async (t) => {
  const { record, get, folder } = rig(t);
  await record('1');
  for (let kill = 0; kill < KILLS; kill++) {
    const script = path.join(import.meta.dirname, 'answers-writer.ts');
    const child = spawn(process.execPath, [script, folder, String(kill * 1000)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await delay(20 + Math.random() * 60);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const fresh = await get('/progress', { build: '' });
    t.is((await get('/progress')).text, fresh.text);
    t.is((await get('/progress')).text, fresh.text);
  }
});
