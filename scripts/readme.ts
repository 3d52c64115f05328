import { writeFileSync } from 'node:fs';
import { pagesWithFacts } from './readme-facts.ts';

for (const { file, written } of await pagesWithFacts({ withDemo: true })) writeFileSync(file, written);
