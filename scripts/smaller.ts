import { builtinModules, createRequire } from 'node:module';
import path from 'node:path';
import type { Plugin } from 'esbuild';

const load = createRequire(import.meta.url);

/** Types that the API takes or answers, in a table of 2,500. */
const OUR_TYPES =
  /^(?:application\/(?:json|octet-stream|x-www-form-urlencoded)|image\/(?:jpeg|png|svg\+xml|webp)|text\/(?:html|plain))$/;

/** Packages that come in several versions, of which the first does for all. */
const ONCE = /^(?:http-errors|mime-types)$/;

const BUILTIN = new RegExp(`^(?:node:.*|${builtinModules.filter((name) => /^[a-z]/.test(name)).join('|')})$`);

/** What packages bring for what is never asked of them: a cache of addresses, a question that opens an editor, Node’s version. */
const NEVER_ASKED = /^(?:\.\/utils\/dns-cache\.js|@inquirer\/editor|semver)$/;

/** Replaces what packages bring for cases that do not occur here: 1.1 MB of tables, a parser of forms, ways of HTTP. */
export const smaller: Plugin = {
  name: 'smaller',
  setup(bundle) {
    // Imported as Node has them, all that they export is read: also what loads fetch, or opens the standard streams.
    bundle.onResolve({ filter: BUILTIN }, ({ path: name }) => ({ path: name, namespace: 'builtin' }));
    bundle.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path: name }) => ({
      contents: `module.exports = globalThis.process.getBuiltinModule('${name}');`,
    }));
    const standIn = (filter: RegExp, file: string) =>
      bundle.onResolve({ filter }, () => ({ path: path.join(import.meta.dirname, 'stand-ins', file) }));
    standIn(/^iconv-lite$/, 'iconv-lite.ts');
    standIn(/^cacheable-request$/, 'cacheable-request.ts');
    standIn(/^\.\/utils\/http2-client\.js$/, 'http2-client.ts');
    bundle.onResolve({ filter: /^qs$/ }, () => ({ path: 'node:querystring', namespace: 'builtin' }));
    bundle.onResolve({ filter: NEVER_ASKED }, ({ path: name }) => ({ path: name, namespace: 'never' }));
    bundle.onLoad({ filter: /.*/, namespace: 'never' }, () => ({ contents: 'export default class {}' }));
    bundle.onResolve({ filter: ONCE }, ({ path: name }) => ({ path: load.resolve(name) }));
    // They print where DEBUG is set, which it is not, and what packages would rather not be asked for.
    bundle.onResolve({ filter: /^(?:debug|depd)$/ }, ({ path: name }) => ({ path: name, namespace: 'silent' }));
    bundle.onLoad({ filter: /.*/, namespace: 'silent' }, () => ({
      contents: `module.exports = () => {
        const silent = (value) => value;
        return Object.assign(() => {}, { enabled: false, function: silent, property() {} });
      };`,
    }));
    // Its version is asked for, not how it is built.
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
