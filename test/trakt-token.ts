// A process of its own that calls Trakt for `me`, by the settings in its environment, and prints the token it was given.
import { createCatalog } from '../lib/shows/catalog-service.ts';
import { viewingsOver } from './viewings-rig.ts';
import { processEnvironment, readConfig } from '../lib/core/config.ts';
import { createLog } from '../lib/core/log.ts';
import { secretSource, systemClock as clock, wire } from '../lib/core/wiring.ts';
import { wireInterchange } from '../lib/core/wiring-interchange.ts';

const config = readConfig({ environment: processEnvironment(), workingDirectory: process.cwd() });
const log = createLog({ write: () => {} });
const wiring = await wire(config, { log });
const { traktConnection } = await wireInterchange(config, {
  store: wiring.store,
  catalog: createCatalog({ store: wiring.store }),
  viewings: viewingsOver(wiring.store, 'UTC'),
  secret: secretSource(config, clock),
  clock,
  log,
  sleep: undefined,
  tmdbHttp: { clock },
  runs: {},
});
console.log(await traktConnection.withTokenOf('me')(async (token) => token));
await wiring.close();
