import { execFileSync } from 'node:child_process';
import { copyFileSync, globSync, readFileSync, rmSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

// Bundles what the CLI loads, one entry per command with shared pieces split off, so that a command starts fast.
// Types go beside it; the manifest spares oclif the loading of every command.
const root = new URL('..', import.meta.url).pathname;

/** A CommonJS package in a chunk of its own would have a default export alone: its names, as Node finds them, are added. */
const namesOfPackages: Plugin = {
  name: 'names-of-packages',
  setup(bundle) {
    bundle.onResolve({ filter: /^[^.]/ }, async ({ path: specifier, kind, pluginData, ...place }) => {
      if (kind !== 'dynamic-import' || pluginData === 'resolved') return undefined;
      const { importer, resolveDir } = place;
      const { path: file, external } = await bundle.resolve(specifier, {
        kind,
        importer,
        resolveDir,
        pluginData: 'resolved',
      });
      const isCommonJs =
        !external && file.includes('node_modules') && !/^(?:import|export)\b/m.test(readFileSync(file, 'utf8'));
      return isCommonJs ? { path: file, namespace: 'package' } : undefined;
    });
    bundle.onLoad({ filter: /.*/, namespace: 'package' }, async ({ path: file }) => {
      const names = Object.keys((await import(pathToFileURL(file).href)) as object);
      const exported = names.filter((name) => name !== 'module.exports' && name !== '__esModule');
      return { contents: `export { ${exported.join(', ')} } from ${JSON.stringify(file)};`, resolveDir: root };
    });
  },
};

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
  plugins: [namesOfPackages],
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
