import { randomUUID } from 'node:crypto';
import test from 'ava';
import { createDynamodbClient, createDynamodbStore } from '../../lib/core/store/dynamodb.ts';
import { trackerSchema } from '../../lib/viewings/record-items.ts';
import { startEmulator } from '../../localstack/ministack.ts';
import { testUndoRaces } from '../undo-races.ts';

const emulator = await startEmulator();
test.after.always(() => emulator.stop());

testUndoRaces(async (t) => {
  const store = createDynamodbStore({
    client: createDynamodbClient(emulator),
    schema: trackerSchema(`immersion-${randomUUID()}`),
  });
  await store.create();
  t.teardown(() => store.close());
  return store;
});
