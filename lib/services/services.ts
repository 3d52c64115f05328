import type { Accounts } from './accounts.ts';
import type { Episodes } from './episodes.ts';
import type { Health } from './health.ts';
import type { Log, Tvdb } from './ports.ts';
import type { ProgressService } from './progress.ts';
import type { Shows } from './shows.ts';

/** Everything that the API's routes may call. */
export interface Services {
  accounts: Accounts;
  episodes: Episodes;
  health: Health;
  log: Log;
  progress: ProgressService;
  shows: Shows;
  tvdb: Pick<Tvdb, 'searchSeries'>;
}
