export default { files: ['test/e2e/**/*.test.ts'], extensions: ['ts'], timeout: '600s', concurrency: 1 };
