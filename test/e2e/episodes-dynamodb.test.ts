import { randomUUID } from 'node:crypto';
import test from 'ava';
import { startEmulator } from '../../localstack/ministack.ts';
import { createDynamodbClient, createDynamodbStore } from '../../lib/core/store/dynamodb.ts';
import { trackerSchema } from '../../lib/viewings/record-items.ts';
import { testEpisodeSync } from '../episode-sync-stores.ts';

const emulator = await startEmulator();
test.after.always(() => emulator.stop());

testEpisodeSync(async (t) => {
  const schema = trackerSchema(`tracker-${randomUUID()}`);
  const open = () => {
    const store = createDynamodbStore({ client: createDynamodbClient(emulator), schema });
    t.teardown(() => store.close());
    return store;
  };
  await open().create();
  return open;
});
