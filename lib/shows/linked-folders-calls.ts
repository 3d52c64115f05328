import { listFolders } from './catalog-contract.ts';
import { NotFoundError } from '../core/errors.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';

/** The folders of which the person said which series they are: nobody needs to ask. A server of the contract knows none. */
export async function linkedFolders(api: ApiClient): Promise<ReadonlySet<string>> {
  try {
    const { folders } = await api.call(listFolders);
    return new Set(folders.filter(({ source }) => source === 'link').map((folder) => folder.folder_name));
  } catch (error) {
    if (error instanceof NotFoundError) return new Set();
    throw error;
  }
}
