import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EXIT_CODES } from '../lib/core/terminal/exit-codes.ts';
import { apiSections } from './api-facts.ts';
import { markdownTable } from './markdown-table.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

/** All documentation pages, relative to the repository. */
export const PAGES = globSync(['*.md', 'docs/**/*.md'], { cwd: ROOT }).sort();

/** A page before and after updating its generated parts. */
export interface Page {
  file: string;
  text: string;
  written: string;
}

/** Updates all pages with the program's facts: commands, exit statuses, endpoints, a progress table. */
export async function pagesWithFacts({ withDemo }: { withDemo: boolean }): Promise<Page[]> {
  const facts: Record<string, string> = {
    commands: commandTable(),
    'exit-statuses': exitTable(),
    endpoints: await apiSections(),
    // It contains quarters up to the one of the demo run.
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
    // The manifest's order depends on the file system.
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, summary = '' }): [string, string] => [`\`immersion ${id.replaceAll(':', ' ')}\``, summary]);
  return markdownTable(['command', 'what it does'], rows);
}

const exitTable = (): string =>
  markdownTable(
    ['status', 'meaning'],
    Object.values(EXIT_CODES).map(([status, meaning]) => [String(status), meaning]),
  );

/** The output of `immersion progress` at the end of the demo. */
function demoProgress(): string {
  const home = mkdtempSync(path.join(tmpdir(), 'immersion-readme-'));
  try {
    const output = execFileSync(process.execPath, [path.join(ROOT, 'bin/run.js'), 'demo'], {
      env: { HOME: home, TZ: 'UTC', NO_COLOR: '1' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    // The demo prints progress three times; the last is the command's.
    return output.slice(output.lastIndexOf('\nShows ')).trim();
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
