import { buildIfStale } from './scripts/build-if-stale.ts';

buildIfStale();

export default { files: ['test/browser/**/*.test.ts'], extensions: ['ts'], timeout: '300s', concurrency: 1 };
