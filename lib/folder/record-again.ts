import { hash } from 'node:crypto';
import type { ClientRun } from '../core/contract/names.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';
import { chunksOf } from '../core/terminal/chunks.ts';
import { isMissing } from '../core/terminal/missing-endpoint.ts';
import { addViewings, type EntryBody } from '../viewings/entries-contract.ts';
import type { NamedFile } from './journal.ts';
import type { Measured } from './measuring.ts';

/** Something recorded that was watched again. */
type Again = Pick<EntryBody, 'again' | 'ref' | 'at' | 'seconds' | 'seconds_source'>;

/** A file whose name is recorded. The same file is counted again only once. */
export function fileAgain({ folderName, fileName, watchedAt, durationSeconds, ...file }: NamedFile & Measured): Again {
  const names = folderName === undefined ? `movies/${fileName}` : `shows/${folderName}/${fileName}`;
  return {
    again: { source: 'file', ref: names },
    ref: hash('sha256', `${names} ${file.sizeBytes} ${file.modifiedAt}`, 'hex').slice(0, 32),
    ...(watchedAt !== undefined && { at: watchedAt }),
    ...(durationSeconds !== undefined && { seconds: durationSeconds, seconds_source: 'file' as const }),
  };
}

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
