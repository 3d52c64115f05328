import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import alone from './ava.config.js';

/**
 * Test files that share a worker thread: starting one, loading the API and compiling what is called often take longer
 * than most tests. Files stay alone that compute long beside deadlines, change what all share (built-in modules, the
 * process), have hooks, or declare tests after an await.
 */
const TOGETHER = {
  api: [
    'api{,-{auth,catalog,entries,evening,exchange,odd-answers,rules,undo}}',
    '{titles,tmdb,stats}-api',
    'in-process',
    'backup',
    'runs',
  ],
  commands: [
    'cli-{cleaning,contract,controls,dry-runs,entries,evening,exchange-files}',
    'cli-{library,measure,records,shows,stats,titles}',
  ],
  imports: ['imports-*', 'trakt-*'],
  library: ['library-scan', 'cleaning', 'find-title', 'messy-libraries', 'namesakes', 'episode-sync'],
  providers: ['providers-*', 'sources-{tvmaze,yt-dlp}', 'tmdb-{catalog,images}', 'keys', 'config'],
  rules: [
    '*-property',
    '[!a]*-rules',
    'audio-language-rules',
    '{calendar,catalog,estimate,folder-name,json,kept,lock,progress,scheduler,show-match,single-flight}',
    '{episode-{names,number,place},text-lines,title-matching,ways-out,wording,zone-note,docs,architecture}',
  ],
  viewings: [
    'watched-at',
    'held',
    'links',
    'records',
    'positions',
    'episodes-joined',
    'exchange-*',
    'original-names',
    'harbour',
  ],
};

const folder = path.join(import.meta.dirname, 'test', 'together');
mkdirSync(folder, { recursive: true });
const shared = Object.entries(TOGETHER).flatMap(([name, patterns]) => {
  const files = globSync(
    patterns.map((pattern) => `${pattern}.test.ts`),
    { cwd: path.dirname(folder) },
  ).toSorted();
  const imports = files.map((file) => `import '../${file}';\n`).join('');
  const group = path.join(folder, `${name}.test.ts`);
  // Another run may be reading it.
  if (!existsSync(group) || readFileSync(group, 'utf8') !== imports) writeFileSync(group, imports);
  return files;
});
if (new Set(shared).size < shared.length) throw new Error(`A test file is in two groups: ${shared.join(' ')}`);

export default {
  ...alone,
  files: [
    'test/*.test.ts',
    ...Object.keys(TOGETHER).map((name) => `test/together/${name}.test.ts`),
    ...shared.map((file) => `!test/${file}`),
  ],
  // Groups take longest, so they begin first.
  sortTestFiles: (one, other) =>
    Number(other.includes('/together/')) - Number(one.includes('/together/')) || alone.sortTestFiles(one, other),
};
