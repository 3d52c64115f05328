import { hash } from 'node:crypto';
import type { ClientRun } from '../core/run-header-rules.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';
import { chunksOf } from '../core/terminal/chunks.ts';
import type { Prompts } from '../core/terminal/prompts.ts';
import { isMissing } from '../core/terminal/missing-endpoint.ts';
import { linkKey, type MediaLink } from '../recording/link-rules.ts';
import { addViewings, type EntryBody } from '../viewings/entries-contract.ts';
import type { NamedFile } from './journal.ts';
import type { Measured } from './measuring.ts';

/** A recorded item that was watched again. */
type Again = Pick<EntryBody, 'again' | 'ref' | 'at' | 'seconds' | 'seconds_source'>;

/** A file whose name is recorded. The same file only counts again once. */
export function fileAgain({ folderName, fileName, watchedAt, durationSeconds, ...file }: NamedFile & Measured): Again {
  const names = folderName === undefined ? `movies/${fileName}` : `shows/${folderName}/${fileName}`;
  return {
    again: { source: 'file', ref: names },
    ref: hash('sha256', `${names} ${file.sizeBytes} ${file.modifiedAt}`, 'hex').slice(0, 32),
    ...(watchedAt !== undefined && { at: watchedAt }),
    ...(durationSeconds !== undefined && { seconds: durationSeconds, seconds_source: 'file' as const }),
  };
}

/** A link can be watched again any number of times. */
export const linkAgain = (link: MediaLink, at: number | null | undefined, runId: string): Again => ({
  again: { source: link.service, ref: link.id },
  ref: `${linkKey(link)} ${runId}`,
  ...(at !== undefined && { at }),
});

/** Records what was watched again. Returns how many are new; undefined if the API can't. */
export async function recordAgain(
  viewings: readonly Again[],
  { api, run }: { api: ApiClient; run: ClientRun },
): Promise<number | undefined> {
  let added = 0;
  try {
    for (const chunk of chunksOf(viewings, (viewing) => viewing)) {
      added += (await api.call(addViewings, { body: { viewings: chunk }, run })).viewings_added;
    }
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  return added;
}

/** For an API that only supports viewings of files and links. */
export const CANNOT_COUNT_AGAIN = 'This API can’t count repeat viewings.';

/** Asks whether recorded links were watched again. Enter adds nothing. */
export const askWatchedAgain = (prompts: Prompts, links: readonly MediaLink[]): Promise<boolean> =>
  prompts.select({
    message: `${links.length === 1 && links[0] ? `${linkKey(links[0])} is` : `${links.length} links are`} already recorded. Watched again?`,
    choices: [
      { name: 'The same viewing: add nothing', value: false },
      { name: 'Watched again: count the time', value: true },
    ],
    fresh: true,
  });
