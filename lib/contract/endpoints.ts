import {
  getSeason,
  getSyncStatus,
  joinFolder,
  listFolders,
  listFollowedShows,
  listUpcoming,
  openShow,
  runSync,
  unwatchShow,
  watchShow,
} from './catalog.ts';
import type { Endpoint } from './endpoint.ts';
import { exportItems, importItems } from './exchange.ts';
import { getHealth } from './health.ts';
import { getHistory, removeBatch } from './history.ts';
import { getPosition, listAllPositions, listPositions, updatePosition } from './positions.ts';
import { getImage } from './images.ts';
import { getLibraryTitle, listLibrary, removeLibraryTitle, setLibraryTitle } from './library.ts';
import { getProgress } from './progress.ts';
import { advanceRun, beginRun, cancelRun, getRun, listRuns, resumeRun, sendRunEvents, startRun } from './runs.ts';
import { searchMovies, searchShows } from './search.ts';
import { listShows, updateShow } from './shows.ts';
import { syncEpisodes, syncMovies, syncSpotify, syncYouTube } from './sync.ts';
import {
  clearTmdbCache,
  getTmdbCache,
  getTmdbCollection,
  getTmdbHealth,
  getTmdbMovie,
  getTmdbPerson,
  getTmdbSeason,
  getTmdbSeries,
  getTmdbTrending,
  searchTmdb,
} from './tmdb.ts';
import {
  authorizeTrakt,
  disconnectTrakt,
  exchangeTrakt,
  getTraktStatus,
  pollTraktDevice,
  startTraktDevice,
} from './trakt.ts';

/** Every endpoint of the API, in the order in which the documentation lists them. */
export const endpoints: readonly Endpoint[] = [
  getProgress,
  listShows,
  syncEpisodes,
  updateShow,
  syncYouTube,
  syncSpotify,
  syncMovies,
  searchShows,
  searchMovies,
  getHistory,
  removeBatch,
  exportItems,
  importItems,
  getPosition,
  listPositions,
  updatePosition,
  listAllPositions,
  listLibrary,
  getLibraryTitle,
  setLibraryTitle,
  removeLibraryTitle,
  getTraktStatus,
  authorizeTrakt,
  exchangeTrakt,
  startTraktDevice,
  pollTraktDevice,
  disconnectTrakt,
  startRun,
  listRuns,
  getRun,
  advanceRun,
  cancelRun,
  resumeRun,
  sendRunEvents,
  beginRun,
  searchTmdb,
  getTmdbMovie,
  getTmdbSeries,
  getTmdbSeason,
  getTmdbPerson,
  getTmdbCollection,
  getTmdbTrending,
  getTmdbCache,
  clearTmdbCache,
  getTmdbHealth,
  getImage,
  openShow,
  listFollowedShows,
  watchShow,
  unwatchShow,
  getSeason,
  listUpcoming,
  listFolders,
  joinFolder,
  getSyncStatus,
  runSync,
  getHealth,
];
