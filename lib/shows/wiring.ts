import { readSyncMode } from '../core/config.ts';
import type { Context } from '../core/context.ts';
import type { TmdbServices } from '../tmdb/wiring.ts';
import type { ViewingServices } from '../viewings/wiring.ts';
import type { ShowFactServices } from './facts-wiring.ts';
import { createEpisodeSync, type EpisodeSync } from './episode-sync-service.ts';
import { createFollowedShows, type FollowedShows } from './followed-shows-service.ts';
import { createSeasonSync } from './season-sync-service.ts';
import { createShowCatalog } from './show-catalog-service.ts';
import { createShowFolders, type ShowFolders } from './show-folders-service.ts';
import { createUnplacedFiles, type UnplacedFiles } from './unplaced-files-service.ts';
import { createFollowing } from './following-service.ts';

export interface ShowServices {
  episodeSync: EpisodeSync;
  followedShows: FollowedShows;
  showFolders: ShowFolders;
  unplacedFiles: UnplacedFiles;
}

export async function wire(
  { config, store, clock, log }: Context,
  features: {
    tmdb: () => Promise<TmdbServices>;
    showFacts: () => Promise<ShowFactServices>;
    viewings: () => Promise<ViewingServices>;
  },
): Promise<ShowServices> {
  const { tmdb, failFastTmdb } = await features.tmdb();
  const { batch, parallel, watchingDays: days } = config.episodeSync;
  const { catalog } = await features.showFacts();
  const { viewings } = await features.viewings();
  const following = createFollowing({ store, catalog, clock, days });
  const shows = createShowCatalog({ catalog, tmdb, clock });
  const showFolders = createShowFolders({ store, shows, tmdb });
  return {
    showFolders,
    unplacedFiles: createUnplacedFiles({ viewings }),
    followedShows: createFollowedShows({
      catalog,
      shows,
      following,
      viewings,
      folders: showFolders,
      clock,
      log,
    }),
    episodeSync: createEpisodeSync({
      store,
      catalog,
      shows: createShowCatalog({ catalog, tmdb: failFastTmdb, clock }),
      seasons: createSeasonSync({ catalog, tmdb: failFastTmdb, clock, log, chance: Math.random }),
      following,
      mode: () => readSyncMode(config),
      clock,
      log,
      batch,
      parallel,
    }),
  };
}
