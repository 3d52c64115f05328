import { execFileSync } from 'node:child_process';
import { copyFileSync, globSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

// Bundles what the CLI loads, one entry per command with shared pieces split off, so that a command starts fast.
// Types go beside it; the manifest spares oclif the loading of every command.
const root = new URL('..', import.meta.url).pathname;
rmSync(`${root}dist`, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: [
    'bin/main.ts',
    'lib/core/terminal/help.ts',
    'lib/core/terminal/unknown-command.ts',
    'lib/folder/media-worker.ts',
    ...globSync('commands/**/*.ts', { cwd: root }),
  ],
  outdir: 'dist',
  outbase: '.',
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node24',
  sourcemap: true,
  sourcesContent: false,
  // CommonJS packages inside an ES module look for what Node gives only to CommonJS.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; import { fileURLToPath as __fileURLToPath } from 'node:url'; const require = __createRequire(import.meta.url); const __filename = __fileURLToPath(import.meta.url); const __dirname = __fileURLToPath(new URL('.', import.meta.url));",
  },
  // esbuild would take the kind for browsers.
  alias: { 'mediainfo.js': `${root}node_modules/mediainfo.js/dist/esm/index.js` },
  // trash brings helper programs that it finds beside its own files.
  external: ['trash'],
  logLevel: 'warning',
});
copyFileSync(
  `${root}node_modules/mediainfo.js/dist/MediaInfoModule.wasm`,
  `${root}dist/lib/folder/MediaInfoModule.wasm`,
);
const tool = (name: string, ...args: string[]) =>
  execFileSync(process.execPath, [`${root}node_modules/${name}`, ...args], { cwd: root, stdio: 'inherit' });
tool('typescript/bin/tsc', '--project', 'tsconfig.build.json');
tool('oclif/bin/run.js', 'manifest');
