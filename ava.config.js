import { buildIfStale } from './scripts/build-if-stale.ts';

buildIfStale();

export default {
  files: ['test/**/*.test.ts', '!test/crash/**', '!test/e2e/**', '!test/browser/**'],
  extensions: ['ts'],
  workerThreads: true,
  timeout: '120s',
};
