import type { Emulator } from '../localstack/ministack.ts';
import { startFaultProxy } from '../test/e2e/fault-proxy.ts';
import { inFolder, timed } from './measure.ts';
import { startImports } from './trakt-import.ts';

const EVENTS = 10_000;
const TITLES = 500;
const WRITES_A_THOUSAND_EVENTS = 60;
const WRITES = /^(?:PutItem|DeleteItem|UpdateItem|BatchWriteItem|TransactWriteItems)$/;

/** Writes to DynamoDB during an import, and the time per event compared with SQLite. Expects existing tables. */
export async function measureImport({ endpoint, region }: Pick<Emulator, 'endpoint' | 'region'>): Promise<void> {
  const proxy = await startFaultProxy(endpoint);
  const sizes = { events: EVENTS, titles: TITLES };
  const importInto = (environment: Record<string, string>) =>
    inFolder(async (folder) => {
      const api = await startImports(folder, { ...sizes, environment });
      await api.login('importer');
      proxy.requests.length = 0;
      const took = await timed(() => api.run('importer'));
      await api.close();
      return took / EVENTS;
    });
  const local = await importInto({});
  const dynamodb = await importInto({ AWS_ENDPOINT_URL: proxy.url, AWS_REGION: region, IMMERSION_STORE: 'dynamodb' });
  const writes = proxy.requests.filter(({ operation }) => WRITES.test(operation)).length;
  const perThousand = (writes / EVENTS) * 1000;
  const verdict = perThousand <= WRITES_A_THOUSAND_EVENTS ? 'within' : 'ABOVE';
  console.log(`import of ${EVENTS.toLocaleString('en-US')} events of ${TITLES} titles into DynamoDB`);
  console.log(
    `  ${perThousand.toFixed(1)} writes or batches for 1,000 events (${verdict} ${WRITES_A_THOUSAND_EVENTS}), ${proxy.requests.length - writes} reads in all`,
  );
  console.log(
    `  time per event: ${dynamodb.toFixed(2)} ms on the emulator, ${local.toFixed(2)} ms on SQLite, ${(dynamodb / local).toFixed(1)}×`,
  );
  await proxy.close();
}
