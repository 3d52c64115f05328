// Runs every measurement, or those named: `npm run bench -- core`. Figures are ratios within one run, since machines are
// shared and noisy; times and sizes are printed for orientation only.
import { readdirSync } from 'node:fs';

const wanted = process.argv.slice(2);
const modules = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.ts') && !['bench.ts', 'measure.ts', 'aws.ts'].includes(name))
  .filter((name) => wanted.length === 0 || wanted.includes(name.replace(/\.ts$/, '')));
for (const name of modules) {
  const { run } = (await import(`./${name}`)) as { run: () => Promise<void> };
  console.log(`\n${name.replace(/\.ts$/, '')}`);
  await run();
}
