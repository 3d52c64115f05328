// Calls Trakt for `me` in a separate process, and prints the token used.
import { processEnvironment, readConfig } from '../lib/core/config.ts';
import { createLog } from '../lib/core/log.ts';
import { wire } from '../lib/core/wiring.ts';
import { openFeatures } from '../api/features.ts';

const config = readConfig({ environment: processEnvironment(), workingDirectory: process.cwd() });
const log = createLog({ write: () => {} });
const wiring = await wire(config, openFeatures, { log });
const { traktConnection } = await wiring.features.imports();
console.log(await traktConnection.withTokenOf('me')(async (token) => token));
await wiring.close();
