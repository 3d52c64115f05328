import type { ApiClient } from '../core/terminal/api-client.ts';
import type { NamedCollection } from '../viewings/rule-calls.ts';
import { listShows } from './shows-contract.ts';

/** A user's show folders with the names of folder and series. */
export async function showFolders(api: ApiClient): Promise<NamedCollection[]> {
  const { shows } = await api.call(listShows);
  return shows.map(({ folder_name: id, tvdb_name: name }) => ({
    kind: 'show',
    id,
    names: name === null ? [id] : [id, name],
  }));
}
