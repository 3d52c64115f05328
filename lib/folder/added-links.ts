import { MAXIMUM_HISTORY, removeBatch } from '../viewings/history-contract.ts';
import { ImmersionError } from '../core/errors.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';
import { linkKey, type MediaLink } from '../recording/link-rules.ts';

export interface AddedLinks {
  /** New in this run. */
  recorded: { link: string; title: string }[];
  /** Recorded before. */
  known: string[];
}

/** Splits links into new and existing ones; undefined if the API has no history. */
export async function addedLinks(
  links: readonly MediaLink[],
  { api, batchId }: { api: ApiClient; batchId: string },
): Promise<AddedLinks | undefined> {
  if (links.length > MAXIMUM_HISTORY) return undefined;
  try {
    // What undo would remove is what the run recorded, whatever its dates.
    const { items } = await api.call(removeBatch, { params: { id: batchId }, query: { dry_run: true } });
    const titles = new Map(items.flatMap(({ references, title }) => references.map(({ ref }) => [ref, title])));
    const unique = [...new Map(links.map((link) => [linkKey(link), link])).values()];
    return {
      recorded: unique.flatMap((link) => {
        const title = titles.get(link.id);
        return title === undefined ? [] : [{ link: linkKey(link), title }];
      }),
      known: unique.filter(({ id }) => !titles.has(id)).map(linkKey),
    };
  } catch (error) {
    if (error instanceof ImmersionError) return undefined;
    throw error;
  }
}
