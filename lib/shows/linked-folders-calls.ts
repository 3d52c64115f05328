import { listFolders } from './catalog-contract.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';
import { resultsOf } from '../core/terminal/missing-endpoint.ts';

/** The folders that the person matched by hand, which need no prompt. A server of the contract knows none. */
export async function linkedFolders(api: ApiClient): Promise<ReadonlySet<string>> {
  const folders = await resultsOf(async () => (await api.call(listFolders)).folders);
  return new Set(folders.filter(({ source }) => source === 'link').map((folder) => folder.folder_name));
}
