import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Metafile } from 'esbuild';

/**
 * The licenses of the packages in these bundles and of `packages`, as their terms require: name, version, license and
 * its text. Throws for a package without a license.
 */
export function noticesOf(metafiles: readonly Metafile[], packages: readonly string[], root: string): string {
  const folders = new Set(packages.map((name) => path.join(root, 'node_modules', name)));
  for (const { inputs } of metafiles)
    for (const input of Object.keys(inputs)) {
      const folder = /.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
      if (folder) folders.add(path.join(root, folder));
    }
  const namesByText = new Map<string, Set<string>>();
  for (const folder of folders) {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as {
      name: string;
      version: string;
      license?: string;
    };
    if (!license) throw new Error(`${name} states no license.`);
    const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|notice|copying)/i.test(file));
    const text = files.map((file) => readFileSync(`${folder}/${file}`, 'utf8').trim()).join('\n\n');
    namesByText.set(text, (namesByText.get(text) ?? new Set()).add(`${name} ${version} (${license})`));
  }
  const notices = [...namesByText].map(([text, names]) => `${[...names].toSorted().join('\n')}\n\n${text}\n`);
  return notices.toSorted().join(`\n${'-'.repeat(80)}\n\n`);
}
