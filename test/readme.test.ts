import { readFileSync } from 'node:fs';
import test from 'ava';
import { readmeWithFacts } from '../scripts/readme-facts.ts';

test('README lists the commands, exit statuses and endpoints that there are', async (t) => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  t.is(await readmeWithFacts(readme, { withDemo: false }), readme);
});
