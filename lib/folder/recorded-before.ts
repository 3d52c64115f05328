import type { ApiClient } from '../core/terminal/api-client.ts';
import type { Prompts } from '../core/terminal/prompts.ts';
import { asLine, counted } from '../core/terminal/text.ts';
import { askHeld } from './held.ts';
import type { Journal, NamedFile } from './journal.ts';

/** Why a file stays whose name is taken. */
export const RECORDED_BEFORE = 'recorded before under this name';

/** Files by what the API may have by their names. */
export interface ByNames<F> {
  /** New, or these very files were recorded: to be sent. */
  own: F[];
  /** The name is recorded, and by another file or on another computer. */
  before: F[];
  /** Whether the name was recorded is seen only when they are sent. */
  unsure: F[];
}

/**
 * Tells files that were recorded from others with the same names, such as those of a second season in the same folder:
 * these would pass for recorded, and be cleaned up without ever being counted.
 */
export async function sortByNames<F extends NamedFile>(
  files: readonly F[],
  { api, journal, identity }: { api: ApiClient; journal: Journal; identity: string },
): Promise<ByNames<F>> {
  const isOwn = (file: F) => journal.wasSent(identity, file);
  const [own, strange] = [files.filter(isOwn), files.filter((file) => !isOwn(file))];
  if (strange.length === 0) return { own, before: [], unsure: [] };
  const held = await askHeld(api, { files: strange, links: [] });
  if (!held) return { own, before: [], unsure: strange };
  // Another process may just have sent them, and noted so before.
  const before = strange.filter((file) => held.files.has(file) && !isOwn(file));
  const taken = new Set(before);
  return { own: files.filter((file) => !taken.has(file)), before, unsure: [] };
}

/** Whether files whose names are recorded are the same viewing, so that they may be cleaned up. Enter lets them stay. */
export const askWhetherSame = (prompts: Prompts, files: readonly NamedFile[]): Promise<boolean> =>
  prompts.select({
    message: `${recordedBefore(files)}. Nothing was added. What are they?`,
    choices: [
      { name: 'Not sure: keep them', value: false },
      { name: 'The same as before: they can be cleaned up', value: true },
    ],
    fresh: true,
  });

/** The message without a terminal, and the ways out. */
export const saidOfRecordedBefore = (files: readonly NamedFile[]): string[] => [
  `${recordedBefore(files)}. Nothing was added, and they stay.`,
  '  → If they’re the same as before, let them be cleaned up: immersion sync --same',
  '  → If they’re other episodes, rename them, for example with their season (S02E01), and sync again.',
];

function recordedBefore(files: readonly NamedFile[]): string {
  const [{ folderName, fileName } = { fileName: '' }] = files;
  const example = asLine(folderName === undefined ? fileName : `${folderName} / ${fileName}`);
  return files.length === 1
    ? `“${example}” was recorded before from another file`
    : `${counted(files.length, 'file')} have names that were recorded before from other files, such as “${example}”`;
}
