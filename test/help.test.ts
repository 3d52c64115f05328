import { Config } from '@oclif/core';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { didYouMean } from '../lib/core/terminal/did-you-mean.ts';
import { GROUPS } from '../lib/core/terminal/help.ts';
import { unknown } from '../lib/core/terminal/unknown-command.ts';
import { createPerson, linesOf } from './cli-process.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

interface Manifest {
  commands: Record<string, { id: string; hidden?: boolean }>;
}

const { commands } = JSON.parse(readFileSync(path.join(ROOT, 'oclif.manifest.json'), 'utf8')) as Manifest;

test('every command is in one group of the root help', (t) => {
  const names = Object.values(commands)
    .filter(({ hidden }) => !hidden)
    .map(({ id }) => id.split(':')[0] ?? '');
  const listed = GROUPS.flatMap((group) => group.names);
  t.deepEqual([...new Set([...names, 'autocomplete'])].toSorted(), listed.toSorted());
});

test('the root help shows the groups, each with an example', async (t) => {
  const { stdout, status } = await createPerson(t).run(['help']);
  t.is(status, 0);
  const lines = linesOf(stdout);
  for (const { title, example } of GROUPS) {
    t.true(lines.includes(title), title);
    t.true(lines.includes(`  $ ${example}`), example);
  }
  t.false(lines.includes('MORE'));
});

test('help explains a command and a topic as --help does, and its usage begins with what is needed', async (t) => {
  const person = createPerson(t);
  const [explained, asked, topic] = await Promise.all([
    person.run(['help', 'goal', 'set']),
    person.run(['goal', 'set', '--help']),
    person.run(['help', 'goal']),
  ]);
  t.is(explained.stdout.trim(), asked.stdout.trim());
  t.true(linesOf(explained.stdout).includes('  $ immersion goal set LENGTH [FLAGS]'));
  t.true(linesOf(explained.stdout).includes('  $ immersion goal set 45m --daily'));
  t.regex(topic.stdout, /^ {2}goal set +Set a goal/m);
});

test('help of an unknown command fails as the command does', async (t) => {
  const { stderr, status } = await createPerson(t).run(['help', 'gaol', 'set']);
  t.is(status, 2);
  t.deepEqual(linesOf(stderr), [
    'Error: Unknown command “gaol set”.',
    '  → Did you mean immersion goal set?',
    '  → See immersion --help',
  ]);
});

for (const [typed, meant] of [
  ['snyc', 'sync'],
  ['progess', 'progress'],
  ['hsitory', 'history'],
  ['Sync', 'sync'],
  ['trak', 'trakt'],
  ['goal sett', 'goal set'],
  ['titels list', 'titles list'],
  ['doct', 'doctor'],
  ['xyzzy', undefined],
] as const) {
  test(`“${typed}” → ${meant ?? 'nothing near'}`, async (t) => {
    const config = await Config.load({ root: ROOT });
    const { suggestions } = unknown(typed.split(' '), config);
    t.deepEqual(suggestions.slice(0, -1), meant ? [`Did you mean immersion ${meant}?`] : []);
  });
}

for (const [args, line, ways] of [
  [['sync', '--cleen', 'keep'], 'Error: Unknown flag --cleen.', ['Did you mean --clean?']],
  [
    ['sync', '--clean', 'trahs'],
    'Error: Unknown value “trahs” for --clean. Use one of: trash, delete, keep.',
    ['Did you mean trash?'],
  ],
  [['sync', '--only', 'show'], 'Error: Unknown part “show”. Use shows, movies or links.', ['Did you mean shows?']],
  [['stats', 'wek'], /^Error: Unknown period “wek”\. Use today,/, ['Did you mean week?']],
  [['log'], 'Error: Missing arguments LENGTH and TITLE.', []],
  [['sync', '--library'], 'Error: --library needs a value.', []],
  [['goal', 'set', '45m', '--daily', '--weekly'], 'Error: --daily and --weekly can’t be combined.', []],
  [['tmdb', 'search', 'x', '--page', 'two'], 'Error: --page must be a whole number, not “two”.', []],
] as const) {
  test(`${args.join(' ')} is refused in the one voice of errors`, async (t) => {
    const { stderr, status } = await createPerson(t).run([...args]);
    t.is(status, 2);
    const [first = '', ...rest] = linesOf(stderr);
    if (typeof line === 'string') t.is(first, line);
    else t.regex(first, line);
    for (const way of ways) t.true(rest.includes(`  → ${way}`), stderr);
  });
}

test('a word that is near to nothing gets no suggestion', (t) => {
  t.deepEqual(didYouMean('films', ['shows', 'movies', 'links']), []);
  t.deepEqual(didYouMean('x', ['shows', 'movies', 'links']), []);
});
