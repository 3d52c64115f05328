import { CANNOT_COUNT_AGAIN, fileAgain, recordAgain } from './record-again.ts';
import type { Measured } from './measuring.ts';
import type { NamedFile } from './journal.ts';
import {
  RENAME_HINT,
  type RecordedBefore,
  asRecorded,
  askSameOrAgain,
  foundFiles,
  recordedBeforeLines,
  whyKept,
} from './recorded-before.ts';
import { type SyncRun, confirmFiles } from './sync-context.ts';
import { counted } from '../core/terminal/text.ts';

/** Files with recorded names are kept unless they are the same viewing. */
export async function settleRecordedBefore(
  run: SyncRun,
  found: readonly RecordedBefore<NamedFile & Measured>[],
): Promise<void> {
  if (found.length === 0) return;
  const files = found.map(asRecorded);
  const isSettled = await askOrCount(run, {
    what: foundFiles(found),
    again: files.map(fileAgain),
    hints: [RENAME_HINT],
  });
  if (isSettled) return confirmFiles(run, files);
  run.result.left_out.push(...found.map((file) => ({ path: file.path, reason: whyKept(file) })));
}

/** Whether it is known what recorded things are: the same viewing, or another one, which is counted here. */
export async function askOrCount(
  run: SyncRun,
  { what, again, hints = [] }: { what: string; again: Parameters<typeof recordAgain>[0]; hints?: string[] },
): Promise<boolean> {
  const { connection, result, tell } = run;
  // If all files are kept, the answer isn't needed now.
  const prompts = run.cleanMode === 'keep' ? undefined : run.prompts;
  const answer = run.recordedBefore ?? (prompts && (await askSameOrAgain(prompts, what)));
  if (!answer) for (const line of [...recordedBeforeLines(what), ...hints]) tell(line);
  if (answer !== 'again') return answer === 'same';
  const added = await recordAgain(again, { api: connection.api, run: { id: result.batch_id, kind: 'sync' } });
  if (added === undefined) {
    tell(CANNOT_COUNT_AGAIN);
    return false;
  }
  result.rewatches_added += added;
  tell(`Counted ${counted(added, 'rewatch', 'rewatches')}.`);
  return true;
}
