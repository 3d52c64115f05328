import type { ApiClient } from '../core/terminal/api-client.ts';
import type { Prompts } from '../core/terminal/prompts.ts';
import { asLine, counted } from '../core/terminal/text.ts';
import { linkKey, type MediaLink } from '../recording/link-rules.ts';
import { askHeld } from './held.ts';
import type { FileIdentity, Journal, NamedFile } from './journal.ts';

/** A file that is already recorded, under its name or another one. */
export type RecordedBefore<F> = F & { recordedAs?: FileIdentity };

export const whyKept = ({ recordedAs }: RecordedBefore<NamedFile>): string =>
  recordedAs ? 'recorded before under another name' : 'recorded before under this name';

/** With the names of the record. */
export const asRecorded = <F extends NamedFile>({ recordedAs, ...file }: RecordedBefore<F>) => ({
  ...file,
  ...recordedAs,
});

/** Files by whether the API has their names. */
export interface ByNames<F> {
  /** New, or sent before: to be sent. */
  own: F[];
  /** The name, or the season and episode, is recorded from another file or computer. */
  before: RecordedBefore<F>[];
  /** Unknown until they are sent. */
  unsure: F[];
}

/**
 * Detects files that share a name with a recorded one, such as those of a second season in the same folder: they would
 * seem recorded, and be cleaned up without being counted. Also detects files that would count twice: those with the
 * same season and episode, such as `01v2`, or in a renamed folder.
 */
export async function sortByNames<F extends NamedFile>(
  files: readonly F[],
  { api, journal, identity }: { api: ApiClient; journal: Journal; identity: string },
): Promise<ByNames<F>> {
  const isOwn = (file: F) => journal.wasSent(identity, file);
  // Files recorded under another name keep it.
  const own = files.filter(isOwn).map((file) => ({ ...file, ...journal.knownAs(identity, file) }));
  const others = files.filter((file) => !isOwn(file));
  if (others.length === 0) return { own, before: [], unsure: [] };
  const held = await askHeld(api, { files: others, links: [] }, { samePlace: true });
  if (!held) return { own, before: [], unsure: others };
  // Another process may have just sent them.
  const named = others.filter((file) => held.files.has(file) && !isOwn(file));
  const isNew = (file: F) => !held.files.has(file);
  const moved = await movedFiles(others.filter(isNew), { api, journal, identity });
  const renamed = others.filter(isNew).flatMap((file) => {
    const recordedAs = moved.get(file) ?? held.samePlace?.get(file);
    return recordedAs ? [{ ...file, recordedAs }] : [];
  });
  const taken = new Set([...named, ...renamed].map((file) => file.path));
  return {
    own: [...own, ...others.filter((file) => !taken.has(file.path))],
    before: [...named, ...renamed],
    unsure: [],
  };
}

/** Files sent from another folder and recorded under its name. */
async function movedFiles<F extends NamedFile>(
  files: readonly F[],
  { api, journal, identity }: { api: ApiClient; journal: Journal; identity: string },
): Promise<Map<F, FileIdentity>> {
  const sent = files.flatMap((file) => journal.sentFrom(identity, file).map((known) => ({ file, ...known })));
  if (sent.length === 0) return new Map();
  const held = await askHeld(api, { files: sent, links: [] });
  return new Map([...(held?.files ?? [])].map(({ file, ...known }) => [file, known]));
}

/** Links that were recorded, but not from this list as it is now. The others are noted as sent. */
export async function linksRecordedBefore(
  links: readonly MediaLink[],
  { api, journal, identity, file }: { api: ApiClient; journal: Journal; identity: string; file: string },
): Promise<MediaLink[]> {
  const listed = new Map(links.map((link) => [linkKey(link), link]));
  const confirmed = journal.confirmedLinks(identity, file);
  const gone = [...confirmed].filter((key) => !listed.has(key));
  if (gone.length > 0) journal.forgetLinks(identity, file, gone);
  const others = [...listed].filter(([key]) => !confirmed.has(key) && !journal.wasSentLink(identity, file, key));
  if (others.length === 0) return [];
  const held = await askHeld(api, { files: [], links: others.map(([, link]) => link) });
  const isHeld = (key: string) => held?.links.has(key) === true;
  const sent = others.map(([key]) => key).filter((key) => !isHeld(key));
  if (sent.length > 0) journal.noteSentLinks(identity, file, sent);
  return others.flatMap(([key, link]) => (isHeld(key) ? [link] : []));
}

/** The same viewing, which may be cleaned up, or another one. */
export type SameOrAgain = 'same' | 'again';

/** Enter keeps them, and adds nothing. */
export const askSameOrAgain = (prompts: Prompts, found: string): Promise<SameOrAgain | 'keep'> =>
  prompts.select<SameOrAgain | 'keep'>({
    message: `${found}. Nothing was added. What are they?`,
    choices: [
      { name: 'The same viewing, or not sure: keep them', value: 'keep' },
      { name: 'The same viewing: they can be cleaned up', value: 'same' },
      { name: 'Watched again: count the time', value: 'again' },
    ],
    fresh: true,
  });

/** The message without a terminal. */
export const recordedBeforeLines = (found: string): string[] => [
  `${found}. Nothing was added, and they stay.`,
  '  → If they’re the same as before, let them be cleaned up: immersion sync --same',
  '  → If you watched them again, count the time: immersion sync --rewatch',
];

export const RENAME_HINT =
  '  → If they’re different episodes, rename them, for example with their season (S02E01), and sync again.';

export const foundLinks = (links: readonly MediaLink[]): string =>
  links.length === 1 && links[0]
    ? `${linkKey(links[0])} in watched.txt was recorded before`
    : `${links.length} links in watched.txt were recorded before`;

export function foundFiles(files: readonly RecordedBefore<NamedFile>[]): string {
  const [first] = files;
  if (!first) return '';
  const example = `“${inWords(first)}”`;
  const other = first.recordedAs && ` as “${inWords(first.recordedAs)}”`;
  if (files.length === 1) return `${example} was recorded before${other ?? ' from another file'}`;
  return files.some(({ recordedAs }) => recordedAs)
    ? `${counted(files.length, 'file')} were recorded before, such as ${example}${other ?? ''}`
    : `${counted(files.length, 'file')} have names that were recorded before from other files, such as ${example}`;
}

const inWords = ({ folderName, fileName }: FileIdentity): string =>
  asLine(folderName === undefined ? fileName : `${folderName} / ${fileName}`);
