import { openFeatures } from '../api/features.ts';
import { startServer } from '../api/server.ts';
import { readConfig } from '../lib/core/config.ts';
import { createLog } from '../lib/core/log.ts';
import { wire } from '../lib/core/wiring.ts';
import { NOWHERE } from './nowhere.ts';

// An API over the same data in a separate process, until its standard input ends.
const [dataDirectory = '', secretFile = '', tvdb = '', now = ''] = process.argv.slice(2);
const config = readConfig({
  environment: {
    ...NOWHERE,
    IMMERSION_DATA_DIR: dataDirectory,
    IMMERSION_SECRET_FILE: secretFile,
    IMMERSION_TRACKER_TVDB_BASE_URL: tvdb,
  },
  workingDirectory: dataDirectory,
});
const log = createLog({ write: () => {} });
const clock = { now: () => Number(now) };
const { features, accounts } = await wire(config, openFeatures, { log, clock, microseconds: () => Number(now) * 1000 });
const { url } = await startServer(features, {
  log,
  version: '0',
  corsOrigin: undefined,
  authentication: { kind: 'basic', accounts },
  clock,
  host: '127.0.0.1',
  port: 0,
});
process.stdout.write(`${url}\n`);
process.stdin.resume().once('end', () => process.exit());
