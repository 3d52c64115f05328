import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';
import { zipSync } from 'fflate';
import type { PageFile } from './build-page.ts';
import { smaller } from './smaller.ts';

/** The Lambda functions, bundled from `api/<source>.ts`. */
const SOURCES = { api: 'lambda', authorizer: 'authorizer', tick: 'tick' };
export type FunctionName = keyof typeof SOURCES;
export const FUNCTION_NAMES = Object.keys(SOURCES) as FunctionName[];

const ROOT = path.join(import.meta.dirname, '..');
/** The output of `npm run build:lambda`, read by Terraform. */
export const LAMBDA_FOLDER = path.join(ROOT, 'build', 'lambda');

/** The earliest time in a ZIP, for reproducible builds. */
const NO_TIME = new Date(1980, 0, 1);

const REQUIRE =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

const SHARED = {
  absWorkingDir: ROOT,
  bundle: true,
  minify: true,
  // Unescaped Japanese is half as long.
  charset: 'utf8',
  format: 'esm',
  platform: 'node',
  // If node_modules is a link, its target would be in the source map.
  preserveSymlinks: true,
  logLevel: 'warning',
} as const;

const BUNDLED = {
  ...SHARED,
  write: false,
  // The oldest runtime that Terraform's variable allows.
  target: 'node22',
  banner: { js: REQUIRE },
} as const;

/** Modules that need a persistent disk or local programs, and are loaded lazily. */
const FOR_A_DISK = /\/(?:sqlite(?:-\w+)?|images-client|token-key|yt-dlp(?:-\w+)?)\.ts$/;

/** Parts of packages for other services and frameworks. */
const OF_OTHER_SERVICES = /^\.\/(?:azure\/[\w-]+|aws\/(?:[b-z][\w-]+|alb|api-gateway-v2)|express|hapi)$/;

/** Removes code that can't run behind a gateway. */
const withoutDisk: Plugin = {
  name: 'without-disk',
  setup(bundle) {
    bundle.onResolve({ filter: FOR_A_DISK }, ({ path: file }) => ({ path: file, namespace: 'disk' }));
    bundle.onLoad({ filter: /.*/, namespace: 'disk' }, ({ path: file }) => ({
      contents: `throw new Error('A Lambda function has no disk for ${path.basename(file, '.ts')}.')`,
    }));
    bundle.onResolve({ filter: OF_OTHER_SERVICES }, ({ path: name }) => ({ path: name, namespace: 'other' }));
    bundle.onLoad({ filter: /.*/, namespace: 'other' }, () => ({ contents: 'export default class {}' }));
  },
};

/** Modules that few requests need, in separate files next to the function. */
const OWN_FILES: { name: string; imported: RegExp; content: () => Promise<Uint8Array> }[] = [
  {
    name: 'page.json',
    imported: /\/dist\/web\/page\.json$/,
    async content() {
      const files = JSON.parse(readFileSync(path.join(ROOT, 'dist', 'web', 'page.json'), 'utf8')) as PageFile[];
      // The gateway treats compressed bodies as text, so none are sent.
      return Buffer.from(JSON.stringify(files.map((file) => ({ ...file, gzip: '', brotli: '' }))));
    },
  },
  {
    name: 'got.mjs',
    imported: /^got$/,
    async content() {
      const { outputFiles } = await build({
        ...BUNDLED,
        stdin: { contents: "export { default } from 'got';", resolveDir: ROOT },
        plugins: [smaller],
      });
      return outputFiles[0]?.contents ?? new Uint8Array();
    },
  },
];

/** Excludes modules with a file of their own, and adds their names to `found`. */
const besides = (found: Set<string>): Plugin => ({
  name: 'own-files',
  setup(bundle) {
    for (const { name, imported } of OWN_FILES) {
      bundle.onResolve({ filter: imported }, ({ kind }) => {
        if (kind !== 'dynamic-import') return undefined;
        found.add(name);
        return { path: `./${name}`, external: true };
      });
    }
  },
});

/** A function as one file with a source map, and the files it loads on demand. `externals` are excluded. */
export const bundleFunction = (name: FunctionName, externals: string[] = []): Promise<Record<string, Uint8Array>> =>
  bundleEntry(`api/${SOURCES[name]}.ts`, externals);

/** Bundles any source file like a function. */
export async function bundleEntry(entry: string, externals: string[] = []): Promise<Record<string, Uint8Array>> {
  const found = new Set<string>();
  const { outputFiles } = await build({
    ...BUNDLED,
    entryPoints: { index: entry },
    // Sources in source maps are relative to this, wherever the files end up.
    outdir: path.join(LAMBDA_FOLDER, 'function'),
    outExtension: { '.js': '.mjs' },
    external: externals,
    plugins: [besides(found), withoutDisk, smaller],
    sourcemap: true,
    sourcesContent: false,
  });
  const bundled = outputFiles.map(({ path: file, contents }) => [path.basename(file), contents] as const);
  const own = OWN_FILES.filter(({ name }) => found.has(name));
  return Object.fromEntries([
    ...bundled,
    ...(await Promise.all(own.map(async ({ name, content }) => [name, await content()] as const))),
  ]);
}

/** Bundles each function and zips it into `<folder>/<name>.zip`. Returns the bundles' sizes. */
export async function buildLambda(
  folder = LAMBDA_FOLDER,
): Promise<{ name: FunctionName; zip: string; bytes: number }[]> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return Promise.all(
    FUNCTION_NAMES.map(async (name) => {
      const files = await bundleFunction(name);
      const zip = path.join(folder, `${name}.zip`);
      await writeFile(zip, zipSync(files, { level: 6, mtime: NO_TIME }));
      return {
        name,
        zip,
        bytes: Object.entries(files).reduce(
          (sum, [file, { byteLength }]) => sum + (file.endsWith('.map') ? 0 : byteLength),
          0,
        ),
      };
    }),
  );
}

/** The stack script as one file, for the emulator's container. */
async function bundleStackScript(): Promise<void> {
  await build({
    ...SHARED,
    entryPoints: ['localstack/init.ts'],
    outfile: path.join(ROOT, 'build', 'stack', 'init.mjs'),
    target: 'node20',
    banner: { js: REQUIRE },
  });
}

if (import.meta.main) {
  for (const { zip, bytes } of await buildLambda()) {
    process.stdout.write(`${path.relative(process.cwd(), zip)}: ${Math.round(bytes / 1000)} kB of code\n`);
  }
  await bundleStackScript();
}
