import { listFolders } from './catalog-contract.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';
import { resultsOf } from '../core/terminal/missing-endpoint.ts';

/** Folders that the user linked, which need no prompt; none with a server that implements only the contract. */
export async function linkedFolders(api: ApiClient): Promise<ReadonlySet<string>> {
  const folders = await resultsOf(async () => (await api.call(listFolders)).folders);
  return new Set(folders.filter(({ source }) => source === 'link').map((folder) => folder.folder_name));
}
