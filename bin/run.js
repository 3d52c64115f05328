#!/usr/bin/env node
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
  process.stderr.write(
    `immersion needs Node.js 24.15 or newer; this is ${process.versions.node}.\n  → Install it from https://nodejs.org, or run npx immersion inside the project.\n`,
  );
  process.exit(1);
}
if (process.argv.length === 3 && process.argv[2] === '--version') {
  // As oclif says it, without loading it.
  const { readFileSync } = process.getBuiltinModule('node:fs');
  const { name, version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  process.stdout.write(`${name}/${version} ${process.platform}-${process.arch} node-${process.version}\n`);
} else {
  process.getBuiltinModule('node:module').enableCompileCache?.();
  const { main } = await import('../dist/bin/main.js');
  await main();
}
