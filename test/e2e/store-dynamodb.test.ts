import { randomUUID } from 'node:crypto';
import { DescribeTableCommand, DescribeTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import test from 'ava';
import { StoreError } from '../../lib/core/errors.ts';
import { startEmulator } from '../../localstack/ministack.ts';
import { createDynamodbClient, createDynamodbStore } from '../../lib/core/store/dynamodb.ts';
import type { TableSchema } from '../../lib/core/store/store.ts';
import { testStoreContract } from '../store-contract.ts';

const emulator = await startEmulator();
test.after.always(() => emulator.stop());

/** Unique table names, as the emulator may be shared. */
const named = (schema: TableSchema): TableSchema => ({ ...schema, table: `${schema.table}-${randomUUID()}` });
const schema = { table: 'tracker', partitionKey: 'pk', sortKey: 'sk' };

testStoreContract({
  prepare: async (_, schema) => {
    const own = named(schema);
    const open = async () => createDynamodbStore({ client: createDynamodbClient(emulator), schema: own });
    const first = await open();
    await first.create();
    await first.close();
    return open;
  },
  propertyRuns: 20,
});

test('the table is made for payment per request and lets items expire', async (t) => {
  const client = createDynamodbClient(emulator);
  const own = named(schema);
  const store = createDynamodbStore({ client, schema: own });
  t.teardown(() => store.close());
  const answers = await Promise.all([store.create(), store.create(), store.create()]);
  t.is(answers.filter(({ created }) => created).length, 1);
  const { Table } = await client.send(new DescribeTableCommand({ TableName: own.table }));
  t.is(Table?.BillingModeSummary?.BillingMode, 'PAY_PER_REQUEST');
  t.deepEqual(Table?.KeySchema, [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ]);
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: own.table }));
  t.deepEqual(TimeToLiveDescription, { AttributeName: 'expires_at', TimeToLiveStatus: 'ENABLED' });
});

test('a table that is missing, or has other keys, is a clear error', async (t) => {
  const client = createDynamodbClient(emulator);
  t.teardown(() => client.destroy());
  const own = named(schema);
  const store = createDynamodbStore({ client, schema: own });
  const missing = { code: 'store_missing', message: `The table ${own.table} does not exist on DynamoDB.` };
  t.like(await t.throwsAsync(store.ping(), { instanceOf: StoreError }), missing);
  t.like(await t.throwsAsync(store.insertNew([{ pk: 'p', sk: 's' }])), missing);
  t.like(await t.throwsAsync(Array.fromAsync(store.query('p'))), missing);
  await store.create();
  const other = createDynamodbStore({ client, schema: { ...own, sortKey: 'other' } });
  t.like(await t.throwsAsync(other.create(), { instanceOf: StoreError }), { code: 'store_foreign' });
});

test('2,000 new items take 60 calls at most, and their repetition reads alone', async (t) => {
  const client = createDynamodbClient(emulator);
  const calls: string[] = [];
  client.middlewareStack.add(
    (next, { commandName }) =>
      (input) => {
        calls.push(String(commandName));
        return next(input);
      },
    { step: 'finalizeRequest', name: 'countCalls' },
  );
  const store = createDynamodbStore({ client, schema: named(schema) });
  t.teardown(() => store.close());
  await store.create();
  calls.length = 0;
  const items = Array.from({ length: 2000 }, (_, index) => ({
    pk: 'USER#aiko',
    sk: `EPISODE#A show with a long name#Season 1 episode ${index}`,
    timestamp: 1_700_000_000,
  }));
  t.true((await store.insertNew(items)).every(Boolean));
  t.true(calls.length <= 60, `${calls.length} calls`);
  calls.length = 0;
  t.false((await store.insertNew(items)).some(Boolean));
  t.deepEqual([...new Set(calls)], ['QueryCommand']);
});
