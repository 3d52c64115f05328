import { randomUUID } from 'node:crypto';
import test from 'ava';
import { startEmulator } from '../../localstack/ministack.ts';
import { createDynamodbClient, createDynamodbStore } from '../../lib/core/store/dynamodb.ts';
import { trackerSchema } from '../../lib/viewings/record-items.ts';
import { testCatalog } from '../catalog-stores.ts';

const emulator = await startEmulator();
test.after.always(() => emulator.stop());

testCatalog(async (t) => {
  const store = createDynamodbStore({
    client: createDynamodbClient(emulator),
    schema: trackerSchema(`tracker-${randomUUID()}`),
  });
  await store.create();
  t.teardown(() => store.close());
  return store;
});
