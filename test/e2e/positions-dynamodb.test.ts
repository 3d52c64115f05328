import { randomUUID } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import test from 'ava';
import { startEmulator } from '../../localstack/ministack.ts';
import { createDynamodbClient, createDynamodbStore } from '../../lib/core/store/dynamodb.ts';
import { positionsSchema } from '../../lib/positions/position-items.ts';
import { testPositions } from '../position-stores.ts';

const emulator = await startEmulator();
test.after.always(() => emulator.stop());

testPositions(async (t) => {
  const store = createDynamodbStore({
    client: createDynamodbClient(emulator),
    schema: positionsSchema(`positions-${randomUUID()}`),
  });
  await store.create();
  t.teardown(() => store.close());
  return store;
});

test('`immersion tables create` makes both tables on DynamoDB, once', (t) => {
  const names = { IMMERSION_TABLE: `tracker-${randomUUID()}`, DYNAMODB_TABLE: `positions-${randomUUID()}` };
  const make = () =>
    execFileSync(process.execPath, [path.resolve(import.meta.dirname, '../../bin/run.js'), 'tables', 'create'], {
      env: {
        PATH: process.env['PATH'],
        IMMERSION_STORE: 'dynamodb',
        AWS_ENDPOINT_URL: emulator.endpoint,
        AWS_REGION: emulator.region,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        ...names,
      },
      encoding: 'utf8',
    });
  const place = `DynamoDB, ${emulator.region}`;
  const said = (what: (table: string) => string) =>
    Object.values(names)
      .map((table) => `${what(table)}\n`)
      .join('');
  t.is(
    make(),
    said((table) => `Created the table ${table} in ${place}.`),
  );
  t.is(
    make(),
    said((table) => `The table ${table} already exists in ${place}.`),
  );
});
