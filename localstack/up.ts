import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { processEnvironment } from '../lib/core/config.ts';
import { buildLambda, LAMBDA_FOLDER } from '../scripts/build-lambda.ts';
import { startBackgroundEmulator, startEmulator, type Emulator } from './ministack.ts';
import { COMPOSE_FILE, DEFAULT_PORT, hasDocker, STATE_FILE } from './places.ts';
import { ensureStack } from './stack.ts';

// Creates the stack on the emulator at AWS_ENDPOINT_URL, else in Docker, else on MiniStack, and prints its URL.
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: String(DEFAULT_PORT) },
    'no-docker': { type: 'boolean', default: false },
  },
});
const environment = processEnvironment();
const tell = (text: string) => process.stderr.write(`${text}\n`);

tell('Building the functions…');
await buildLambda();
const emulator = await anEmulator();
tell(`Making the stack at ${emulator.endpoint}…`);
const { url, user } = await ensureStack(emulator, { environment, zips: LAMBDA_FOLDER });
tell(`Set IMMERSION_TRACKER_API_URL to the line below, and IMMERSION_TRACKER_USER=${user}.`);
if (!environment['IMMERSION_TRACKER_PASSWORD']) tell('Its password is “immersion”: it is for tests alone.');
process.stdout.write(`${url}\n`);

async function anEmulator(): Promise<Pick<Emulator, 'endpoint' | 'region' | 'credentials'>> {
  if (environment['AWS_ENDPOINT_URL']) return startEmulator();
  const port = Number(values.port);
  if (!values['no-docker'] && hasDocker()) {
    tell('Starting the emulator in Docker…');
    execFileSync('docker', ['compose', '--file', COMPOSE_FILE, 'up', '--detach', '--wait'], {
      // The container shouldn't create the stack, too.
      env: { ...environment, IMMERSION_SKIP_INIT: '1', IMMERSION_STACK_PORT: String(port) },
      stdio: ['ignore', 2, 2],
    });
    return startEmulator({ endpoint: `http://127.0.0.1:${port}` });
  }
  tell('Starting MiniStack…');
  const started = await startBackgroundEmulator({ stateFile: STATE_FILE, port });
  tell(`Its log is ${started.logFile}.`);
  return started;
}
