import together from './ava.together.config.js';

// The rules: no server and no process.
export default { ...together, files: ['test/together/rules.test.ts'] };
