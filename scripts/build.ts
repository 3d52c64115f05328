import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { buildPage } from './build-page.ts';
import { noticesOf } from './notices.ts';
import { smaller } from './smaller.ts';

// Bundles the CLI into one file with lazy dynamic imports: loading a hundred files would take 60 ms longer. Rarely used
// packages are separate. The manifest saves oclif from loading every command.
const root = new URL('..', import.meta.url).pathname;

/** oclif finds commands by file name; each file re-exports a part of the bundle. */
const COMMANDS = globSync('commands/**/*.ts', { cwd: root });

/** Loaded before the command is known, each as its own file. */
const SMALL = ['bin/main.ts', 'lib/core/terminal/help.ts', 'lib/core/terminal/unknown-command.ts'];

/** Large packages by output file. Packages with shared internals share a file. */
const APART: Record<string, string[]> = {
  aws: ['@aws-sdk/client-dynamodb', '@aws-sdk/client-secrets-manager', '@aws-sdk/lib-dynamodb'],
  got: ['got'],
  oclif: ['@oclif/core'],
  ora: ['ora'],
  powertools: ['@aws-lambda-powertools/logger', '@aws-lambda-powertools/metrics'],
  prompts: ['@inquirer/prompts'],
  yauzl: ['yauzl'],
};
const NAMES_APART = new RegExp(`^(?:${Object.values(APART).flat().join('|')})$`);

/** Changes with everything that answers depend on. */
const SOURCES = globSync('{api,lib}/**/*.ts', { cwd: root }).sort();
const buildId = SOURCES.concat('package-lock.json')
  .reduce((hash, file) => hash.update(readFileSync(root + file)), createHash('sha256'))
  .digest('hex')
  .slice(0, 16);

const SHARED = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node24',
  // Keeps names for error stacks, and short lines, since Node prints the line of an error.
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 500,
  sourcemap: true,
  sourcesContent: false,
  metafile: true,
  // Find helper programs next to their own files.
  external: ['trash', 'xdg-trashdir'],
  logLevel: 'warning',
  define: { IMMERSION_BUILD: JSON.stringify(buildId) },
} satisfies BuildOptions;

/** Defines what CommonJS packages inside an ES module expect from Node. */
const BANNER = {
  js: "const { createRequire: __createRequire } = process.getBuiltinModule('node:module'); const { fileURLToPath: __fileURLToPath } = process.getBuiltinModule('node:url'); const require = __createRequire(import.meta.url); const __filename = __fileURLToPath(import.meta.url); const __dirname = __fileURLToPath(new URL('.', import.meta.url));",
};

/** Imports separate packages from their own files. */
const apart: Plugin = {
  name: 'apart',
  setup(bundle) {
    bundle.onResolve({ filter: NAMES_APART }, ({ path: name }) => ({ path: name, namespace: 'apart' }));
    bundle.onLoad({ filter: /.*/, namespace: 'apart' }, async ({ path: name }) => {
      const [file] = Object.entries(APART).find(([, names]) => names.includes(name)) ?? [];
      const names = Object.keys((await import(name)) as object).filter((one) => /^(?!default$)[a-z]\w*$/i.test(one));
      // All files of the CLI find the package by its path.
      return {
        contents: `
          const all = require(__dirname.replace(/(.*[\\/]dist[\\/]).*/, '$1packages/${file}.cjs'))['${name}'];
          export default all.__esModule && all.default ? all.default : all;
          export const { ${names.join(', ')} } = all;`,
      };
    });
  },
};

rmSync(`${root}dist`, { recursive: true, force: true });
// The API's bundle includes the page.
await buildPage();
const named = (file: string) => file.replace(/\.ts$/, '');
const bundles = await Promise.all([
  build({
    ...SHARED,
    stdin: {
      contents: `export const commands = {\n${COMMANDS.map((file) => `'${named(file)}': () => import('./${file}'),`).join('\n')}\n};`,
      sourcefile: 'commands.ts',
      resolveDir: root,
      loader: 'ts',
    },
    outfile: 'dist/commands.js',
    format: 'esm',
    banner: BANNER,
    plugins: [apart, smaller],
  }),
  build({
    ...SHARED,
    entryPoints: SMALL,
    outdir: 'dist',
    outbase: '.',
    format: 'esm',
    banner: BANNER,
    plugins: [apart, smaller],
  }),
  // Runs in a worker thread.
  build({
    ...SHARED,
    entryPoints: ['lib/folder/media-worker.ts'],
    outfile: 'dist/lib/folder/media-worker.js',
    format: 'esm',
    banner: BANNER,
    // esbuild would choose the variant for browsers.
    alias: { 'mediainfo.js': `${root}node_modules/mediainfo.js/dist/esm/index.js` },
  }),
  ...Object.entries(APART).map(([file, names]) =>
    build({
      ...SHARED,
      stdin: { contents: names.map((name) => `exports['${name}'] = require('${name}');`).join('\n'), resolveDir: root },
      outfile: `dist/packages/${file}.cjs`,
      format: 'cjs',
      plugins: [smaller],
    }),
  ),
]);
for (const file of COMMANDS.map(named)) {
  const folder = path.dirname(file);
  mkdirSync(`${root}dist/${folder}`, { recursive: true });
  writeFileSync(
    `${root}dist/${file}.js`,
    `import { commands } from '${path.relative(folder, 'commands.js')}';\nexport default (await commands['${file}']()).default;\n`,
  );
}
const metafiles = bundles.map(({ metafile }) => metafile);
writeFileSync(`${root}dist/licenses.txt`, noticesOf(metafiles, ['preact'], root));
copyFileSync(
  `${root}node_modules/mediainfo.js/dist/MediaInfoModule.wasm`,
  `${root}dist/lib/folder/MediaInfoModule.wasm`,
);
execFileSync(process.execPath, [`${root}node_modules/oclif/bin/run.js`, 'manifest'], { cwd: root, stdio: 'inherit' });
// Every command reads it.
const manifest = `${root}oclif.manifest.json`;
writeFileSync(manifest, JSON.stringify(JSON.parse(readFileSync(manifest, 'utf8'))));
