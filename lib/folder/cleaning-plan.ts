import { readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { ApiClient } from '../core/terminal/api-client.ts';
import { linkKey, type MediaLink } from '../recording/link-rules.ts';
import { CHANGED, LINKED } from './careful-removal.ts';
import { isWatchedVideo, stemOf } from './file-rules.ts';
import { endsOfFolders, type FolderEnd } from './finished-folders.ts';
import { askHeld } from './held.ts';
import { filesBeside } from './junk-rules.ts';
import type { Journal, JournalEntry, NamedFile } from './journal.ts';
import { LIBRARY_PARTS, fileVersion, showFolderOf, type LeftOut } from './library.ts';
import { countLines } from './links-file.ts';

/** Parts of a library that can be cleaned separately. */
export type LibraryPart = 'shows' | 'movies' | 'links';

export interface CleanContext {
  journal: Journal;
  identity: string;
  library: string;
  api: ApiClient;
  parts: ReadonlySet<LibraryPart>;
}

export interface CleanPlan {
  /** Confirmed, unchanged since, and still recorded. */
  files: NamedFile[];
  sizeBytes: number;
  /** Subtitles and info files of films. */
  beside: string[];
  /** Once confirmed, but kept. */
  staying: LeftOut[];
  /** Show folders that will contain only junk. */
  finishedFolders: Extract<FolderEnd, { kind: 'finished' }>[];
  /** Show folders that will keep other files. */
  keptFolders: Extract<FolderEnd, { kind: 'stays' }>[];
  links: MediaLink[];
  /** Lines in `watched.txt` with these links. */
  lines: number;
}

export const NO_LONGER_RECORDED = 'no longer recorded. The next sync records it again';

/** Finds what may be removed: only what the API has confirmed and still has, unchanged since. */
export async function planCleaning(context: CleanContext): Promise<CleanPlan> {
  const { journal, identity, library, api, parts } = context;
  const plan: CleanPlan = {
    files: [],
    sizeBytes: 0,
    beside: [],
    staying: [],
    finishedFolders: [],
    keptFolders: [],
    links: [],
    lines: 0,
  };
  const entries = journal.entries(identity, library).filter((entry) => parts.has(partOf(entry, library)));
  const found = await unchanged(entries, plan, context);
  const list = path.join(library, LIBRARY_PARTS.links);
  const links = parts.has('links') ? [...journal.confirmedLinks(identity, list)].map(toLink) : [];
  if (found.length > 0 || links.length > 0) {
    const held = await askHeld(api, { files: found, links });
    plan.files = held ? found.filter((file) => held.files.has(file)) : found;
    plan.links = held ? links.filter((link) => held.links.has(linkKey(link))) : links;
    if (held) await forgetLost({ files: found, links, list }, plan, context);
  }
  plan.sizeBytes = plan.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  plan.beside = await besideFilms(plan.files);
  await planFolders(entries, plan, context);
  plan.lines = await countLines(list, new Set(plan.links.map(linkKey)));
  return plan;
}

/** Unchanged files inside the library; adds the others to `plan`, and marks missing ones in the journal. */
async function unchanged(
  entries: readonly JournalEntry[],
  plan: CleanPlan,
  { journal, identity, library }: CleanContext,
): Promise<NamedFile[]> {
  const found: NamedFile[] = [];
  const gone: string[] = [];
  const root = await realpath(library);
  // A folder that is being moved counts as linked, too.
  const isLinked = async (folder: string) =>
    (await realpath(folder).catch(() => '')) !== path.join(root, path.relative(library, folder));
  const linked = new Map<string, boolean>();
  for (const { removed, known, ...file } of entries) {
    const now = await fileVersion(file.path);
    if (!now) {
      if (!removed) gone.push(file.path);
      continue;
    }
    const folder = path.dirname(file.path);
    if (!linked.has(folder)) linked.set(folder, await isLinked(folder));
    const reason = linked.get(folder)
      ? LINKED
      : now.sizeBytes !== file.sizeBytes || now.modifiedAt !== file.modifiedAt
        ? CHANGED
        : known === undefined
          ? NO_LONGER_RECORDED
          : undefined;
    if (reason === undefined && known) found.push({ ...file, ...known });
    else plan.staying.push({ path: file.path, reason: reason ?? NO_LONGER_RECORDED });
  }
  if (gone.length > 0) journal.markRemoved(identity, gone);
  return found;
}

/**
 * Forgets confirmations of what is no longer recorded: the store was restored or recreated, or the run undone
 * elsewhere.
 */
async function forgetLost(
  { files, links, list }: { files: readonly NamedFile[]; links: readonly MediaLink[]; list: string },
  plan: CleanPlan,
  { journal, identity }: CleanContext,
): Promise<void> {
  const kept = new Set(plan.files);
  const lost = files.filter((file) => !kept.has(file)).map((file) => file.path);
  if (lost.length > 0) journal.forget(identity, lost);
  plan.staying.push(...lost.map((file) => ({ path: file, reason: NO_LONGER_RECORDED })));
  const lostLinks = links.filter((link) => !plan.links.includes(link)).map(linkKey);
  if (lostLinks.length === 0) return;
  journal.forgetLinks(identity, list, lostLinks);
  const lines = await countLines(list, new Set(lostLinks));
  if (lines > 0)
    plan.staying.push({
      path: list,
      reason: `${lines === 1 ? 'a link is' : `${lines} links are`} ${NO_LONGER_RECORDED}`,
    });
}

/** Checks folders with journal entries, which are deleted with the folder. */
async function planFolders(
  entries: readonly JournalEntry[],
  plan: CleanPlan,
  { journal, identity, library, api }: CleanContext,
): Promise<void> {
  const shows = path.join(library, LIBRARY_PARTS.shows);
  const showOf = (file: string) => showFolderOf(file, library);
  const files = entries.filter((entry) => entry.path.startsWith(shows + path.sep)).map((entry) => entry.path);
  const going = new Set(plan.files.map((file) => file.path));
  const left = new Set([...going].map(showOf));
  const watched = entries.flatMap(({ known }) => (known ? [known] : []));
  for (const end of await endsOfFolders(new Set(files.map(showOf)), { going, watched, api })) {
    if (end.kind === 'gone') journal.forgetRemoved(identity, end.folder);
    else if (end.kind === 'finished') plan.finishedFolders.push(end);
    else if (left.has(end.folder)) plan.keptFolders.push(end);
  }
}

async function besideFilms(files: readonly NamedFile[]): Promise<string[]> {
  const films = files.filter(({ folderName }) => folderName === undefined);
  const beside: string[] = [];
  for (const [folder, members] of Map.groupBy(films, ({ path: file }) => path.dirname(file))) {
    const names = await readdir(folder);
    const going = new Set(members.map((member) => path.basename(member.path)));
    const videos = names.filter((name) => isWatchedVideo(name));
    const stems = videos.map(stemOf);
    const staying = new Set(videos.filter((name) => !going.has(name)).map(stemOf));
    for (const stem of new Set([...going].map(stemOf))) {
      if (staying.has(stem)) continue;
      beside.push(...filesBeside(stem, names, stems).map((name) => path.join(folder, name)));
    }
  }
  return beside;
}

function partOf({ known, path: file }: JournalEntry, library: string): LibraryPart {
  const isEpisode = known ? known.folderName !== undefined : file.startsWith(path.join(library, LIBRARY_PARTS.shows));
  return isEpisode ? 'shows' : 'movies';
}

function toLink(key: string): MediaLink {
  const [service, id = ''] = key.split(/:(.*)/s);
  return { service: service === 'spotify' ? 'spotify' : 'youtube', id };
}

export const isEmptyPlan = (plan: CleanPlan): boolean =>
  plan.files.length === 0 && plan.finishedFolders.length === 0 && plan.lines === 0;
