import type { ApiClient } from '../core/terminal/api-client.ts';
import type { NamedCollection } from '../viewings/rule-calls.ts';
import { listShows } from './shows-contract.ts';

/** The show folders that a person has, by the folder's name and that of its series. */
export async function showFolders(api: ApiClient): Promise<NamedCollection[]> {
  const { shows } = await api.call(listShows);
  return shows.map(({ folder_name: id, tvdb_name: name }) => ({
    kind: 'show',
    id,
    names: name === null ? [id] : [id, name],
  }));
}
