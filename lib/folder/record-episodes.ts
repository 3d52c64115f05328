import type { ClientRun } from '../core/run-header-rules.ts';
import { syncEpisodes } from '../recording/sync-contract.ts';
import { ImmersionError } from '../core/errors.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';
import { chunksOf } from '../core/terminal/chunks.ts';
import type { FoundEpisode, LeftOut } from './library.ts';
import type { Measured } from './measuring.ts';

/** Errors about individual items: others in the same call may be valid. */
const BLAMES_ITEMS = new Set(['invalid_request', 'key_too_long', 'item_too_large']);

/** Sends watched episodes in chunks. Calls `confirmed` for each stored chunk, with the number of new ones. */
export async function recordEpisodes<E extends FoundEpisode & Measured>(
  episodes: readonly E[],
  {
    api,
    run,
    confirmed,
    progressed,
  }: {
    api: ApiClient;
    run: ClientRun;
    confirmed: (files: E[], added: number) => void;
    progressed: (done: number) => void;
  },
): Promise<{ added: number; refused: LeftOut[]; datesIgnored: boolean }> {
  const refused: LeftOut[] = [];
  let added = 0;
  let datesIgnored = false;
  let done = 0;

  const send = async (chunk: E[]): Promise<void> => {
    let addedNow: number;
    try {
      const body = { episodes: chunk.map((episode) => toBody(episode)) };
      const answer = await api.call(syncEpisodes, { body, run });
      addedNow = answer.episodes_added;
      if (!answer.dated && chunk.some(({ watchedAt }) => watchedAt !== undefined)) datesIgnored = true;
    } catch (error) {
      if (!(error instanceof ImmersionError) || !BLAMES_ITEMS.has(error.code)) throw error;
      const [only] = chunk;
      if (chunk.length === 1 && only) {
        refused.push({ path: only.path, reason: `the API refused it: ${error.message.replace(/\.$/, '')}` });
      } else {
        // Bisect to find the invalid ones.
        const middle = Math.ceil(chunk.length / 2);
        await send(chunk.slice(0, middle));
        await send(chunk.slice(middle));
      }
      return;
    }
    added += addedNow;
    confirmed(chunk, addedNow);
  };

  for (const chunk of chunksOf(episodes, toBody)) {
    await send(chunk);
    done += chunk.length;
    progressed(done);
  }
  return { added, refused, datesIgnored };
}

const toBody = ({ folderName, fileName, durationSeconds, language, watchedAt }: FoundEpisode & Measured) => ({
  folder_name: folderName,
  file_name: fileName,
  ...(durationSeconds !== undefined && { duration_seconds: durationSeconds }),
  ...(language !== undefined && { language }),
  ...(watchedAt !== undefined && { watched_at: watchedAt }),
});
