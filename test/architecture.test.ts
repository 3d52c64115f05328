import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';

const ROOT = path.resolve(import.meta.dirname, '..');
const SOURCE_FOLDERS = ['api', 'bin', 'commands', 'lib'];

interface Import {
  specifier: string;
  typeOnly: boolean;
}

/** Who may import what of this project. The first row whose `from` fits decides. */
interface Row {
  from: RegExp;
  may: RegExp[];
  /** May be imported as types only. */
  types?: RegExp[];
}

const DOMAIN = /^lib\/domain\//;
const CONTRACT = /^lib\/contract\//;
const CLI = /^lib\/cli\//;
const CONFIG = /^lib\/config\.ts$/;
const LOG = /^lib\/(log|telemetry)\.ts$/;
const FOLDER = /^lib\/folder\//;
const SERVER = /^api\/server\.ts$/;
const WIRING = /^lib\/wiring(-\w+)?\.ts$/;
const SERVICES = /^lib\/services\//;
const PORTS = /^lib\/(services\/ports|store\/store)\.ts$/;

const ROWS: Row[] = [
  { from: /^bin\//, may: [/^package\.json$/, /^dist\/bin\//] },
  { from: /^commands\/serve\.ts$/, may: [CLI, DOMAIN, CONTRACT, SERVER], types: [CONFIG] },
  // The demo runs the real commands.
  { from: /^commands\/demo\.ts$/, may: [CLI, DOMAIN, CONTRACT, /^commands\/(progress|show|sync)\.ts$/] },
  { from: /^commands\/(user|tables|doctor)(\/.+)?\.ts$/, may: [CLI, DOMAIN, CONTRACT, WIRING] },
  { from: /^commands\//, may: [CLI, DOMAIN, CONTRACT] },
  { from: /^lib\/cli\/embedded\.ts$/, may: [CLI, DOMAIN, CONTRACT, CONFIG, SERVER] },
  { from: CLI, may: [CLI, FOLDER, DOMAIN, CONTRACT, CONFIG] },
  { from: FOLDER, may: [FOLDER] },
  {
    from: /^api\/(routes\/.+|middleware\/.+|app|docs-page)\.ts$/,
    may: [/^api\/(routes|middleware)\//, /^api\/docs-page\.ts$/, CONTRACT, DOMAIN],
    types: [SERVICES],
  },
  {
    // An address that cannot be had is an error of lib/domain, and whoever starts the app says where its log goes.
    from: /^api\/(server|lambda|tick|authorizer)\.ts$/,
    may: [/^api\/app\.ts$/, WIRING, CONFIG, DOMAIN, LOG],
    types: [SERVICES],
  },
  // Keys, and the way from an item to a noun and back, have their one place beside the port.
  {
    from: SERVICES,
    may: [SERVICES, DOMAIN, PORTS, /^lib\/store\/((catalog|library|run|tmdb|trakt)-)?items\.ts$/],
    types: [CONTRACT],
  },
  { from: /^lib\/store\//, may: [DOMAIN, PORTS, /^lib\/store\/(items|limits)\.ts$/] },
  { from: /^lib\/providers\//, may: [DOMAIN, PORTS, /^lib\/providers\/(http|pacer|tokens)\.ts$/] },
  { from: DOMAIN, may: [DOMAIN] },
  { from: CONTRACT, may: [CONTRACT, DOMAIN] },
  { from: WIRING, may: [/^lib\/(?!cli\/)/] },
  { from: CONFIG, may: [DOMAIN, /^package\.json$/] },
  { from: LOG, may: [LOG], types: [PORTS] },
];

/** Packages that belong to one edge. All others may be imported anywhere but in lib/domain. */
const PACKAGES: { name: RegExp; from: RegExp }[] = [
  { name: /^got$/, from: /^lib\/providers\/http\.ts$/ },
  { name: /^@aws-lambda-powertools\//, from: /^lib\/telemetry\.ts$/ },
  { name: /^ky$/, from: /^lib\/cli\/api-client\.ts$/ },
  { name: /^@aws-sdk\//, from: /^(lib\/(store|providers)\/|lib\/wiring\.ts$|api\/(lambda|authorizer|tick)\.ts$)/ },
  { name: /^node:sqlite$/, from: /^lib\/(store\/.+|cli\/journal\.ts$)/ },
  { name: /^(koa|koa-bodyparser|@koa\/.+)$/, from: /^api\// },
  { name: /^(mediabunny|mediainfo\.js)$/, from: FOLDER },
  { name: /^@inquirer\//, from: CLI },
  { name: /^@oclif\//, from: /^(bin|commands|lib\/cli)\// },
];

/** The imports of a source text, static and dynamic, in the shape that prettier gives them. */
function importsOf(source: string): Import[] {
  const code = withoutComments(source);
  const fixed = code.matchAll(/^(?:import|export)\s+(type\s+)?(?:[\w*$\s{},]+?\s+from\s+)?'([^']+)'/gm);
  const dynamic = code.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g);
  return [
    ...fixed.map(([, type, specifier = '']) => ({ specifier, typeOnly: type !== undefined })),
    ...dynamic.map(([, specifier = '']) => ({ specifier, typeOnly: false })),
  ];
}

const withoutComments = (source: string): string =>
  source.replaceAll(/\/\*.*?\*\//gs, '').replaceAll(/(^|\s)\/\/.*$/gm, '$1');

/** Every import of a file that the tables above forbid, as `file → import`. */
function forbiddenImports(file: string, source: string): string[] {
  const row = ROWS.find(({ from }) => from.test(file));
  if (!row) return [`${file} is in no row of the table`];
  return importsOf(source)
    .filter(({ specifier, typeOnly }) => {
      if (!specifier.startsWith('.')) return isForbiddenPackage(file, specifier);
      const target = path.posix.join(path.posix.dirname(file), specifier);
      const allowed = [...row.may, ...(typeOnly ? (row.types ?? []) : [])];
      return !isSameAdapter(file, target) && !allowed.some((pattern) => pattern.test(target));
    })
    .map(({ specifier, typeOnly }) => {
      const target = specifier.startsWith('.') ? path.posix.join(path.posix.dirname(file), specifier) : specifier;
      return `${file} → ${target}${typeOnly ? ' (type)' : ''}`;
    });
}

/** An adapter may have several files with one first word: `dynamodb.ts`, `dynamodb-table.ts`. */
function isSameAdapter(file: string, target: string): boolean {
  const adapter = /^lib\/(?:store|providers)\/\w+/;
  return adapter.exec(file)?.[0] === (adapter.exec(target)?.[0] ?? '');
}

function isForbiddenPackage(file: string, specifier: string): boolean {
  if (DOMAIN.test(file)) return specifier !== 'luxon';
  if (CONTRACT.test(file)) return specifier !== 'zod';
  return PACKAGES.some(({ name, from }) => name.test(specifier) && !from.test(file));
}

/** What a rule may not touch: the clock, chance, the process, and the zone of the computer. */
const IMPURE =
  /\bDate\.now\b|\bnew Date\(\s*\)|\bDateTime\.(?:now|local|utc)\(\s*\)|\bperformance\b|\bMath\.random\b|\bprocess\b|\bset(?:Timeout|Interval|Immediate)\b|\bfetch\(|\bconsole\b/;

const ENVIRONMENT = /\bprocess\s*(?:\?\.|\.)\s*env\b|\bprocess\[|\bimport\.meta\.env\b|\benv\b.*from 'node:process'/;

function sources(): { file: string; source: string }[] {
  return SOURCE_FOLDERS.flatMap((folder) => {
    const absolute = path.join(ROOT, folder);
    const names = readdirSync(ROOT).includes(folder)
      ? readdirSync(absolute, { recursive: true, encoding: 'utf8' })
      : [];
    return names
      .filter((name) => /\.[jt]s$/.test(name))
      .map((name) => path.posix.join(folder, name.replaceAll(path.sep, '/')))
      .map((file) => ({ file, source: readFileSync(path.join(ROOT, file), 'utf8') }));
  });
}

test('every import keeps to the table of who may import whom', (t) => {
  const all = sources();
  t.true(all.length > 40, 'the sources are found');
  t.deepEqual(
    all.flatMap(({ file, source }) => forbiddenImports(file, source)),
    [],
  );
});

test('only lib/config.ts reads the environment', (t) => {
  const readers = sources().filter(({ source }) => ENVIRONMENT.test(withoutComments(source)));
  t.deepEqual(
    readers.map(({ file }) => file),
    ['lib/config.ts'],
  );
});

test('rules in lib/domain touch no clock, no chance and no process', (t) => {
  const impure = sources()
    .filter(({ file }) => DOMAIN.test(file))
    .flatMap(({ file, source }) => {
      const found = IMPURE.exec(withoutComments(source));
      return found ? [`${file}: ${found[0]}`] : [];
    });
  t.deepEqual(impure, []);
});

test('a file in commands/ is one command and, beside it, types only', (t) => {
  const strays = sources()
    .filter(({ file }) => file.startsWith('commands/'))
    .filter(({ source }) => !isOneCommand(source))
    .map(({ file }) => file);
  t.deepEqual(strays, []);
});

function isOneCommand(source: string): boolean {
  const kept = withoutComments(source);
  const exports = [...kept.matchAll(/^export\s+(.*)$/gm)].map(([, what = '']) => what);
  const commands = exports.filter((what) => /^default class \w+ extends \w*Command\b/.test(what));
  return commands.length === 1 && exports.every((what) => commands.includes(what) || /^(type|interface)\b/.test(what));
}

for (const [source, expected] of [
  ["import path from 'node:path';", [{ specifier: 'node:path', typeOnly: false }]],
  ["import * as z from 'zod';", [{ specifier: 'zod', typeOnly: false }]],
  ["import '../polyfill.ts';", [{ specifier: '../polyfill.ts', typeOnly: false }]],
  ["import type { Store } from '../store/store.ts';", [{ specifier: '../store/store.ts', typeOnly: true }]],
  ["import {\n  a,\n  type B,\n} from './a.ts';", [{ specifier: './a.ts', typeOnly: false }]],
  ["import json from '../package.json' with { type: 'json' };", [{ specifier: '../package.json', typeOnly: false }]],
  ["export { a } from './a.ts';\nexport * from './b.ts';", ['./a.ts', './b.ts'].map(asValue)],
  ["export type { A } from './a.ts';", [{ specifier: './a.ts', typeOnly: true }]],
  ["const { got } = await import('got');", [{ specifier: 'got', typeOnly: false }]],
  ["// import a from 'a';\n/* import b from 'b'; */", []],
  ["export interface A {\n  from: string;\n}\nconst from = 'x';", []],
] as [string, Import[]][]) {
  test(`the import reader sees ${JSON.stringify(source)}`, (t) => t.deepEqual(importsOf(source), expected));
}

for (const [file, source, expected] of [
  ['lib/domain/a.ts', "import { readFile } from 'node:fs/promises';", ['lib/domain/a.ts → node:fs/promises']],
  [
    'lib/domain/a.ts',
    "import type { Store } from '../store/store.ts';",
    ['lib/domain/a.ts → lib/store/store.ts (type)'],
  ],
  ['lib/domain/a.ts', "import { DateTime } from 'luxon';", []],
  [
    'lib/services/a.ts',
    "import { createTvdb } from '../providers/tvdb.ts';",
    ['lib/services/a.ts → lib/providers/tvdb.ts'],
  ],
  [
    'lib/services/a.ts',
    "import { nameSchema } from '../contract/names.ts';",
    ['lib/services/a.ts → lib/contract/names.ts'],
  ],
  ['lib/services/a.ts', "import type { Show } from '../contract/shows.ts';", []],
  ['lib/providers/a.ts', "import { createTvdb } from './tvdb.ts';", ['lib/providers/a.ts → lib/providers/tvdb.ts']],
  ['lib/store/a.ts', "import { createSqliteStore } from './sqlite.ts';", ['lib/store/a.ts → lib/store/sqlite.ts']],
  ['lib/store/a-table.ts', "import { toExpression } from './a-expression.ts';", []],
  ['lib/providers/a.ts', "import got from 'got';", ['lib/providers/a.ts → got']],
  [
    'api/routes/a.ts',
    "import { createShows } from '../../lib/services/shows.ts';",
    ['api/routes/a.ts → lib/services/shows.ts'],
  ],
  ['api/routes/a.ts', "import type { Services } from '../../lib/services/services.ts';", []],
  ['api/app.ts', "import { wire } from '../lib/wiring.ts';", ['api/app.ts → lib/wiring.ts']],
  ['commands/sync.ts', "import { startServer } from '../api/server.ts';", ['commands/sync.ts → api/server.ts']],
  ['commands/serve.ts', "import { startServer } from '../api/server.ts';", []],
  ['commands/sync.ts', "import { wire } from '../lib/wiring.ts';", ['commands/sync.ts → lib/wiring.ts']],
  ['commands/doctor.ts', "import { wire } from '../lib/wiring.ts';", []],
  ['lib/cli/table.ts', "import { startServer } from '../../api/server.ts';", ['lib/cli/table.ts → api/server.ts']],
  ['lib/wiring.ts', "import { createJournal } from './cli/journal.ts';", ['lib/wiring.ts → lib/cli/journal.ts']],
  ['lib/stray.ts', '', ['lib/stray.ts is in no row of the table']],
] as [string, string, string[]][]) {
  test(`${file} with ${source || 'no import'}: ${expected.length === 0 ? 'fine' : 'forbidden'}`, (t) =>
    t.deepEqual(forbiddenImports(file, source), expected));
}

for (const [source, expected] of [
  ['const now = Date.now();', true],
  ['const now = new Date();', true],
  ['const at = new Date(milliseconds);', false],
  ['const today = DateTime.now();', true],
  ['// not Date.now()', false],
] as [string, boolean][]) {
  test(`${source} is ${expected ? 'impure' : 'pure'}`, (t) => t.is(IMPURE.test(withoutComments(source)), expected));
}

for (const [source, expected] of [
  ['const { PORT } = process.env;', true],
  ["const port = process['env'].PORT;", true],
  ['const port = environment.PORT;', false],
] as [string, boolean][]) {
  test(`${source} ${expected ? 'reads' : 'does not read'} the environment`, (t) =>
    t.is(ENVIRONMENT.test(withoutComments(source)), expected));
}

for (const [source, expected] of [
  ['export default class Sync extends BaseCommand<typeof Sync> {}', true],
  ['export interface SyncResult {}\nexport default class Sync extends Command {}', true],
  ['export default class Sync extends Command {}\nexport const helper = 1;', false],
  ['export const helper = 1;', false],
] as [string, boolean][]) {
  test(`${JSON.stringify(source)} is ${expected ? 'one command' : 'more or less than one command'}`, (t) =>
    t.is(isOneCommand(source), expected));
}

function asValue(specifier: string): Import {
  return { specifier, typeOnly: false };
}
