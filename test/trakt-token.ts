// A process of its own that calls Trakt for `me`, by the settings in its environment, and prints the token it was given.
import { processEnvironment, readConfig } from '../lib/config.ts';
import { createLog } from '../lib/log.ts';
import { wire } from '../lib/wiring.ts';

const config = readConfig({ environment: processEnvironment(), workingDirectory: process.cwd() });
const wiring = await wire(config, { log: createLog({ write: () => {} }) });
console.log(await wiring.services.traktConnection.withTokenOf('me')(async (token) => token));
await wiring.close();
