import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EXIT_CODES } from '../lib/core/terminal/exit-codes.ts';
import { allEndpoints } from '../api/features.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

/** The README with what the program itself says put between its marks: commands, exit statuses, endpoints, a real table. */
export async function readmeWithFacts(readme: string, { withDemo }: { withDemo: boolean }): Promise<string> {
  const facts: Record<string, string> = {
    commands: commandTable(),
    'exit-statuses': exitTable(),
    endpoints: await endpointTable(),
    // It names the quarter in which the demo ran.
    ...(withDemo ? { progress: `\`\`\`\n${demoProgress()}\n\`\`\`` } : {}),
  };
  return readme.replaceAll(
    /(<!-- (\S+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (whole, start: string, name: string, end: string) => (facts[name] ? `${start}\n${facts[name]}\n\n${end}` : whole),
  );
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
  return table(['command', 'what it does'], rows);
}

const exitTable = (): string =>
  table(
    ['status', 'meaning'],
    Object.values(EXIT_CODES).map(([status, meaning]) => [String(status), meaning]),
  );

const endpointTable = async (): Promise<string> =>
  table(
    ['endpoint', 'what it does'],
    (await allEndpoints()).map(({ method, path, summary }) => [`\`${method} ${path}\``, summary]),
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

/** A Markdown table as prettier writes it. */
function table(heads: [string, string], rows: [string, string][]): string {
  const widths = [0, 1].map((column) => Math.max(...[heads, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: [string, string]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(heads), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join('\n');
}
