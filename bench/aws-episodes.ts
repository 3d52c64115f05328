import { createCatalog } from '../lib/shows/catalog-service.ts';
import { createDynamodbClient, createDynamodbStore } from '../lib/core/store/dynamodb.ts';
import { trackerSchema } from '../lib/viewings/record-items.ts';
import type { Emulator } from '../localstack/ministack.ts';
import { startFaultProxy } from '../test/e2e/fault-proxy.ts';
import { idleSync, syncedSeason } from './episodes.ts';

const SEASONS = 10_000;
const TICKS = 20;

/**
 * DynamoDB calls of a pass over many seasons of which none is due. Its time here is the emulator's, which has no index.
 */
export async function measureIdleTicks({ endpoint, ...aws }: Emulator): Promise<void> {
  const proxy = await startFaultProxy(endpoint);
  const client = createDynamodbClient({ ...aws, endpoint: proxy.url });
  const store = createDynamodbStore({ client, schema: trackerSchema('seasons') });
  await store.create();
  const catalog = createCatalog({ store });
  const now = Math.floor(Date.now() / 1000);
  await catalog.createSeasons(
    Array.from({ length: SEASONS }, (_, index) => syncedSeason(index, index % 2 === 0 ? 'watching' : 'other', now)),
  );
  const sync = idleSync(store);
  proxy.requests.length = 0;
  for (let round = 0; round < TICKS; round += 1) await sync.tick();
  const calls = proxy.requests.length / TICKS;
  console.log(`a tick over ${SEASONS.toLocaleString('en-US')} seasons of which none is due, on DynamoDB`);
  console.log(`  ${calls} calls to DynamoDB (${calls <= 2 ? 'within' : 'ABOVE'} 2)`);
  await store.close();
  await proxy.close();
}
