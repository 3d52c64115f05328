import { availableParallelism } from 'node:os';
import { buildIfStale } from './scripts/build-if-stale.ts';

buildIfStale();

/** They begin first, so that none of them runs alone at the end. */
const SLOW = [
  'cli',
  'cli-prompts',
  'store-errors',
  'tallies',
  'file-facts',
  'users',
  'cli-trakt',
  'store-sqlite',
  'cli-dates',
  'library-names',
  'lambda-bundle',
  'telemetry',
  'server-storm',
  'doctor',
  'store-dynamodb',
];
const place = (file) => SLOW.findIndex((name) => file.endsWith(`/${name}.test.ts`)) >>> 0;

export default {
  files: ['test/**/*.test.ts', '!test/crash/**', '!test/e2e/**', '!test/browser/**', '!test/together/**'],
  extensions: ['ts'],
  workerThreads: true,
  // Three more than processors, since tests also wait for processes and clocks.
  concurrency: availableParallelism() + 3,
  sortTestFiles: (one, other) => place(one) - place(other),
  timeout: '120s',
};
