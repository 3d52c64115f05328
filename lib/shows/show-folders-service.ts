import type { TmdbShowId } from './catalog-rules.ts';
import { tmdbShowId } from './catalog-rules.ts';
import { NotFoundError } from '../core/errors.ts';
import { partitionOf, showKey, SORT_KEY_PREFIXES, toRecord } from '../viewings/record-items.ts';
import { LINK_PREFIX, linkKey, linkOf, toLinkItem } from './catalog-items.ts';
import type { FolderLink } from './show-record-rules.ts';
import type { SeasonByHand } from './episode-place-rules.ts';
import type { Store } from '../core/store/store.ts';
import type { ShowCatalog } from './show-catalog-service.ts';
import type { TmdbCatalog } from '../tmdb/catalog-service.ts';

export type FolderReason = 'no_tvdb_id' | 'not_looked_up' | 'unknown_at_tmdb';

export interface ShowFolder {
  folderName: string;
  tvdbId: number | null;
  showId: TmdbShowId | null;
  /** Linked by the user or by TVDB id; null if neither. */
  source: 'link' | 'tvdb' | null;
  reason: FolderReason | null;
  /** The season and offset that the user set for its numbers. */
  byHand: SeasonByHand | null;
}

export interface ShowFolders {
  /** Includes unmatched folders. */
  list(user: string): Promise<ShowFolder[]>;
  /** Links a folder, whatever its TVDB id. Throws `NotFoundError` if either doesn't exist. */
  link(request: {
    user: string;
    folderName: string;
    showId: TmdbShowId;
    byHand?: SeasonByHand | null;
  }): Promise<ShowFolder>;
  /** Looks up the folder's TVDB id on TMDB, unless already linked. */
  join(request: { user: string; folderName: string }): Promise<ShowFolder>;
}

export function createShowFolders({
  store,
  shows,
  tmdb,
}: {
  store: Store;
  shows: Pick<ShowCatalog, 'ensure'>;
  tmdb: Pick<TmdbCatalog, 'seriesIdByTvdbId'>;
}): ShowFolders {
  async function read(user: string, folderName: string): Promise<ShowFolder> {
    const item = await store.get(showKey(user, folderName), { consistent: true });
    const show = item && toRecord(item);
    if (show?.type !== 'show') {
      throw new NotFoundError(`No recorded show folder is named “${folderName}”.`, {
        code: 'show_not_found',
      });
    }
    const link = await store.get(linkKey(user, folderName), { consistent: true });
    return folderOf({ folderName, tvdbId: show.tvdbId }, link && linkOf(link));
  }

  return {
    async list(user) {
      const links = new Map<string, FolderLink>();
      for await (const item of store.query(partitionOf(user), { prefix: LINK_PREFIX, consistent: true })) {
        const link = linkOf(item);
        links.set(link.folderName, link);
      }
      const folders: ShowFolder[] = [];
      for await (const item of store.query(partitionOf(user), { prefix: SORT_KEY_PREFIXES.show, consistent: true })) {
        const show = toRecord(item);
        if (show?.type === 'show') folders.push(folderOf(show, links.get(show.folderName)));
      }
      return folders;
    },

    async link({ user, folderName, showId, byHand = null }) {
      const folder = await read(user, folderName);
      if (!(await shows.ensure(showId))) throw noSuchShow(showId);
      await store.put(toLinkItem(user, { folderName, showId, tvdbId: null, byHand }));
      return { ...folder, showId, source: 'link', reason: null, byHand };
    },

    async join({ user, folderName }) {
      const folder = await read(user, folderName);
      if (folder.showId !== null || folder.tvdbId === null) return folder;
      const found = await tmdb.seriesIdByTvdbId(folder.tvdbId);
      if (!found) return { ...folder, reason: 'unknown_at_tmdb' };
      const showId = tmdbShowId(found.value);
      await store.put(toLinkItem(user, { folderName, showId, tvdbId: folder.tvdbId, byHand: null }));
      return { ...folder, showId, source: 'tvdb', reason: null };
    },
  };
}

export const noSuchShow = (showId: TmdbShowId): NotFoundError =>
  new NotFoundError(`TMDB has no series with the id ${showId}.`, {
    code: 'tmdb_series_not_found',
    suggestions: ['Look up the id on https://www.themoviedb.org: it’s in the address of the series page.'],
  });

/** A link by TVDB id is void once the folder has another id. */
function folderOf(
  { folderName, tvdbId }: Pick<ShowFolder, 'folderName' | 'tvdbId'>,
  link: FolderLink | undefined,
): ShowFolder {
  const folder = { folderName, tvdbId, byHand: link?.byHand ?? null };
  if (link?.tvdbId === null) return { ...folder, showId: link.showId, source: 'link', reason: null };
  if (link && link.tvdbId === tvdbId) return { ...folder, showId: link.showId, source: 'tvdb', reason: null };
  return { ...folder, showId: null, source: null, reason: tvdbId === null ? 'no_tvdb_id' : 'not_looked_up' };
}
