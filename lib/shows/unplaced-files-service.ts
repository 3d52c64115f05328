import type { CatalogShow } from './catalog-rules.ts';
import type { Catalog } from './catalog-service.ts';
import { placesOfFolder } from './folder-places-rules.ts';
import { knownSeasonsOf } from './known-season-rules.ts';
import type { ShowFolder, ShowFolders } from './show-folders-service.ts';
import type { Store } from '../core/store/store.ts';
import { episodePrefixes, partitionOf, toRecord } from '../viewings/record-items.ts';

/** The names of a person's recorded files of a show that lead to no episode of it, with their folders. */
export type UnplacedFiles = (user: string, show: CatalogShow) => Promise<string[]>;

export function createUnplacedFiles({
  store,
  catalog,
  folders,
}: {
  store: Store;
  catalog: Pick<Catalog, 'show' | 'episodes'>;
  folders: Pick<ShowFolders, 'list'>;
}): UnplacedFiles {
  async function fileNamesOf(user: string, folderName: string): Promise<string[]> {
    const names: string[] = [];
    for (const prefix of episodePrefixes(folderName)) {
      for await (const item of store.query(partitionOf(user), { prefix, consistent: true })) {
        const record = toRecord(item);
        if (record?.type === 'episode') names.push(record.fileName);
      }
    }
    return names;
  }

  return async (user, show) => {
    const own = (await folders.list(user)).filter((folder) => isOf(folder, show));
    if (own.length === 0) return [];
    const known = await catalog.show(show.showId);
    const seasons = known ? knownSeasonsOf(known.seasons, await catalog.episodes(show.showId)) : null;
    const seriesNames = [show.name, ...(show.originalName === null ? [] : [show.originalName])];
    const unplaced: string[] = [];
    for (const { folderName, byHand } of own) {
      const fileNames = await fileNamesOf(user, folderName);
      const places = placesOfFolder({ folderName, fileNames, seasons, seriesNames, byHand });
      unplaced.push(
        ...fileNames.filter((name) => places.get(name)?.length === 0).map((name) => `${folderName} / ${name}`),
      );
    }
    return unplaced;
  };
}

const isOf = (folder: ShowFolder, { showId, tvdbId }: CatalogShow): boolean =>
  folder.showId === null ? folder.tvdbId !== null && folder.tvdbId === tvdbId : folder.showId === showId;
