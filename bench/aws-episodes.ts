import { createEpisodeSync } from '../lib/services/episode-sync.ts';
import { createCatalog } from '../lib/services/catalog.ts';
import { createDynamodbClient, createDynamodbStore } from '../lib/store/dynamodb.ts';
import { trackerSchema } from '../lib/store/items.ts';
import type { Emulator } from '../localstack/ministack.ts';
import { startFaultProxy } from '../test/e2e/fault-proxy.ts';
import { syncedSeason } from './episodes.ts';
import { median, report, timed } from './measure.ts';

const SEASONS = [100, 10_000];
const TICKS = 50;

/** Calls to DynamoDB of a tick over many seasons of which none is due, and its time beside one over few. */
export async function measureIdleTicks({ endpoint, ...aws }: Emulator): Promise<void> {
  const times: number[] = [];
  for (const seasons of SEASONS) {
    const proxy = await startFaultProxy(endpoint);
    const client = createDynamodbClient({ ...aws, endpoint: proxy.url });
    const store = createDynamodbStore({ client, schema: trackerSchema(`seasons-${seasons}`) });
    await store.create();
    const catalog = createCatalog({ store });
    const now = Math.floor(Date.now() / 1000);
    await catalog.createSeasons(
      Array.from({ length: seasons }, (_, index) => syncedSeason(index, index % 2 === 0 ? 'watching' : 'other', now)),
    );
    const none = () => Promise.reject(new Error('nothing is due'));
    const sync = createEpisodeSync({
      store,
      catalog,
      shows: { refresh: none },
      seasons: { run: none },
      watching: { settle: none },
      mode: () => 'GREEDY',
      clock: { now: Date.now },
      log: { info() {}, warn() {}, error() {} },
      batch: 10,
      parallel: 4,
    });
    proxy.requests.length = 0;
    const took: number[] = [];
    for (let round = 0; round < TICKS; round += 1) took.push(await timed(() => sync.tick()));
    const calls = proxy.requests.length / TICKS;
    times.push(median(took));
    if (seasons === SEASONS.at(-1)) {
      console.log(`a tick over ${seasons.toLocaleString('en-US')} seasons of which none is due, on DynamoDB`);
      console.log(`  ${calls} calls to DynamoDB (${calls <= 2 ? 'within' : 'ABOVE'} 2)`);
    }
    await store.close();
    await proxy.close();
  }
  const [few = 0, many = 0] = times;
  report('against one over 100', many / few, 1.5, `${many.toFixed(1)} of ${few.toFixed(1)} ms`);
}
