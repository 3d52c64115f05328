import { getCompileCacheDir } from 'node:module';
import path from 'node:path';
import { runWithKeptCode } from './code-cache.ts';

/** Identifies the content of each file; set by the build. */
declare const IMMERSION_CODE: Record<'cli' | 'commands', string>;

/** Later, V8 drops code that is not in use. */
const LONGEST_RUN_MILLISECONDS = 10_000;

const loaded = new Map<string, unknown>();
const [word = ''] = process.argv.slice(2);
/** Commands have little code in common, and code that a command doesn't need would slow it down. */
const command = /^[a-z][a-z-]{1,20}$/.test(word) ? word : '';

/** A file of the bundle. */
export function load(name: 'cli' | 'commands'): unknown {
  if (loaded.has(name)) return loaded.get(name);
  const { exports, save } = runWithKeptCode({
    file: path.join(import.meta.dirname, `../${name}.cjs`),
    name: name === 'commands' && command ? `${name}-${command}` : name,
    id: IMMERSION_CODE[name],
    // Deno has neither this folder nor such code.
    folder: getCompileCacheDir?.(),
  });
  loaded.set(name, exports);
  process.once('exit', (status) => {
    if (status === 0 && performance.now() < LONGEST_RUN_MILLISECONDS) save();
  });
  return exports;
}
