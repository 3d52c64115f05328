import { joinFolder, listFolders, type ShowFolderAnswer } from './catalog-contract.ts';
import { InvalidInputError, NotFoundError } from '../core/errors.ts';
import { normalizeName } from '../core/name-rules.ts';
import { getTmdbSeries } from '../tmdb/tmdb-contract.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';
import type { Prompts } from '../core/terminal/prompts.ts';
import { searchShowOfFolder } from './find-show-prompts.ts';

/** Links to the series with the id, else to the one that a search finds. Null with `dryRun`. */
export async function linkFolder(
  { folder, id, season, offset }: { folder: string; id: string | undefined; season?: number; offset?: number },
  {
    dryRun,
    connect,
    prompts,
    tell,
  }: {
    dryRun: boolean;
    connect: () => Promise<{ api: ApiClient }>;
    prompts: () => Promise<Prompts | undefined>;
    tell: (line: string) => void;
  },
): Promise<ShowFolderAnswer | null> {
  if (id !== undefined && !/^[1-9]\d{0,9}$/.test(id)) {
    throw new InvalidInputError(`“${id}” is not a TMDB id.`, {
      code: 'invalid_argument',
      suggestions: ['Give the folder and the id: immersion show link FOLDER TMDB_ID'],
    });
  }
  const folderName = normalizeName(folder);
  const where = [
    ...(season === undefined ? [] : [`, season ${season}`]),
    ...(offset === undefined ? [] : [`, episode numbers ${offset < 0 ? '−' : '+'}${Math.abs(offset)}`]),
  ].join('');
  const { api } = await connect();
  if (dryRun || id === undefined) {
    const { folders } = await api.call(listFolders);
    if (!folders.some((one) => one.folder_name === folderName)) {
      throw new NotFoundError(`No recorded show folder is named “${folderName}”.`, { code: 'show_not_found' });
    }
  }
  const showId = id === undefined ? await searchShowOfFolder(folderName, api, await prompts()) : Number(id);
  if (dryRun) {
    await api.call(getTmdbSeries, { params: { id: showId } });
    tell(`Would link “${folderName}” to TMDB series ${showId}${where}.`);
    return null;
  }
  const byHand = { ...(season !== undefined && { season_number: season }), ...(offset !== undefined && { offset }) };
  const linked = await api.call(joinFolder, { body: { folder_name: folderName, tmdb_id: showId, ...byHand } });
  tell(`“${folderName}” is now linked to TMDB series ${showId}${where}.`);
  return linked;
}
