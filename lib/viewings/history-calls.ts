import type { ApiClient } from '../core/terminal/api-client.ts';
import { listViewings, MAXIMUM_PAGE, type ViewingAnswer } from './history-contract.ts';

const SHOWN_PAGE = 1000;

/** Yields viewings in pages, newest first, up to `limit`. */
export async function* viewingsOf(
  api: ApiClient,
  filter: Record<string, string | undefined>,
  limit: number,
  pageSize = SHOWN_PAGE,
): AsyncGenerator<ViewingAnswer[]> {
  let cursor: string | undefined;
  for (let left = limit; left > 0;) {
    const query = { ...filter, cursor, limit: Math.min(left, pageSize, MAXIMUM_PAGE) };
    const { viewings, next } = await api.call(listViewings, { query });
    yield viewings;
    if (next === null) return;
    left -= viewings.length;
    cursor = next;
  }
}
