import { execFileSync } from 'node:child_process';
import { globSync, statSync } from 'node:fs';

const root = new URL('..', import.meta.url).pathname;

/** Builds if any source is newer than the build, since tests run the built commands. */
export function buildIfStale(): void {
  const sources = globSync(
    ['{api,bin,commands,lib}/**/*.ts', 'web/**', 'scripts/{build,build-page,smaller}.ts', 'package.json'],
    {
      cwd: root,
    },
  );
  const newest = Math.max(...sources.map((file) => changedAt(file)));
  // The manifest is written last.
  if (changedAt('oclif.manifest.json') > newest) return;
  execFileSync(process.execPath, [`${root}scripts/build.ts`], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}

const changedAt = (file: string): number => statSync(root + file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
