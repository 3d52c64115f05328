import { randomUUID } from 'node:crypto';
import { getProgress, type ProgressAnswer } from '../contract/progress.ts';
import { listShows } from '../contract/shows.ts';
import { ImmersionError } from '../domain/errors.ts';
import type { Activity } from './activity.ts';
import { clean, planCleaning, type CleanMode, type CleanResult } from './cleaning.ts';
import type { Connection } from './connection.ts';
import { JOURNAL_FAULTS, type Journal } from './journal.ts';
import { checkLibrary, scanShows, type LeftOut } from './library.ts';
import type { Prompts } from './prompts.ts';
import { recordEpisodes } from './record-episodes.ts';
import { setShowIds, TVDB_KEY_PAGE, withoutId } from './show-ids.ts';
import { asLine, counted, formatBytes } from './text.ts';

/** What an evening needs. */
export interface EveningOptions {
  connection: Connection;
  library: string;
  journal: Journal;
  /** Absent where nobody can be asked. */
  prompts?: Prompts | undefined;
  /** What to do with confirmed files; asked, or `keep`, when absent. */
  cleanMode?: CleanMode | undefined;
  takeClearMatch: boolean;
  dryRun: boolean;
  tell: (text: string) => void;
  /** Shows the summary: the result of the evening. */
  showProgress: (progress: ProgressAnswer) => void;
  activity: (text: string) => Activity;
}

/** What an evening did, and what it left as it is. */
export interface EveningResult {
  episodes_found: number;
  episodes_added: number;
  shows_without_id: string[];
  files_removed: number;
  bytes_removed: number;
  folders_removed: number;
  left_out: LeftOut[];
  progress: ProgressAnswer | null;
}

/** The evening routine: scan → record → ask for TVDB ids → show progress → clean up what the API has confirmed. */
export async function runEvening(options: EveningOptions): Promise<EveningResult> {
  const { connection, journal, library, tell } = options;
  const { api, identity } = connection;
  await checkLibrary(library);

  const scan = await scanShows(library);
  const leftOut = [...scan.leftOut];
  for (const { path, reason } of scan.ignored) tell(`Not counted: ${asLine(path)}: ${reason}.`);
  const folders = new Set(scan.episodes.map((episode) => episode.folderName)).size;
  tell(
    scan.episodes.length === 0
      ? `No watched episodes in ${library}.`
      : `Found ${counted(scan.episodes.length, 'watched episode')} of ${counted(folders, 'show')}.`,
  );
  const result: EveningResult = {
    episodes_found: scan.episodes.length,
    episodes_added: 0,
    shows_without_id: [],
    files_removed: 0,
    bytes_removed: 0,
    folders_removed: 0,
    left_out: leftOut,
    progress: null,
  };
  if (options.dryRun) {
    for (const { folderName, fileName } of scan.episodes)
      tell(`  would record ${asLine(`${folderName} / ${fileName}`)}`);
    return result;
  }

  let journalFault: ImmersionError | undefined;
  if (scan.episodes.length > 0) {
    const activity = options.activity('Recording…');
    const { added, refused } = await recordEpisodes(scan.episodes, {
      api,
      batchId: randomUUID(),
      confirmed: async (files) => {
        journalFault ??= await journalFaultOf(() => journal.confirm(identity, files));
      },
      progressed: (done) => activity.update(`Recording… ${done} of ${counted(scan.episodes.length, 'episode')}`),
    }).finally(() => activity.stop());
    leftOut.push(...refused);
    result.episodes_added = added;
    tell(`Recorded ${counted(added, 'new episode')}.`);
  }

  await askForIds(options, result);

  result.progress = await api.call(getProgress);
  options.showProgress(result.progress);

  journalFault ??= await journalFaultOf(() => cleanUp(options, result));
  if (journalFault) {
    leftOut.push({ path: library, reason: `its files stay this time. ${journalFault.message.replace(/\.$/, '')}` });
  }
  for (const { path, reason } of leftOut) tell(`Left as it is: ${asLine(path)}: ${reason}.`);
  return result;
}

/** Answers a fault of the journal instead of throwing it: what is recorded is safe, only the cleaning has to wait. */
async function journalFaultOf(work: () => void | Promise<void>): Promise<ImmersionError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof ImmersionError && JOURNAL_FAULTS.has(error.code)) return error;
    throw error;
  }
}

async function askForIds(options: EveningOptions, result: EveningResult): Promise<void> {
  const { connection, prompts, takeClearMatch, tell } = options;
  const missing = withoutId((await connection.api.call(listShows)).shows);
  if (missing.length === 0) return;
  if (!prompts && !takeClearMatch) {
    result.shows_without_id = missing;
    tell(`${counted(missing.length, 'show')} without a TVDB id, counted as 20 minutes an episode: immersion set-tvdb`);
    if (connection.lacksTvdbKey) tell(`  → First get a key at ${TVDB_KEY_PAGE} and set TVDB_API_KEY.`);
    return;
  }
  const { set, skipped, stopped } = await setShowIds(missing, { api: connection.api, prompts, takeClearMatch, tell });
  result.shows_without_id = skipped;
  if (stopped) {
    tell(stopped.message);
    for (const suggestion of stopped.suggestions) tell(`  → ${suggestion}`);
    tell('  Going on: episodes of shows without a TVDB id count 20 minutes each.');
  } else {
    tell(`Gave ${counted(set.length, 'show')} a TVDB id, skipped ${skipped.length}.`);
  }
}

async function cleanUp(options: EveningOptions, result: EveningResult): Promise<void> {
  const { connection, journal, library, prompts, tell } = options;
  const ground = { journal, identity: connection.identity, library };
  const plan = await planCleaning(ground);
  const what = amountOf({ files: plan.files.length, bytes: plan.sizeBytes, folders: 0 });
  const mode =
    options.cleanMode ?? (plan.files.length > 0 && prompts ? await prompts.chooseCleaning({ what }) : 'keep');
  if (mode === 'keep' || (plan.files.length === 0 && plan.finishedFolders.length === 0)) {
    result.left_out.push(...plan.changed);
    if (plan.files.length > 0) tell(`Kept ${what}. Clean up with immersion clean, or immersion sync --clean trash.`);
    return;
  }
  const activity = options.activity(`Cleaning up ${what}…`);
  const cleaned = await clean(plan, mode, ground).finally(() => activity.stop());
  result.files_removed = cleaned.filesRemoved;
  result.bytes_removed = cleaned.bytesRemoved;
  result.folders_removed = cleaned.foldersRemoved;
  result.left_out.push(...cleaned.leftOut);
  tell(cleanedSentence(cleaned, mode));
}

/** What a cleaning did, in one line. */
export function cleanedSentence(cleaned: CleanResult, mode: 'trash' | 'delete'): string {
  const { filesRemoved: files, bytesRemoved: bytes, foldersRemoved: folders } = cleaned;
  const what = amountOf({ files, bytes, folders });
  return mode === 'trash' ? `Moved ${what} to the trash.` : `Deleted ${what}.`;
}

/** `2 recorded files (1.2 GB) and 1 finished show folder`. */
export function amountOf({ files, bytes, folders }: { files: number; bytes: number; folders: number }): string {
  return [
    ...(files > 0 || folders === 0 ? [`${counted(files, 'recorded file')} (${formatBytes(bytes)})`] : []),
    ...(folders > 0 ? [counted(folders, 'finished show folder')] : []),
  ].join(' and ');
}
