#!/usr/bin/env node
import module from 'node:module';
import process from 'node:process';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
  process.stderr.write(
    `immersion needs Node.js 24.15 or newer; this is ${process.versions.node}.\n  → Install it from https://nodejs.org, or run npx immersion inside the project.\n`,
  );
  process.exit(1);
}
module.enableCompileCache?.();
const { main } = await import('../dist/bin/main.js');
await main();
