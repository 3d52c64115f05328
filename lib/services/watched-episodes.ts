import type { CatalogEpisode, CatalogShow } from '../domain/catalog.ts';
import { readEpisodeNumber } from '../domain/episode-number.ts';
import { episodePlaces } from '../shows/episode-place-rules.ts';
import type { EpisodePlace, KnownSeason } from '../domain/title-status.ts';
import { episodePrefixes, partitionOf, toRecord } from '../store/items.ts';
import type { StoredSeason } from '../store/catalog-items.ts';
import { toLibraryRecord, watchPrefix } from '../store/library-items.ts';
import type { Store } from '../store/store.ts';
import type { ShowFolder, ShowFolders } from './show-folders.ts';

/** A show with everything that the catalogue has of it. */
export interface WholeShow {
  show: CatalogShow;
  seasons: readonly StoredSeason[];
  episodes: readonly CatalogEpisode[];
}

/** The places of the episodes of a show that somebody has watched, as far as one source knows. */
export type PlacesOf = (show: WholeShow) => Promise<EpisodePlace[]>;

/** Where watches come from: local files, or what was imported. What concerns all shows is read once a person. */
export type WatchedSource = (user: string) => Promise<PlacesOf>;

/** The files of folders that are the show: by the person's word, or by their TVDB id. */
export function createLocalWatches({
  store,
  folders,
}: {
  store: Store;
  folders: Pick<ShowFolders, 'list'>;
}): WatchedSource {
  return async (user) => {
    const all = await folders.list(user);
    return async (whole) => {
      const seasons = knownSeasons(whole);
      const places: EpisodePlace[] = [];
      for (const { folderName } of all.filter((folder) => isOf(folder, whole.show))) {
        for (const prefix of episodePrefixes(folderName)) {
          for await (const item of store.query(partitionOf(user), { prefix, consistent: true })) {
            const record = toRecord(item);
            const number = record?.type === 'episode' && readEpisodeNumber(record.fileName, folderName);
            if (number) places.push(...episodePlaces(number, seasons));
          }
        }
      }
      return places;
    };
  };
}

/** The viewings of the series in the person's library, which imports brought there. */
export const createImportedWatches =
  ({ store }: { store: Store }): WatchedSource =>
  async (user) =>
  async ({ show }) => {
    const places: EpisodePlace[] = [];
    const range = { prefix: watchPrefix('tv', show.showId), consistent: true };
    for await (const item of store.query(partitionOf(user), range)) {
      const record = toLibraryRecord(item);
      if (record?.type !== 'episode_watch') continue;
      places.push({ seasonNumber: record.seasonNumber, episodeNumber: record.episodeNumber });
    }
    return places;
  };

/** What any of the sources knows. */
export const watchesOf =
  (sources: readonly WatchedSource[]): WatchedSource =>
  async (user) => {
    const readers = await Promise.all(sources.map((source) => source(user)));
    return async (whole) => (await Promise.all(readers.map((placesOf) => placesOf(whole)))).flat();
  };

const isOf = (folder: ShowFolder, { showId, tvdbId }: CatalogShow): boolean =>
  folder.showId === null ? folder.tvdbId !== null && folder.tvdbId === tvdbId : folder.showId === showId;

const knownSeasons = ({ seasons, episodes }: WholeShow): KnownSeason[] =>
  seasons.map(({ seasonNumber, syncedAt, expectedEpisodes }) => {
    const own = episodes.filter((episode) => episode.seasonNumber === seasonNumber && !episode.vanished);
    const isKnown = syncedAt !== null && own.length > 0;
    return {
      seasonNumber,
      episodeCount: isKnown ? own.length : expectedEpisodes,
      airDate: own[0]?.airDate ?? null,
      episodes: isKnown ? own : null,
    };
  });
