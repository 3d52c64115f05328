import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { WAYS_OUT } from '../lib/core/terminal/ways-out.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const COMMANDS = new Set(
  globSync('commands/**/*.ts', { cwd: ROOT }).map((file) => file.replace(/^commands\/|\.ts$/g, '').split('/')[0]),
);
const sources = new Map(
  globSync('{api,lib,commands}/**/*.ts', { cwd: ROOT }).map((file) => [
    file,
    readFileSync(path.join(ROOT, file), 'utf8'),
  ]),
);

/** All modules that `api/` imports, directly or not. */
function serverFiles(): string[] {
  const found = new Set<string>();
  const waiting = [...sources.keys()].filter((file) => file.startsWith('api/'));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    for (const [, target = ''] of (sources.get(file) ?? '').matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+\.ts)'/g)) {
      waiting.push(path.join(path.dirname(file), target));
    }
  }
  return [...found];
}

const withoutComments = (source: string): string => source.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');

test('the texts of the API name no command', (t) => {
  const files = serverFiles();
  t.true(files.length > 100);
  const named = files.flatMap((file) =>
    [...withoutComments(sources.get(file) ?? '').matchAll(/immersion ([a-z][a-z-]*)/g)]
      .filter(([, word = '']) => COMMANDS.has(word))
      .map(([text]) => `${file}: ${text}`),
  );
  t.deepEqual(named, []);
});

test('every code that has a way out belongs to an error that is raised', (t) => {
  const all = [...sources].filter(([file]) => !file.endsWith('ways-out.ts')).map(([, source]) => source);
  const isRaised = (code: string) =>
    all.some((source) => source.includes(`code: '${code}'`)) ||
    // Error codes of providers: the provider's `code` and the fault's `what`.
    all.some((source) =>
      [...source.matchAll(/what: '([a-z_]+)'/g)].some(
        ([, what]) => code.endsWith(`_${what}`) && source.includes(code.slice(0, code.indexOf('_'))),
      ),
    );
  t.deepEqual(
    Object.keys(WAYS_OUT).filter((code) => !isRaised(code)),
    [],
  );
  t.false(isRaised('tmdb_on_strike'));
});

test('every way out names a command that exists', (t) => {
  const unknown = Object.values(WAYS_OUT)
    .flat()
    .flatMap((way) => [...way.matchAll(/immersion ([a-z-]+)/g)])
    .filter(([, word = '']) => !COMMANDS.has(word));
  t.deepEqual(unknown, []);
});

test('one code is one kind of error, wherever it is raised', (t) => {
  const classes = new Map<string, Set<string>>();
  for (const source of sources.values()) {
    for (const [, name = '', code = ''] of source.matchAll(
      /new (\w+Error)\((?:(?!new \w+Error\()[\s\S]){0,400}?code: '([a-z_]+)'/g,
    )) {
      classes.set(code, (classes.get(code) ?? new Set()).add(name));
    }
  }
  t.true(classes.size > 60);
  t.deepEqual(
    [...classes].filter(([, names]) => names.size > 1).map(([code, names]) => `${code}: ${[...names].join(', ')}`),
    [],
  );
});
