import path from 'node:path';
import { processEnvironment } from '../lib/core/config.ts';
import { ensureStack } from './stack.ts';

// Runs in the emulator's container when it is ready: creates the stack and prints its URL for the host.
const environment = processEnvironment();
const { url } = await ensureStack(
  {
    endpoint: 'http://127.0.0.1:4566',
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  },
  { environment, zips: path.join(import.meta.dirname, '..', 'lambda') },
);
process.stdout.write(`${url.replace(':4566', `:${environment['IMMERSION_STACK_PORT'] ?? '4566'}`)}\n`);
