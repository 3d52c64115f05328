import { readFileSync, writeFileSync } from 'node:fs';
import { readmeWithFacts } from './readme-facts.ts';

const file = new URL('../README.md', import.meta.url);
writeFileSync(file, await readmeWithFacts(readFileSync(file, 'utf8'), { withDemo: true }));
