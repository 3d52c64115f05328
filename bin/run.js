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
  if (process.argv[2] === 'serve') limitYoungGeneration();
  if (['progress', 'stats'].includes(process.argv[2])) hurry();
  const { createRequire, enableCompileCache } = process.getBuiltinModule('node:module');
  enableCompileCache?.();
  const { load } = createRequire(import.meta.url)('../dist/bin/load.cjs');
  await load('cli').main();
}

/**
 * Becomes the same process with a limit that Node only takes at its start. Otherwise the garbage of a server over
 * 100,000 viewings would take up to 200 MB more.
 */
function limitYoungGeneration() {
  const { execArgv, execPath, argv, env, platform } = process;
  const isSet = [...execArgv, env.NODE_OPTIONS ?? ''].some((option) => option.includes('-semi-space-size'));
  if (isSet || platform === 'win32' || !process.execve) return;
  process.execve(execPath, [execPath, '--max-semi-space-size=16', ...execArgv, ...argv.slice(1)], env);
}

/**
 * Leaves out what pays off only in longer runs, a sixth of the processor time over 10,000 viewings: marking garbage in
 * other threads, and V8's slower optimizing compiler (its quicker one stays).
 */
function hurry() {
  if (process.versions.deno) return;
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  for (const flag of ['--no-incremental-marking', '--no-opt']) setFlagsFromString(flag);
}
