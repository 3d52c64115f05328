import { readFileSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import path from 'node:path';
import type { Plugin } from 'esbuild';

const ROOT = path.join(import.meta.dirname, '..');
const load = createRequire(import.meta.url);

/** Content types of the API, from a table of 2,500. */
const OUR_TYPES =
  /^(?:application\/(?:json|octet-stream|x-www-form-urlencoded)|image\/(?:jpeg|png|svg\+xml|webp)|text\/(?:html|plain))$/;

/** Packages in several versions, of which the first is enough. */
const ONCE = /^(?:http-errors|mime-types)$/;

const BUILTIN = new RegExp(`^(?:node:.*|${builtinModules.filter((name) => /^[a-z]/.test(name)).join('|')})$`);

/** Functions that oclif imports but calls only without a manifest, or for plugins. */
const LATE_CALLS: Record<string, string> = { minimatch: 'minimatch', tinyglobby: 'glob' };
const LATE = new RegExp(`^(?:${Object.keys(LATE_CALLS).join('|')})$`);

/** Builtins that most commands import but never use; together they take a quarter of the time that bare Node needs. */
const LATE_BUILTINS = /^(?:node:)?(?:child_process|crypto|http|https|perf_hooks|readline|zlib)$/;

const builtin = (name: string): string => `globalThis.process.getBuiltinModule('${name}')`;

/** Exports of a builtin that load it on first use. */
const whenUsed = (name: string): string => `
  for (const name of ${JSON.stringify(Object.keys(load(name) as object))}) {
    Object.defineProperty(exports, name, { enumerable: true, get: () => ${builtin(name)}[name] });
  }`;

/** Unused parts of packages: a DNS cache, an editor prompt, a check of Node’s version. */
const NEVER_ASKED = /^(?:\.\/utils\/dns-cache\.js|@inquirer\/editor|semver)$/;

/** Removes unused parts of packages: 1.1 MB of tables, a form parser, HTTP variants. */
export const smaller: Plugin = {
  name: 'smaller',
  setup(bundle) {
    // Importing all exports of builtins would load fetch and open the standard streams.
    bundle.onResolve({ filter: BUILTIN }, ({ path: name }) => ({ path: name, namespace: 'builtin' }));
    bundle.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path: name }) => ({
      contents: LATE_BUILTINS.test(name) ? whenUsed(name) : `module.exports = ${builtin(name)};`,
    }));
    const standIn = (filter: RegExp, file: string) =>
      bundle.onResolve({ filter }, () => ({ path: path.join(import.meta.dirname, 'stand-ins', file) }));
    standIn(/^iconv-lite$/, 'iconv-lite.ts');
    standIn(/^wsl-utils$/, 'wsl-utils.ts');
    standIn(/^cacheable-request$/, 'cacheable-request.ts');
    standIn(/^\.\/utils\/http2-client\.js$/, 'http2-client.ts');
    bundle.onResolve({ filter: /^qs$/ }, () => ({ path: 'node:querystring', namespace: 'builtin' }));
    bundle.onResolve({ filter: LATE }, ({ path: name, namespace }) =>
      namespace === 'late' ? undefined : { path: name, namespace: 'late' },
    );
    bundle.onLoad({ filter: /.*/, namespace: 'late' }, ({ path: name }) => {
      const called = LATE_CALLS[name] ?? '';
      return {
        contents: `exports.${called} = (...values) => require('${name}').${called}(...values);`,
        resolveDir: ROOT,
      };
    });
    bundle.onResolve({ filter: NEVER_ASKED }, ({ path: name }) => ({ path: name, namespace: 'never' }));
    bundle.onLoad({ filter: /.*/, namespace: 'never' }, () => ({ contents: 'export default class {}' }));
    bundle.onResolve({ filter: ONCE }, ({ path: name }) => ({ path: load.resolve(name) }));
    // Only print with DEBUG or for deprecations.
    bundle.onResolve({ filter: /^(?:debug|depd)$/ }, ({ path: name }) => ({ path: name, namespace: 'silent' }));
    bundle.onLoad({ filter: /.*/, namespace: 'silent' }, () => ({
      contents: `module.exports = () => {
        const silent = (value) => value;
        return Object.assign(() => {}, { enabled: false, function: silent, property() {} });
      };`,
    }));
    // Names of commands are ASCII, and the first comparison by language takes a quarter of the time of bare Node.
    bundle.onLoad({ filter: /@oclif\/core\/lib\/config\/plugin\.js$/ }, ({ path: file }) => {
      const [before, after, more] = readFileSync(file, 'utf8').split('a.id.localeCompare(b.id)');
      if (after === undefined || more !== undefined) throw new Error(`${file} sorts commands in another way by now.`);
      return { contents: `${before}(a.id < b.id ? -1 : 1)${after}` };
    });
    // Only the version is needed.
    bundle.onLoad({ filter: /^.*package\.json$/ }, ({ path: file }) => ({
      contents: JSON.stringify({ version: (load(file) as { version: string }).version }),
      loader: 'json',
    }));
    bundle.onResolve({ filter: /^mime-db$/ }, () => ({ path: 'mime-db', namespace: 'smaller' }));
    bundle.onLoad({ filter: /.*/, namespace: 'smaller' }, () => {
      const all = load('mime-db') as Record<string, object>;
      const ours = Object.entries(all).filter(([type]) => OUR_TYPES.test(type));
      return { contents: JSON.stringify(Object.fromEntries(ours)), loader: 'json' };
    });
  },
};
