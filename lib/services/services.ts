import type { Accounts } from './accounts.ts';
import type { Batches } from './batches.ts';
import type { Episodes } from './episodes.ts';
import type { EpisodeSync } from './episode-sync.ts';
import type { Exchange } from './exchange.ts';
import type { FollowedShows } from './followed-shows.ts';
import type { Health } from './health.ts';
import type { History } from './history.ts';
import type { Images } from './images.ts';
import type { Movies } from './movies.ts';
import type { Library } from './library.ts';
import type { Log, Tvdb } from './ports.ts';
import type { Positions } from './positions.ts';
import type { ProgressService } from './progress.ts';
import type { Runs } from './runs.ts';
import type { ShowFolders } from './show-folders.ts';
import type { Shows } from './shows.ts';
import type { SpotifyEpisodes } from './spotify.ts';
import type { TmdbCache } from './tmdb-cache.ts';
import type { TmdbCatalog } from './tmdb-catalog.ts';
import type { TraktConnection } from './trakt-connection.ts';
import type { YouTubeVideos } from './youtube.ts';

/** Everything that the API's routes may call. */
export interface Services {
  accounts: Accounts;
  batches: Batches;
  episodes: Episodes;
  episodeSync: EpisodeSync;
  exchange: Exchange;
  followedShows: FollowedShows;
  health: Health;
  history: History;
  images: Images;
  library: Library;
  log: Log;
  movies: Movies;
  positions: Positions;
  progress: ProgressService;
  runs: Runs;
  showFolders: ShowFolders;
  shows: Shows;
  spotify: SpotifyEpisodes;
  tmdb: TmdbCatalog;
  tmdbCache: TmdbCache;
  traktConnection: Omit<TraktConnection, 'withTokenOf'>;
  tvdb: Pick<Tvdb, 'searchSeries'>;
  youtube: YouTubeVideos;
}
