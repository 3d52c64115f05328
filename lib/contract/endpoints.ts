import type { Endpoint } from './endpoint.ts';
import { getHealth } from './health.ts';
import { getProgress } from './progress.ts';
import { searchShows } from './search.ts';
import { listShows, updateShow } from './shows.ts';
import { syncEpisodes } from './sync.ts';

/** Every endpoint of the API, in the order in which the documentation lists them. */
export const endpoints: readonly Endpoint[] = [
  getProgress,
  listShows,
  syncEpisodes,
  updateShow,
  searchShows,
  getHealth,
];
