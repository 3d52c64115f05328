import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EXIT_CODES } from '../lib/core/terminal/exit-codes.ts';
import { apiSections } from './api-facts.ts';
import { markdownTable } from './markdown-table.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

/** What people read, from the root of the repository. */
export const PAGES = globSync(['*.md', 'docs/**/*.md'], { cwd: ROOT }).sort();

/** A page as it is, and with what the program itself says put between its marks. */
export interface Page {
  file: string;
  text: string;
  written: string;
}

/** All pages with the program's own facts: commands, exit statuses, endpoints, a real table of progress. */
export async function pagesWithFacts({ withDemo }: { withDemo: boolean }): Promise<Page[]> {
  const facts: Record<string, string> = {
    commands: commandTable(),
    'exit-statuses': exitTable(),
    endpoints: await apiSections(),
    // It names the quarters up to the one in which the demo ran.
    ...(withDemo ? { progress: `\`\`\`\n${demoProgress()}\n\`\`\`` } : {}),
  };
  return PAGES.map((name) => {
    const file = path.join(ROOT, name);
    const text = readFileSync(file, 'utf8');
    const written = text.replaceAll(
      /(<!-- (\S+) -->\n)[\s\S]*?(<!-- end -->)/g,
      (whole, start: string, name: string, end: string) => (facts[name] ? `${start}\n${facts[name]}\n\n${end}` : whole),
    );
    return { file, text, written };
  });
}

function commandTable(): string {
  const manifest = JSON.parse(readFileSync(path.join(ROOT, 'oclif.manifest.json'), 'utf8')) as {
    commands: Record<string, { id: string; summary?: string; hidden?: boolean }>;
  };
  const rows = Object.values(manifest.commands)
    .filter((command) => !command.hidden)
    // The manifest has the order in which the file system lists the commands.
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, summary = '' }): [string, string] => [`\`immersion ${id.replaceAll(':', ' ')}\``, summary]);
  return markdownTable(['command', 'what it does'], rows);
}

const exitTable = (): string =>
  markdownTable(
    ['status', 'meaning'],
    Object.values(EXIT_CODES).map(([status, meaning]) => [String(status), meaning]),
  );

/** What `immersion progress` shows at the end of the demo. */
function demoProgress(): string {
  const home = mkdtempSync(path.join(tmpdir(), 'immersion-readme-'));
  try {
    const output = execFileSync(process.execPath, [path.join(ROOT, 'bin/run.js'), 'demo'], {
      env: { HOME: home, TZ: 'UTC', NO_COLOR: '1' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    // The demo shows progress three times; the last one is the command's own.
    return output.slice(output.lastIndexOf('\nShows ')).trim();
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
