import { buildIfStale } from './scripts/build-if-stale.ts';

buildIfStale();

export default { files: ['test/crash/**/*.test.ts'], extensions: ['ts'], timeout: '600s', concurrency: 1 };
