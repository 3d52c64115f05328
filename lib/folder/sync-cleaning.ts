import { type LibraryScan, showFolderOf } from './library.ts';
import type { SyncRun } from './sync-context.ts';
import { askCleaning } from './cleaning-prompts.ts';
import { clean } from './cleaning.ts';
import { cleanedSentence, describePlan, keptFolderLines, planDetails } from './cleaning-text.ts';
import { endsOfFolders } from './finished-folders.ts';
import { isEmptyPlan, planCleaning } from './cleaning-plan.ts';

export async function cleanStep(run: SyncRun): Promise<void> {
  const { connection, journal, library, parts, prompts, result, tell } = run;
  const context = { journal, identity: connection.identity, library, api: connection.api, parts };
  const plan = await planCleaning(context);
  // Finished folders are cleaned up with files; alone they aren't worth a question.
  const what = describePlan({ ...plan, finishedFolders: [] });
  const isWorthAsking = plan.files.length > 0 || plan.lines > 0;
  const isAsked = run.cleanMode === undefined && isWorthAsking && prompts !== undefined;
  if (isAsked || (run.cleanMode && run.cleanMode !== 'keep')) {
    for (const line of planDetails(plan, library)) tell(line);
  }
  const mode = isAsked ? await askCleaning(prompts, { what }) : (run.cleanMode ?? 'keep');
  if (mode === 'keep' || isEmptyPlan(plan)) {
    result.left_out.push(...plan.staying);
    if (isWorthAsking) tell(`Kept ${what}. Clean up with immersion clean, or immersion sync --clean trash.`);
    if (!isAsked) for (const line of keptFolderLines(plan.keptFolders, library)) tell(line);
    return;
  }
  const activity = run.activity(`Cleaning up ${what}…`);
  const cleaned = await clean(plan, mode, context).finally(() => {
    activity.stop();
  });
  result.files_removed = cleaned.filesRemoved;
  result.bytes_removed = cleaned.bytesRemoved;
  result.folders_removed = cleaned.foldersRemoved;
  result.lines_removed = cleaned.linesRemoved;
  result.left_out.push(...cleaned.leftOut);
  tell(cleanedSentence(cleaned, mode));
}

/** The show folders that a cleanup after this sync would keep. */
export async function previewKeptFolders(
  { connection, library, tell }: SyncRun,
  { episodes }: LibraryScan,
): Promise<void> {
  const folders = new Set(episodes.map(({ path: file }) => showFolderOf(file, library)));
  const going = new Set(episodes.map(({ path: file }) => file));
  const ends = await endsOfFolders(folders, { going, watched: episodes, api: connection.api });
  const kept = ends.filter((end) => end.kind === 'stays');
  for (const line of keptFolderLines(kept, library)) tell(line);
}
