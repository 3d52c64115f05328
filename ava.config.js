import { availableParallelism } from 'node:os';
import { buildIfStale } from './scripts/build-if-stale.ts';

buildIfStale();

/** They begin first, so that none of them runs alone at the end. */
const SLOW = [
  'cli',
  'cli-prompts',
  'tallies',
  'file-facts',
  'store-sqlite',
  'cli-dates',
  'cli-trakt',
  'library-names',
  'lambda-bundle',
];
const place = (file) => SLOW.findIndex((name) => file.endsWith(`/${name}.test.ts`)) >>> 0;

export default {
  files: ['test/**/*.test.ts', '!test/crash/**', '!test/e2e/**', '!test/browser/**', '!test/together/**'],
  extensions: ['ts'],
  workerThreads: true,
  // Two more than processors, since tests also wait for processes and clocks.
  concurrency: availableParallelism() + 2,
  sortTestFiles: (one, other) => place(one) - place(other),
  timeout: '120s',
};
