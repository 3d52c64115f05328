import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { allTexts, type Text } from '../scripts/texts.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

/** Unidiomatic wording, and alternatives. */
const HABITS: [RegExp, string][] = [
  [/\b(?:is|are|was|were) no\b(?! longer)/i, 'is not a …'],
  [/\b(?:nobody|somebody|everybody)\b/i, 'name the person, or someone, everyone'],
  [/can(?:not|’t|'t) be asked/i, 'can’t ask … without a terminal; … is unavailable'],
  [/\bshall\b/i, 'should, will'],
  [/\bby (?:itself|themselves)\b/i, 'automatically'],
  [/\banew\b/i, 'again'],
  [/(?<!try |tries )\bat once\b/i, 'right away, at the same time'],
  [/\b(?:says?|tells?) (?:so|you|what|which|whether|who|where|how)\b/i, 'show, set'],
  [/^(?:There (?:is|are) (?:no|nothing|nobody|one|two))\b/, 'No …'],
  [/\bgo(?:es)? on with\b/i, 'resume, continue'],
  [/\bcalled off\b/i, 'cancelled'],
  [/\bbeforehand\b/i, 'in advance'],
  [/\bbreaks (?:its|the) schema\b/i, 'is invalid'],
  [/\b(?:in|on|at|login) at (?:Trakt|TMDB|TVDB)\b|\bat (?:Trakt|TMDB|TVDB)$/, 'to Trakt, on TMDB'],
  [/\b(?:catalogue|colour)\b/i, 'catalog, color'],
  [/\b(?:its|their|the) rights\b/i, 'permissions'],
  [
    /\b(?:otherwise than|from when on|in the place of|unasked|that is not there)\b/i,
    'differs from, when, instead of, …',
  ],
  [/\b(?:film|series|show|episode|music|found|search|known|listed) at (?:TVDB|TMDB|TVmaze|Trakt|Spotify)\b/, 'on TVDB'],
  [/\bof it, the past included|\btakes? (?:a|the|it) ?\w* back\b/i, 'past viewings included; reverts, undoes'],
  [/\bevenings?\b|\bstretch of\b/i, 'run, sync'],
  [/\bimmersion (?:library|watch|unwatch)\b/, 'immersion titles, follow, unfollow'],
  [/\bin the library\b.*\b(?:title|film|series)\b/i, 'titles'],
];

const faultsOf = ({ place, text }: Text): string[] =>
  HABITS.filter(([habit]) => habit.test(text)).map(([, better]) => `${place}: “${text}” → ${better}`);

test('no text of the CLI or the API has a habit that sounds translated', (t) => {
  const texts = allTexts();
  t.true(texts.length > 1000);
  t.deepEqual(texts.flatMap(faultsOf), []);
});

test('neither does README or a page of docs', (t) => {
  const lines = globSync(['*.md', 'docs/**/*.md'], { cwd: ROOT }).flatMap((page) =>
    readFileSync(path.join(ROOT, page), 'utf8')
      .split('\n')
      .map((text, index) => ({ place: `${page}:${index + 1}`, text })),
  );
  t.deepEqual(lines.flatMap(faultsOf), []);
});

test('neither do the descriptions of topics', (t) => {
  const { description, oclif } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    description: string;
    oclif: { topics: Record<string, { description: string }> };
  };
  const texts = [description, ...Object.values(oclif.topics).map((topic) => topic.description)];
  t.deepEqual(
    texts.flatMap((text) => faultsOf({ place: 'package.json', text })),
    [],
  );
});

test('lines of help begin with a capital and have no final period', (t) => {
  const files = globSync(['commands/**/*.ts', 'lib/**/*-flags.ts', 'lib/core/terminal/base-command.ts'], { cwd: ROOT });
  const wrong = files.flatMap((file) =>
    [...readFileSync(path.join(ROOT, file), 'utf8').matchAll(/(?:summary =|description:)\s*['`](.*?)['`]/g)]
      .map(([, text = '']) => text)
      .filter((text) => text.endsWith('.') || /^[a-z]/.test(text))
      .map((text) => `${file}: ${text}`),
  );
  t.deepEqual(wrong, []);
});

for (const text of [
  'it is no plain file',
  'Nobody can be asked here which series it is.',
  'What shall happen with them?',
  'There is no such import.',
  'The body of the request breaks its schema.',
  'Logged in at Trakt',
  'Go on with immersion trakt resume.',
  'The quota starts anew at midnight',
]) {
  test(`“${text}” is refused`, (t) => t.not(faultsOf({ place: '', text }).length, 0));
}
