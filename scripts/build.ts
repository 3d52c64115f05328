import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, type BuildOptions, type BuildResult, type Plugin } from 'esbuild';
import { buildPage } from './build-page.ts';
import { noticesOf } from './notices.ts';
import { smaller } from './smaller.ts';

// Bundles the CLI into two files whose parts run when required: loading a hundred files would take 60 ms longer. Rarely
// used packages are separate. The manifest saves oclif from loading every command.
const root = new URL('..', import.meta.url).pathname;

/** Parts of the bundle by file. The first is loaded before the command is known. */
const PARTS = {
  cli: ['lib/core/terminal/help.ts', 'lib/core/terminal/unknown-command.ts'],
  commands: globSync('commands/**/*.ts', { cwd: root }),
};

/** Large packages by output file. Packages with shared internals share a file. */
const APART: Record<string, string[]> = {
  aws: ['@aws-sdk/client-dynamodb', '@aws-sdk/client-secrets-manager', '@aws-sdk/lib-dynamodb'],
  got: ['got'],
  ora: ['ora'],
  powertools: ['@aws-lambda-powertools/logger', '@aws-lambda-powertools/metrics'],
  prompts: ['@inquirer/prompts'],
  yauzl: ['yauzl'],
};
/** In the file that is loaded first. */
const OCLIF = '@oclif/core';
const NAMES_APART = new RegExp(`^(?:${[OCLIF, ...Object.values(APART).flat()].join('|')})$`);

/** Changes with everything that answers depend on. */
const SOURCES = globSync('{api,lib}/**/*.ts', { cwd: root }).sort();
const buildId = hashOf(...SOURCES, 'package-lock.json');

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

/** Defines what CommonJS packages inside an ES module expect from Node, for the worker thread. */
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
      return {
        contents: `
          const all = ${name === OCLIF ? "require(__dirname + '/bin/load.cjs').load('cli').oclif" : `require(__dirname + '/packages/${file}.cjs')['${name}']`};
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
  buildParts('cli', "exports.main = () => require('./bin/main.ts').main(); exports.oclif = require('@oclif/core');"),
  buildParts('commands'),
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
      stdin: {
        contents: names.map((name) => `exports['${name}'] = require('${name}');`).join('\n'),
        resolveDir: root,
      },
      outfile: `dist/packages/${file}.cjs`,
      format: 'cjs',
      plugins: [smaller],
    }),
  ),
]);
const loading = await build({
  ...SHARED,
  entryPoints: ['bin/load.ts'],
  outfile: 'dist/bin/load.cjs',
  format: 'cjs',
  define: {
    'import.meta.dirname': '__dirname',
    IMMERSION_CODE: JSON.stringify({ cli: hashOf('dist/cli.cjs'), commands: hashOf('dist/commands.cjs') }),
  },
  plugins: [smaller],
});
// oclif finds commands by file name.
for (const [name, files] of Object.entries(PARTS)) {
  for (const file of files.map(named)) {
    const folder = path.dirname(file);
    mkdirSync(`${root}dist/${folder}`, { recursive: true });
    writeFileSync(
      `${root}dist/${file}.cjs`,
      `module.exports = require('${path.relative(folder, 'bin/load.cjs')}').load('${name}').parts['${file}']();\n`,
    );
  }
}
const metafiles = [...bundles, loading].map(({ metafile }) => metafile);
writeFileSync(`${root}dist/licenses.txt`, noticesOf(metafiles, ['preact'], root));
copyFileSync(
  `${root}node_modules/mediainfo.js/dist/MediaInfoModule.wasm`,
  `${root}dist/lib/folder/MediaInfoModule.wasm`,
);
execFileSync(process.execPath, [`${root}node_modules/oclif/bin/run.js`, 'manifest'], { cwd: root, stdio: 'inherit' });
// Every command reads it.
const manifest = `${root}oclif.manifest.json`;
writeFileSync(manifest, JSON.stringify(JSON.parse(readFileSync(manifest, 'utf8'))));

/** A file whose parts run when required. In ASCII, since Node reads and keeps that much faster. */
async function buildParts(name: keyof typeof PARTS, more = ''): Promise<BuildResult<typeof SHARED>> {
  const parts = PARTS[name].map((file) => `'${named(file)}': () => require('./${file}'),`);
  const file = `dist/${name}.cjs`;
  const built = await build({
    ...SHARED,
    stdin: {
      contents: `${more} exports.parts = { ${parts.join(' ')} };`,
      sourcefile: `${name}.ts`,
      resolveDir: root,
      loader: 'ts',
    },
    outfile: file,
    format: 'cjs',
    // Unlike imports, `require` works in kept code. Without raw templates, any character can be escaped.
    supported: { 'dynamic-import': false, 'template-literal': false },
    banner: { js: "'use strict'; const __url = require('node:url').pathToFileURL(__filename).href;" },
    define: { ...SHARED.define, 'import.meta.url': '__url' },
    plugins: name === 'cli' ? [smaller] : [apart, smaller],
  });
  const escaped = (one: string) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;
  writeFileSync(root + file, readFileSync(root + file, 'utf8').replaceAll(/[^\0-\x7F]/g, escaped));
  return built;
}

function hashOf(...files: string[]): string {
  return files
    .reduce((hash, file) => hash.update(readFileSync(root + file)), createHash('sha256'))
    .digest('hex')
    .slice(0, 16);
}
