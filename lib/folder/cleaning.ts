import path from 'node:path';
import { ImmersionError } from '../core/errors.ts';
import { linkKey } from '../recording/link-rules.ts';
import { createRemovals, type Removal, type RemovalMode, type Removals } from './careful-removal.ts';
import { NO_LONGER_RECORDED, type CleanContext, type CleanPlan } from './cleaning-plan.ts';
import { contentsOf, type FolderEnd } from './finished-folders.ts';
import { verifyHeld } from './held.ts';
import { JOURNAL_FAULTS } from './journal.ts';
import { LIBRARY_PARTS, type LeftOut } from './library.ts';
import { removeLines } from './links-file.ts';

export const CLEAN_MODES = ['trash', 'delete', 'keep'] as const;
export type CleanMode = (typeof CLEAN_MODES)[number];

export interface CleanResult {
  filesRemoved: number;
  bytesRemoved: number;
  besideRemoved: number;
  foldersRemoved: number;
  linesRemoved: number;
  leftOut: LeftOut[];
}

interface Cleaning {
  plan: CleanPlan;
  context: CleanContext;
  mode: RemovalMode;
  removals: Removals;
  result: CleanResult;
}

/** Files checked with the API right before removal, since the store may change at any time. */
export const FILES_AT_ONCE = 50;

/** Removes files one by one, then show folders without videos. Reports what can't be removed. */
export async function clean(plan: CleanPlan, mode: RemovalMode, context: CleanContext): Promise<CleanResult> {
  const cleaning: Cleaning = {
    plan,
    context,
    mode,
    removals: await createRemovals({ library: context.library, mode }),
    result: {
      filesRemoved: 0,
      bytesRemoved: 0,
      besideRemoved: 0,
      foldersRemoved: 0,
      linesRemoved: 0,
      leftOut: [...plan.staying],
    },
  };
  const staying = await removeFiles(cleaning);
  await removeBeside(cleaning, staying);
  for (const finished of plan.finishedFolders) {
    if ([...staying].some((file) => file.startsWith(finished.folder + path.sep))) continue;
    await removeFinishedFolder(finished, cleaning);
  }
  await removeConfirmedLines(cleaning);
  return cleaning.result;
}

/** Returns the files that couldn't be removed. */
async function removeFiles({ plan, context, removals, result }: Cleaning): Promise<Set<string>> {
  const { journal, identity, api } = context;
  const staying = new Set<string>();
  const keepFile = (file: string, reason: string) => {
    staying.add(file);
    result.leftOut.push({ path: file, reason });
  };
  for (let start = 0; start < plan.files.length; start += FILES_AT_ONCE) {
    const files = plan.files.slice(start, start + FILES_AT_ONCE);
    const held = await verifyHeld(api, { files, links: [] });
    const gone: string[] = [];
    const lost: string[] = [];
    for (const file of files) {
      if (!held.files.has(file)) {
        lost.push(file.path);
        keepFile(file.path, NO_LONGER_RECORDED);
        continue;
      }
      const removal = await removals.file(file);
      if (removal.outcome === 'stays') keepFile(file.path, removal.reason);
      else gone.push(file.path);
      if (removal.outcome !== 'removed') continue;
      result.filesRemoved += 1;
      result.bytesRemoved += file.sizeBytes;
    }
    // Once per batch, as each is a disk write; the next cleaning notices missing files anyway.
    if (gone.length > 0) writeJournal(() => journal.markRemoved(identity, gone));
    if (lost.length > 0) writeJournal(() => journal.forget(identity, lost));
  }
  return staying;
}

async function removeBeside({ plan, removals, result }: Cleaning, staying: ReadonlySet<string>): Promise<void> {
  const kept = [...staying].map((file) => file.slice(0, -path.extname(file).length));
  for (const file of plan.beside) {
    if (kept.some((stem) => file.startsWith(`${stem}.`))) continue;
    const removal = await removals.junk(file);
    if (removal.outcome === 'removed') result.besideRemoved += 1;
    noteStaying(file, removal, result);
  }
}

/** Removes a show's folder if it only contains the junk that was planned. */
async function removeFinishedFolder(
  { folder, also }: FolderEnd & { kind: 'finished' },
  { context, mode, removals, result }: Cleaning,
): Promise<void> {
  const removal = await (async (): Promise<Removal | undefined> => {
    const found = await contentsOf(folder);
    const junk = new Set(also);
    if (!found?.files.every((file) => junk.has(file))) return undefined;
    if (mode === 'trash') return removals.folderToTrash(folder);
    for (const file of found.files) {
      const removed = await removals.junk(file);
      if (removed.outcome === 'stays') return removed;
    }
    // Removes only empty folders, deepest first, so that new files keep theirs.
    let last: Removal | undefined;
    for (const directory of found.directories) {
      last = await removals.emptyFolder(directory);
      if (last.outcome === 'stays') return /ENOTEMPTY/.test(last.reason) ? undefined : last;
    }
    return last;
  })().catch((error: unknown): Removal => ({ outcome: 'stays', reason: `can’t be removed (${reasonOf(error)})` }));
  if (!removal) return;
  noteStaying(folder, removal, result);
  // If it is gone, another cleaning process was faster.
  if (removal.outcome !== 'removed') return;
  result.foldersRemoved += 1;
  writeJournal(() => context.journal.forgetRemoved(context.identity, folder));
}

async function removeConfirmedLines({ plan, context, result }: Cleaning): Promise<void> {
  if (plan.lines === 0) return;
  const { journal, identity, library, api } = context;
  const list = path.join(library, LIBRARY_PARTS.links);
  const held = await verifyHeld(api, { files: [], links: plan.links });
  const lost = plan.links.map(linkKey).filter((link) => !held.links.has(link));
  if (lost.length > 0) {
    result.leftOut.push({
      path: list,
      reason: `${lost.length === 1 ? 'a link is' : `${lost.length} links are`} ${NO_LONGER_RECORDED}`,
    });
  }
  try {
    result.linesRemoved = await removeLines(list, held.links);
  } catch (error) {
    result.leftOut.push({ path: list, reason: `its recorded links were kept (${reasonOf(error)})` });
    return;
  }
  writeJournal(() => journal.forgetLinks(identity, list, plan.links.map(linkKey)));
}

function noteStaying(place: string, removal: Removal, result: CleanResult): void {
  if (removal.outcome === 'stays') result.leftOut.push({ path: place, reason: removal.reason });
}

/** Ignores journal errors: the next run finds the files gone and records it. */
function writeJournal(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof ImmersionError) || !JOURNAL_FAULTS.has(error.code)) throw error;
  }
}

const reasonOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? (error as Error).message;
