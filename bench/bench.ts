// Runs all or the named measurements: `npm run bench -- core`. Figures are ratios within one run, since machines are
// shared and noisy; times and sizes are printed for orientation only.
const SUITES = [
  'core',
  'start',
  'stats',
  'tallies',
  'page',
  'evening',
  'load',
  'interchange',
  'episodes',
  'measure-files',
  'login',
];

const wanted = process.argv.slice(2);
for (const name of SUITES.filter((suite) => wanted.length === 0 || wanted.includes(suite))) {
  const { run } = (await import(`./${name}.ts`)) as { run: () => Promise<void> };
  console.log(`\n${name}`);
  await run();
}
