import test from 'ava';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type * as z from 'zod';
import { allEndpoints } from '../api/features.ts';
import { unknownSettings, VERSION } from '../lib/core/config.ts';
import { openApiDocument } from '../lib/core/contract/openapi.ts';
import { TVMAZE_ATTRIBUTION } from '../lib/core/providers-rules.ts';
import packageJson from '../package.json' with { type: 'json' };
import { endpointExamples } from '../scripts/api-facts.ts';
import { PAGES, pagesWithFacts } from '../scripts/readme-facts.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

interface Manifest {
  commands: Record<string, { id: string; flags: Record<string, { name: string; char?: string; allowNo?: boolean }> }>;
}

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const { commands } = JSON.parse(read('oclif.manifest.json')) as Manifest;

/** Code blocks and inline code. */
function codeOf(text: string): string[] {
  const blocks = [...text.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
  const pieces = [...text.replaceAll(/^```\w*\n[\s\S]*?^```$/gm, '').matchAll(/`([^`\n]+)`/g)];
  return [...blocks, ...pieces.map(([, code = '']) => code)];
}

/** GitHub's anchors of the headings. */
const anchorsOf = (text: string): string[] =>
  [...text.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

test('the pages list the commands, exit statuses and endpoints that there are', async (t) => {
  for (const { file, text, written } of await pagesWithFacts({ withDemo: false })) t.is(text, written, file);
});

test('README is short, and leads to every page', (t) => {
  const readme = read('README.md');
  t.true(readme.split('\n').length <= 170);
  for (const page of PAGES) {
    if (page !== 'README.md' && !page.startsWith('docs/decisions/0')) t.true(readme.includes(`](${page})`), page);
  }
});

test('README and the page of sources attribute TVmaze’s data as its license asks', (t) => {
  t.regex(TVMAZE_ATTRIBUTION, /TVmaze.*https:\/\/www\.tvmaze\.com.*CC BY-SA 4\.0/);
  for (const page of ['README.md', 'docs/sources-and-keys.md']) t.true(read(page).includes(TVMAZE_ATTRIBUTION), page);
});

test('every link to a file or a heading leads somewhere', (t) => {
  for (const page of PAGES) {
    for (const [, target = ''] of read(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [name = '', anchor] = target.split('#');
      const file = name === '' ? page : path.join(path.dirname(page), name);
      t.true(existsSync(path.join(ROOT, file)), `${page}: ${target}`);
      if (anchor !== undefined) t.true(anchorsOf(read(file)).includes(anchor), `${page}: ${target}`);
    }
  }
});

test('every command and flag in the pages exists', (t) => {
  let count = 0;
  for (const page of PAGES) {
    for (const line of codeOf(read(page)).flatMap((code) => code.split('\n'))) {
      const [, call] = /(?:^|[$|>] |&& |\bor |PASSWORD )immersion(?= |$)(.*)/.exec(line) ?? [];
      if (call === undefined || /^[/:]/.test(call)) continue;
      const words = call.split(/ #| \| | > |[|;&]/)[0]?.match(/"[^"]*"|\S+/g) ?? [];
      const fault = faultOf(words);
      t.is(fault, undefined, `${page}: ${line}`);
      count += 1;
    }
  }
  t.true(count > 100);
});

/** Checks the words after `immersion`. */
function faultOf(words: readonly string[]): string | undefined {
  const plain = words.filter((word) => !word.startsWith('-'));
  if (plain.length === 0 || ['help', 'autocomplete', 'COMMAND'].includes(plain[0] ?? '')) return undefined;
  const command = [plain.slice(0, 2).join(':'), plain[0] ?? ''].map((id) => commands[id]).find(Boolean);
  // A topic stands for all of its commands.
  if (!command) {
    const isTopic = plain.length === 1 && Object.keys(commands).some((id) => id.startsWith(`${plain[0]}:`));
    return isTopic ? undefined : `no command ${plain.join(' ')}`;
  }
  const flags = new Set(
    Object.values(command.flags).flatMap(({ name, char, allowNo }) => [
      `--${name}`,
      ...(char ? [`-${char}`] : []),
      ...(allowNo ? [`--no-${name}`] : []),
    ]),
  );
  return words
    .filter((word) => /^--?[a-z]/.test(word))
    .map((word) => word.split('=')[0] ?? '')
    .find((flag) => flag !== '--help' && !flags.has(flag));
}

test('every setting in the pages is one', (t) => {
  const names = PAGES.flatMap((page) =>
    codeOf(read(page)).flatMap((code) =>
      [...code.matchAll(/\b(?:IMMERSION|TVDB|TMDB|YOUTUBE|SPOTIFY|TRAKT|EPISODE_SYNC)_[A-Z_]+\b/g)].map(
        ([name]) => name,
      ),
    ),
  );
  const environment = { ...Object.fromEntries(names.map((name) => [name, ''])), XDG_CONFIG_HOME: '/nowhere' };
  t.true(names.length > 60);
  t.deepEqual(unknownSettings(environment, ROOT), []);
  t.deepEqual(unknownSettings({ ...environment, IMMERSION_LIBRARIES: '' }, ROOT), ['IMMERSION_LIBRARIES']);
});

test('every npm script and every file in the pages exists', (t) => {
  for (const page of PAGES) {
    const code = codeOf(read(page));
    for (const [, name = ''] of code.join('\n').matchAll(/npm run ([\w:]+)/g)) {
      t.true(name in packageJson.scripts, `${page}: npm run ${name}`);
    }
    for (const piece of code.filter((one) => /^(?:lib|api|commands|test|web|scripts|docs)\/[\w/.*…<>-]+$/.test(one))) {
      const pattern = piece.replaceAll(/<\w+>|…/g, '*');
      t.true(globSync(pattern, { cwd: ROOT }).length > 0, `${page}: ${piece}`);
    }
  }
});

test('every example of the HTTP API is a request that the API takes', async (t) => {
  const endpoints = await allEndpoints();
  const examples = await endpointExamples();
  t.is(examples.length, endpoints.length);
  for (const { method, address, body } of examples) {
    const [pathname = '', query = ''] = address.split('?');
    const fits = (pattern: string) => new RegExp(`^${pattern.replaceAll(/:\w+/g, '[^/]+')}$`).test(pathname);
    // A literal path segment takes precedence over a parameter.
    const one = endpoints
      .filter((endpoint) => endpoint.method === method && fits(endpoint.path))
      .toSorted((a, b) => a.path.split(':').length - b.path.split(':').length)[0];
    if (!one) {
      t.fail(`${method} ${address}`);
      continue;
    }
    const names = [...one.path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
    const pattern = new RegExp(`^${one.path.replaceAll(/:\w+/g, '([^/]+)')}$`);
    const values = (pattern.exec(pathname) ?? []).slice(1).map(decodeURIComponent);
    const takes = (schema: z.ZodType | undefined, value: unknown) => {
      const result = schema?.safeParse(value);
      t.true(result?.success ?? true, `${method} ${address}: ${result?.error?.message}`);
    };
    takes(one.params, Object.fromEntries(names.map((name, index) => [name, values[index]])));
    takes(one.query, Object.fromEntries(new URLSearchParams(query)));
    takes(one.body, body);
  }
});

test('the version is the same in the package, its lock, the API and the changelog', async (t) => {
  const { version } = packageJson;
  const lock = JSON.parse(read('package-lock.json')) as {
    version: string;
    packages: Record<string, { version: string }>;
  };
  const { info } = openApiDocument({ version: VERSION, endpoints: await allEndpoints() }) as {
    info: { version: string };
  };
  t.is(VERSION, version);
  t.is(info.version, version);
  t.is(lock.version, version);
  t.is(lock.packages['']?.version, version);
  t.is(/^## (\S+)/m.exec(read('CHANGELOG.md'))?.[1], version);
});
