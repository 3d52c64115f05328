import { randomUUID } from 'node:crypto';
import test from 'ava';
import { startEmulator } from '../../localstack/ministack.ts';
import { createDynamodbClient, createDynamodbStore } from '../../lib/store/dynamodb.ts';
import { positionsSchema } from '../../lib/store/items.ts';
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
