import type { ApiClient } from '../core/terminal/api-client.ts';
import type { Prompts } from '../core/terminal/prompts.ts';
import { asLine, counted } from '../core/terminal/text.ts';
import { askHeld } from './held.ts';
import type { Journal, NamedFile } from './journal.ts';

export const RECORDED_BEFORE = 'recorded before under this name';

/** Files by whether the API has their names. */
export interface ByNames<F> {
  /** New, or sent before: to be sent. */
  own: F[];
  /** The name is recorded from another file or on another computer. */
  before: F[];
  /** Unknown until they are sent. */
  unsure: F[];
}

/**
 * Detects files that share a name with a recorded one, such as those of a second season in the same folder: they would
 * seem recorded, and be cleaned up without being counted.
 */
export async function sortByNames<F extends NamedFile>(
  files: readonly F[],
  { api, journal, identity }: { api: ApiClient; journal: Journal; identity: string },
): Promise<ByNames<F>> {
  const isOwn = (file: F) => journal.wasSent(identity, file);
  const [own, others] = [files.filter(isOwn), files.filter((file) => !isOwn(file))];
  if (others.length === 0) return { own, before: [], unsure: [] };
  const held = await askHeld(api, { files: others, links: [] });
  if (!held) return { own, before: [], unsure: others };
  // Another process may have just sent them.
  const before = others.filter((file) => held.files.has(file) && !isOwn(file));
  const taken = new Set(before);
  return { own: files.filter((file) => !taken.has(file)), before, unsure: [] };
}

/** What files with recorded names are: the same viewing, which may be cleaned up, or another one. */
export type SameOrAgain = 'same' | 'again';

/** Enter keeps them, and adds nothing. */
export const askSameOrAgain = (prompts: Prompts, files: readonly NamedFile[]): Promise<SameOrAgain | 'keep'> =>
  prompts.select<SameOrAgain | 'keep'>({
    message: `${recordedBefore(files)}. Nothing was added. What are they?`,
    choices: [
      { name: 'The same viewing, or not sure: keep them', value: 'keep' },
      { name: 'The same viewing: they can be cleaned up', value: 'same' },
      { name: 'Watched again: count the time', value: 'again' },
    ],
    fresh: true,
  });

/** The message without a terminal. */
export const recordedBeforeLines = (files: readonly NamedFile[]): string[] => [
  `${recordedBefore(files)}. Nothing was added, and they stay.`,
  '  → If they’re the same as before, let them be cleaned up: immersion sync --same',
  '  → If you watched them again, count the time: immersion sync --rewatch',
  '  → If they’re other episodes, rename them, for example with their season (S02E01), and sync again.',
];

function recordedBefore(files: readonly NamedFile[]): string {
  const [{ folderName, fileName } = { fileName: '' }] = files;
  const example = asLine(folderName === undefined ? fileName : `${folderName} / ${fileName}`);
  return files.length === 1
    ? `“${example}” was recorded before from another file`
    : `${counted(files.length, 'file')} have names that were recorded before from other files, such as “${example}”`;
}
