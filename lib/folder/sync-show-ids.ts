import { type SyncRun, printError } from './sync-context.ts';
import { counted } from '../core/terminal/text.ts';
import { givesId } from '../shows/title-choice-prompts.ts';
import { linkedFolders } from '../shows/linked-folders-calls.ts';
import { listShows } from '../recording/shows-contract.ts';
import { setShowIds, withoutId } from '../recording/show-ids-prompts.ts';

export async function showIdsStep(run: SyncRun): Promise<void> {
  const { connection, prompts, takeClearMatch, result, tell } = run;
  const without = withoutId((await connection.api.call(listShows)).shows);
  if (without.length === 0) return;
  const linked = await linkedFolders(connection.api);
  const missing = without.filter((folder) => !linked.has(folder));
  if (missing.length === 0) return;
  const options = { api: connection.api, prompts, takeClearMatch, tell };
  if (!prompts && !takeClearMatch) {
    const { set } = await setShowIds(missing.filter(givesId), options);
    const left = missing.filter((folder) => !set.some((one) => one.folder_name === folder));
    result.shows_without_id = left;
    if (left.length === 0) return;
    tell(
      `${counted(left.length, 'show')} ${left.length === 1 ? 'isn’t' : 'aren’t'} matched yet (20 min per episode without a measured length). Match ${left.length === 1 ? 'it' : 'them'}: immersion set-tvdb`,
    );
    return;
  }
  const { set, skipped, stopped } = await setShowIds(missing, options);
  result.shows_without_id = skipped;
  if (stopped) {
    printError(stopped, tell);
    tell('  Continuing: unmatched shows count 20 minutes per episode.');
  } else {
    const rest = skipped.length > 0 && !prompts ? ' Match the rest: immersion set-tvdb' : '';
    tell(`Matched ${counted(set.length, 'show')}, skipped ${skipped.length}.${rest}`);
  }
}
