import type { ApiClient } from '../core/terminal/api-client.ts';
import { once } from '../core/once.ts';
import { resultsOf } from '../core/terminal/missing-endpoint.ts';
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

/** Reads the names of a show folder's recorded files, below it; all folders are read on first use. */
export function recordedFilesOf(api: ApiClient): (folderName: string) => Promise<string[]> {
  const references = once(() =>
    resultsOf(async () => {
      const found: string[] = [];
      for await (const page of viewingsOf(api, { medium: 'episode' }, Infinity, MAXIMUM_PAGE)) {
        found.push(
          ...page.flatMap(({ references: all }) => all.flatMap(({ source, ref }) => (source === 'file' ? ref : []))),
        );
      }
      return found;
    }),
  );
  return async (folderName) => {
    const start = `shows/${folderName}/`;
    return (await references()).filter((ref) => ref.startsWith(start)).map((ref) => ref.slice(start.length));
  };
}
