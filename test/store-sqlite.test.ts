import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { StoreError } from '../lib/core/errors.ts';
import { createSqliteStore } from '../lib/core/store/sqlite.ts';
import { testStoreContract } from './store-contract.ts';

const schema = { table: 'tracker', partitionKey: 'pk', sortKey: 'sk' };

testStoreContract({
  prepare: async (t, schema) => {
    const file = temporaryFile(t);
    return async () => createSqliteStore({ file, schema });
  },
  propertyRuns: 100,
});

test('what was written is there when the file is opened again', async (t) => {
  const file = temporaryFile(t);
  const first = createSqliteStore({ file, schema });
  t.deepEqual(await first.create(), { created: true });
  await first.put({ pk: 'p', sk: 's', title: 'kept' });
  await first.close();
  await first.close();
  const second = createSqliteStore({ file, schema });
  t.teardown(() => second.close());
  t.deepEqual(await second.create(), { created: false });
  t.deepEqual(await second.get({ partition: 'p', sort: 's' }), { pk: 'p', sk: 's', title: 'kept' });
});

test('the folder of the file is made, for its owner alone', async (t) => {
  const file = path.join(path.dirname(temporaryFile(t)), 'new', 'folders', 'immersion.db');
  await createSqliteStore({ file, schema }).close();
  t.is(statSync(path.dirname(file)).mode & 0o777, 0o700);
});

test('two tables share a file', async (t) => {
  const file = temporaryFile(t);
  const one = createSqliteStore({ file, schema });
  const other = createSqliteStore({ file, schema: { table: 'shows', partitionKey: 'pk', sortKey: 'sk' } });
  t.teardown(() => Promise.all([one.close(), other.close()]));
  t.deepEqual(await other.create(), { created: true });
  await one.put({ pk: 'p', sk: 's', table: 1 });
  await other.put({ pk: 'p', sk: 's', table: 2 });
  t.deepEqual(await Array.fromAsync(one.scan()), [{ pk: 'p', sk: 's', table: 1 }]);
  t.deepEqual(await Array.fromAsync(other.scan()), [{ pk: 'p', sk: 's', table: 2 }]);
});

test('expired items are gone when the file is opened again', async (t) => {
  const file = temporaryFile(t);
  const first = createSqliteStore({ file, schema });
  const now = Math.floor(Date.now() / 1000);
  const items = [
    { pk: 'p', sk: 'expired', expires_at: now - 10 },
    { pk: 'p', sk: 'later', expires_at: now + 1000.5 },
    { pk: 'p', sk: 'never' },
  ];
  await first.insertNew(items);
  t.is((await Array.fromAsync(first.query('p'))).length, 3);
  await first.close();
  const second = createSqliteStore({ file, schema });
  t.teardown(() => second.close());
  t.deepEqual(await Array.fromAsync(second.query('p')), items.slice(1));
});

test('processes that open a new file at once each insert what the others have not', async (t) => {
  const file = temporaryFile(t);
  const writer = path.join(import.meta.dirname, 'store-writer.ts');
  const run = promisify(execFile);
  const outputs = await Promise.all([1, 2, 3].map(() => run(process.execPath, [writer, file, '600'])));
  const counts = outputs.map(({ stdout }) => Number(stdout));
  const sum = counts.reduce((one, other) => one + other, 0);
  t.is(sum, 600, counts.join(' + '));
  const store = createSqliteStore({ file, schema });
  t.teardown(() => store.close());
  t.is((await Array.fromAsync(store.query('p'))).length, 600);
});

test('a file that another process keeps locked is a clear error after the time given', async (t) => {
  const file = temporaryFile(t);
  const store = createSqliteStore({ file, schema, busyTimeoutMilliseconds: 20 });
  const other = new DatabaseSync(file);
  t.teardown(() => store.close());
  t.teardown(() => other.close());
  other.exec('BEGIN IMMEDIATE');
  const error = await t.throwsAsync(store.put({ pk: 'p', sk: 's' }), { instanceOf: StoreError });
  t.like(error, { code: 'store_busy', message: `The database ${file} is in use by another process.` });
  t.deepEqual(await Array.fromAsync(store.scan()), []);
  other.exec('ROLLBACK');
  t.true(await store.put({ pk: 'p', sk: 's' }));
});

const filled = async (t: ExecutionContext): Promise<string> => {
  const file = temporaryFile(t);
  const store = createSqliteStore({ file, schema });
  await store.insertNew(Array.from({ length: 2000 }, (_, index) => ({ pk: 'p', sk: `EPISODE#${index}` })));
  await store.close();
  return file;
};

const unusable: Record<string, { make: (t: ExecutionContext) => Promise<string>; code: string; says: RegExp }> = {
  'a file that is no database': {
    make: async (t) => {
      const file = temporaryFile(t);
      writeFileSync(file, 'These are not the rows you are looking for. '.repeat(200));
      return file;
    },
    code: 'store_damaged',
    says: /is not a database\.$/u,
  },
  'a file that was cut off': {
    make: async (t) => {
      const file = await filled(t);
      truncateSync(file, Math.floor(statSync(file).size / 2 / 4096) * 4096);
      return file;
    },
    code: 'store_damaged',
    says: /is damaged\.$/u,
  },
  'a file with pages overwritten': {
    make: async (t) => {
      const file = await filled(t);
      writeFileSync(file, readFileSync(file).fill(0xff, 4096));
      return file;
    },
    code: 'store_damaged',
    says: /is damaged\.$/u,
  },
  'a file of a newer version': {
    make: async (t) => {
      const file = await filled(t);
      withDatabase(file, 'PRAGMA user_version = 99');
      return file;
    },
    code: 'store_newer',
    says: /was written by a newer immersion \(layout 99, this one knows 1\)\.$/u,
  },
  "another program's file": {
    make: async (t) => {
      const file = temporaryFile(t);
      withDatabase(file, 'CREATE TABLE notes (text); INSERT INTO notes VALUES (1)');
      return file;
    },
    code: 'store_foreign',
    says: /belongs to another program\.$/u,
  },
};

for (const [title, { make, code, says }] of Object.entries(unusable)) {
  test(`${title} is a clear error and stays as it is`, async (t) => {
    const file = await make(t);
    const before = readFileSync(file);
    for (const attempt of [1, 2]) {
      const error = t.throws(() => createSqliteStore({ file, schema }), { instanceOf: StoreError });
      t.is(error.code, code, `attempt ${attempt}`);
      t.regex(error.message, says);
      t.true(error.message.includes(file));
      t.is(error.suggestions.length, 1);
      t.true(readFileSync(file).equals(before), 'the file is unchanged');
      t.deepEqual(readdirSync(path.dirname(file)), [path.basename(file)]);
    }
  });
}

test('a folder in place of the file is a clear error', (t) => {
  const folder = path.dirname(temporaryFile(t));
  const error = t.throws(() => createSqliteStore({ file: folder, schema }), { instanceOf: StoreError });
  t.is(error.code, 'store_unreadable');
});

function withDatabase(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

function temporaryFile(t: ExecutionContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'immersion-store-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return path.join(folder, 'immersion.db');
}
