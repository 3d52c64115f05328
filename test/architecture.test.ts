import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';

const ROOT = path.resolve(import.meta.dirname, '..');
const SOURCE_FOLDERS = ['api', 'bin', 'commands', 'lib', 'web'];

interface Import {
  specifier: string;
  typeOnly: boolean;
}

/** A file's layer by name; each may import only the layers in its row. */
type Layer =
  | 'base'
  | 'rules'
  | 'contract'
  | 'items'
  | 'ports'
  | 'store'
  | 'service'
  | 'client'
  | 'wiring'
  | 'terminal'
  | 'routes'
  | 'process'
  | 'config'
  | 'command'
  | 'page'
  | 'bin';

/** The first match counts. */
const LAYERS: [RegExp, Layer][] = [
  [/^bin\//, 'bin'],
  [/^commands\//, 'command'],
  [/^web\//, 'page'],
  [/^api\/(server|lambda|tick|authorizer)\.ts$/, 'process'],
  [/^api\//, 'routes'],
  [/^lib\/(demo|doctor|folder)\//, 'terminal'],
  [/^lib\/core\/terminal\//, 'terminal'],
  [/^lib\/core\/contract\//, 'contract'],
  [/^lib\/core\/(config|log|telemetry)\.ts$/, 'config'],
  [/^lib\/core\/store\/(sqlite|dynamodb|limits)/, 'client'],
  [/^lib\/core\/(errors|files|private-file|settings-file|unwritable|work-queue|slices|once|context)\.ts$/, 'base'],
  [/(^|-|\/)rules\.ts$/, 'rules'],
  [/-contract\.ts$/, 'contract'],
  [/-items\.ts$|^lib\/core\/codec\.ts$/, 'items'],
  [/^lib\/core\/store\/(store|answering)\.ts$/, 'store'],
  [/\/ports\.ts$/, 'ports'],
  [/-service\.ts$|^lib\/core\/(scheduler|tick|single-flight|store\/(transactions|repeat|kept))\.ts$/, 'service'],
  [/wiring\.ts$/, 'wiring'],
  [
    /-(table|text|prompts|flags|report|command|files|calls|upload|passes)\.ts$|^lib\/users\/(own-secret|secret-users)\.ts$/,
    'terminal',
  ],
  [/^lib\/imports\/sources\/trakt-export\.ts$/, 'terminal'],
  [/^lib\/core\/(store|http|secret|token-key)|-client\.ts$|\/sources\//, 'client'],
];

const MAY: Record<Layer, { import: Layer[]; types?: Layer[] }> = {
  base: { import: ['base', 'rules'], types: ['ports', 'store', 'config', 'client'] },
  rules: { import: ['rules', 'base'], types: ['ports'] },
  // An export line's schema derives from its record's declaration.
  contract: { import: ['contract', 'rules', 'base', 'items'] },
  items: { import: ['items', 'rules', 'base'], types: ['ports', 'store'] },
  ports: { import: ['ports', 'rules', 'base'], types: ['contract'] },
  service: { import: ['service', 'items', 'rules', 'base', 'ports', 'store'], types: ['contract', 'ports'] },
  store: { import: ['store', 'rules', 'base'] },
  client: { import: ['client', 'rules', 'base', 'ports', 'store'] },
  wiring: { import: ['wiring', 'service', 'items', 'client', 'rules', 'base', 'config', 'ports', 'store', 'contract'] },
  terminal: { import: ['terminal', 'contract', 'rules', 'base', 'config'], types: ['items'] },
  routes: { import: ['routes', 'contract', 'rules', 'base'], types: ['service', 'ports', 'wiring'] },
  process: { import: ['routes', 'wiring', 'config', 'base', 'rules'], types: ['ports', 'service'] },
  config: { import: ['config', 'rules', 'base'], types: ['ports'] },
  command: { import: ['terminal', 'contract', 'rules', 'base'], types: ['config', 'items'] },
  // The browser knows the API only by its types.
  page: { import: ['page', 'rules'], types: ['contract'] },
  bin: { import: ['bin', 'terminal'] },
};

/** Exceptions, with reasons. */
const EXCEPTIONS: Record<string, RegExp> = {
  // The API in a command's process.
  'lib/core/terminal/embedded.ts': /^(api\/server|lib\/core\/(ports|store\/kept-answers))\.ts$/,
  'commands/dashboard.ts': /^api\/server\.ts$/,
  'commands/serve.ts': /^api\/server\.ts$/,
  // The demo runs the real commands.
  'commands/demo.ts': /^commands\/\w+\.ts$/,
  // Setting up a computer needs no API.
  'commands/backup.ts': /^lib\/core\/store\/sqlite-backup\.ts$/,
  'commands/restore.ts': /^lib\/core\/store\/sqlite-backup\.ts$/,
  'commands/user/remove.ts': /^lib\/core\/wiring\.ts$/,
  'commands/tables/create.ts': /^lib\/core\/wiring\.ts$/,
  'commands/user/add.ts': /^lib\/core\/wiring\.ts$/,
  'commands/user/list.ts': /^lib\/core\/wiring\.ts$/,
  'commands/user/passwd.ts': /^lib\/core\/wiring\.ts$/,
  // Export lines are parsed by the command that writes them.
  'commands/export.ts': /record-kind-items\.ts$/,
  'lib/exchange/exchange-calls.ts': /record-kind-items\.ts$/,
  // The list of features loads their routes and services.
  'api/features.ts': /wiring\.ts$/,
  'lib/core/config.ts': /^package\.json$/,
  // The built page.
  'api/middleware/page.ts': /^dist\/web\/page\.json$/,
  'bin/main.ts': /^(package\.json|dist\/bin\/.*)$/,
  'bin/run.js': /^(package\.json|dist\/bin\/.*)$/,
  'bin/dev.js': /^package\.json$/,
};

/** Features that a feature may use, besides `core` and itself. */
const USES: Record<string, string[]> = {
  core: [],
  viewings: [],
  users: [],
  positions: [],
  tmdb: [],
  shows: ['viewings', 'tmdb'],
  titles: ['viewings', 'tmdb', 'shows'],
  recording: ['viewings', 'tmdb', 'shows'],
  goals: ['viewings'],
  stats: ['viewings', 'goals'],
  exchange: ['viewings', 'goals', 'titles', 'shows', 'positions', 'imports'],
  imports: ['viewings', 'tmdb', 'titles'],
  progress: ['viewings', 'shows', 'stats', 'goals', 'recording'],
  folder: ['recording', 'shows', 'progress', 'viewings'],
  doctor: ['folder', 'recording', 'users', 'viewings'],
  demo: [],
};

/** The composition root knows all features. */
const COMPOSITION = new Set(['lib/core/wiring.ts', 'lib/core/terminal/embedded.ts']);

/** Packages restricted to one place. Others may be imported anywhere except in rules and contracts. */
const PACKAGES: { name: RegExp; from: RegExp }[] = [
  { name: /^got$/, from: /^lib\/core\/http\/http\.ts$/ },
  { name: /^@aws-lambda-powertools\//, from: /^lib\/core\/telemetry\.ts$/ },
  { name: /^preact/, from: /^web\// },
  {
    name: /^@aws-sdk\//,
    from: /^(lib\/core\/(store\/.+|secret|wiring)\.ts$|api\/(lambda|authorizer|tick)\.ts$)/,
  },
  { name: /^node:sqlite$/, from: /^lib\/(core\/store\/.+|folder\/journal\.ts$)/ },
  { name: /^(koa|koa-bodyparser|@koa\/.+)$/, from: /^api\// },
  { name: /^@inquirer\//, from: /^lib\/(core\/terminal\/|users\/new-password-prompts\.ts$)/ },
  { name: /^@oclif\//, from: /^(bin|commands)\/|^lib\/(core\/terminal\/|.+-(flags|command|prompts)\.ts$)/ },
];

/** Static and dynamic imports of a formatted source. */
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

/** A file's forbidden imports, as `file → import`. */
function forbiddenImports(file: string, source: string): string[] {
  const layer = layerOf(file);
  if (!layer) return [`${file} is in no row of the table`];
  return importsOf(source)
    .filter(({ specifier, typeOnly }) =>
      specifier.startsWith('.')
        ? isForbidden(file, { target: targetOf(file, specifier), typeOnly })
        : isForbiddenPackage(file, specifier),
    )
    .map(({ specifier, typeOnly }) => {
      const target = specifier.startsWith('.') ? targetOf(file, specifier) : specifier;
      return `${file} → ${target}${typeOnly ? ' (type)' : ''}`;
    });
}

const targetOf = (file: string, specifier: string): string => path.posix.join(path.posix.dirname(file), specifier);

const layerOf = (file: string): Layer | undefined => LAYERS.find(([pattern]) => pattern.test(file))?.[1];

const featureOf = (file: string): string | undefined => /^lib\/([\w-]+)\//.exec(file)?.[1];

function isForbidden(file: string, { target, typeOnly }: { target: string; typeOnly: boolean }): boolean {
  if (EXCEPTIONS[file]?.test(target)) return false;
  const layer = layerOf(file);
  const targetLayer = layerOf(target);
  if (!layer || !targetLayer) return true;
  const { import: layers, types = [] } = MAY[layer];
  if (!layers.includes(targetLayer) && !(typeOnly && types.includes(targetLayer))) return true;
  const [feature, used] = [featureOf(file), featureOf(target)];
  if (feature === undefined || used === undefined || COMPOSITION.has(file)) return false;
  return used !== feature && used !== 'core' && !USES[feature]?.includes(used);
}

function isForbiddenPackage(file: string, specifier: string): boolean {
  const layer = layerOf(file);
  if (layer === 'rules') return specifier !== 'luxon';
  if (layer === 'contract') return specifier !== 'zod';
  return PACKAGES.some(({ name, from }) => name.test(specifier) && !from.test(file));
}

/** Clock, randomness, process and local time zone, which rules must not use. */
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
      .filter((name) => /\.(?:[jt]s|tsx)$/.test(name))
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

test('every feature is in the table of who may use whom, and none uses itself by way of others', (t) => {
  t.deepEqual(readdirSync(path.join(ROOT, 'lib')).toSorted(), Object.keys(USES).toSorted());
  const reaches = (from: string, seen = new Set<string>()): Set<string> => {
    for (const used of USES[from] ?? []) if (!seen.has(used)) reaches(used, seen.add(used));
    return seen;
  };
  t.deepEqual(
    Object.keys(USES).filter((feature) => reaches(feature).has(feature)),
    [],
  );
});

test('the table of who may use whom allows no more than is used', (t) => {
  const used = new Set(
    sources().flatMap(({ file, source }) =>
      importsOf(source)
        .filter(({ specifier }) => specifier.startsWith('.'))
        .map(({ specifier }) => `${featureOf(file)} → ${featureOf(targetOf(file, specifier))}`),
    ),
  );
  const allowed = Object.entries(USES).flatMap(([feature, others]) => others.map((other) => `${feature} → ${other}`));
  t.deepEqual(
    allowed.filter((pair) => !used.has(pair)),
    [],
  );
});

test('no files import each other in a circle, types included', (t) => {
  const all = new Map(
    sources().map(({ file, source }) => [
      file,
      importsOf(source)
        .filter(({ specifier }) => specifier.startsWith('.'))
        .map(({ specifier }) => targetOf(file, specifier)),
    ]),
  );
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, way: string[]): void => {
    if (way.includes(file)) return void circles.push([...way.slice(way.indexOf(file)), file].join(' → '));
    if (done.has(file)) return;
    for (const target of all.get(file) ?? []) visit(target, [...way, file]);
    done.add(file);
  };
  for (const file of all.keys()) visit(file, []);
  t.deepEqual(circles, []);
});

test('only lib/core/config.ts reads the environment', (t) => {
  const readers = sources().filter(({ source }) => ENVIRONMENT.test(withoutComments(source)));
  t.deepEqual(
    readers.map(({ file }) => file),
    ['lib/core/config.ts'],
  );
});

test('rules touch no clock, no chance and no process', (t) => {
  const impure = sources()
    .filter(({ file }) => layerOf(file) === 'rules')
    .flatMap(({ file, source }) => {
      const found = IMPURE.exec(withoutComments(source));
      return found ? [`${file}: ${found[0]}`] : [];
    });
  t.deepEqual(impure, []);
});

test('one place words errors for a terminal, and few write to its standard error', (t) => {
  const all = sources().filter(({ file }) => !/^(?:web|lib\/demo)\//.test(file));
  const filesWith = (pattern: RegExp) =>
    all.filter(({ source }) => pattern.test(withoutComments(source))).map(({ file }) => file);
  t.deepEqual(filesWith(/['"`]Error:/), ['lib/core/terminal/error-text.ts']);
  t.deepEqual(filesWith(/\bprocess\.stderr\.|\berrorOutput\.write\b|\bconsole\.\w+\(/).toSorted(), [
    'bin/main.ts',
    // For a Node.js that is too old for anything else.
    'bin/run.js',
    'lib/core/terminal/base-command.ts',
    'lib/core/terminal/unknown-command.ts',
  ]);
});

test('files are replaced in one place, but for databases and a secret, whose draft is a lock', (t) => {
  const renaming = sources().filter(({ source }) => /\brename(?:Sync)?\b[^']*\} from 'node:fs/.test(source));
  t.deepEqual(renaming.map(({ file }) => file).toSorted(), [
    // At the end of the process, where nothing can wait.
    'bin/code-cache.ts',
    'lib/core/files.ts',
    'lib/core/store/sqlite-backup.ts',
    // Moves what goes, and writes nothing.
    'lib/folder/careful-removal.ts',
    // The draft is a lock against other writers.
    'lib/users/secret-users.ts',
  ]);
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
  ['lib/shows/a-rules.ts', "import { readFile } from 'node:fs/promises';", ['lib/shows/a-rules.ts → node:fs/promises']],
  [
    'lib/shows/a-rules.ts',
    "import type { Store } from '../core/store/store.ts';",
    ['lib/shows/a-rules.ts → lib/core/store/store.ts (type)'],
  ],
  ['lib/shows/a-rules.ts', "import { DateTime } from 'luxon';", []],
  [
    'lib/recording/a-service.ts',
    "import { createTvdb } from './sources/tvdb.ts';",
    ['lib/recording/a-service.ts → lib/recording/sources/tvdb.ts'],
  ],
  [
    'lib/recording/a-service.ts',
    "import { nameSchema } from '../core/contract/names.ts';",
    ['lib/recording/a-service.ts → lib/core/contract/names.ts'],
  ],
  ['lib/recording/a-service.ts', "import type { Show } from './shows-contract.ts';", []],
  [
    'lib/viewings/a-service.ts',
    "import { createCatalog } from '../shows/catalog-service.ts';",
    ['lib/viewings/a-service.ts → lib/shows/catalog-service.ts'],
  ],
  ['lib/shows/a-service.ts', "import { createHistory } from '../viewings/history-service.ts';", []],
  ['lib/recording/sources/a.ts', "import got from 'got';", ['lib/recording/sources/a.ts → got']],
  [
    'api/routes/a.ts',
    "import { createShows } from '../../lib/recording/shows-service.ts';",
    ['api/routes/a.ts → lib/recording/shows-service.ts'],
  ],
  ['api/routes/a.ts', "import type { Shows } from '../../lib/recording/shows-service.ts';", []],
  ['api/app.ts', "import { wire } from '../lib/core/wiring.ts';", ['api/app.ts → lib/core/wiring.ts']],
  ['commands/sync.ts', "import { startServer } from '../api/server.ts';", ['commands/sync.ts → api/server.ts']],
  ['commands/serve.ts', "import { startServer } from '../api/server.ts';", []],
  ['commands/sync.ts', "import { wire } from '../lib/core/wiring.ts';", ['commands/sync.ts → lib/core/wiring.ts']],
  [
    'lib/progress/progress-table.ts',
    "import { createProgressService } from './progress-service.ts';",
    ['lib/progress/progress-table.ts → lib/progress/progress-service.ts'],
  ],
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
