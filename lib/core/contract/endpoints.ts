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
} from '../../shows/catalog-contract.ts';
import type { Endpoint } from './endpoint.ts';
import { exportItems, importItems } from '../../exchange/exchange-contract.ts';
import { getHealth } from './health.ts';
import { getHistory, removeBatch } from '../../viewings/history-contract.ts';
import { getPosition, listAllPositions, listPositions, updatePosition } from '../../positions/positions-contract.ts';
import { getImage } from '../../tmdb/images-contract.ts';
import { getLibraryTitle, listLibrary, removeLibraryTitle, setLibraryTitle } from '../../titles/titles-contract.ts';
import { getProgress } from '../../progress/progress-contract.ts';
import {
  advanceRun,
  beginRun,
  cancelRun,
  getRun,
  listRuns,
  resumeRun,
  sendRunEvents,
  startRun,
} from '../../imports/jobs-contract.ts';
import { searchMovies, searchShows } from '../../recording/search-contract.ts';
import { listShows, updateShow } from '../../recording/shows-contract.ts';
import { syncEpisodes, syncMovies, syncSpotify, syncYouTube } from '../../recording/sync-contract.ts';
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
} from '../../tmdb/tmdb-contract.ts';
import {
  authorizeTrakt,
  disconnectTrakt,
  exchangeTrakt,
  getTraktStatus,
  pollTraktDevice,
  startTraktDevice,
} from '../../imports/trakt-contract.ts';

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
