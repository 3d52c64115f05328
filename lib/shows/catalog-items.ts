import {
  tmdbShowId,
  type AnnouncedSeason,
  type CatalogEpisode,
  type CatalogSeason,
  type CatalogShow,
  type DueList,
  type TmdbShowId,
} from './catalog-rules.ts';
import { folderLinkRecord, followedShowRecord, type FolderLink, type WatchingMark } from './show-record-rules.ts';
import { keyAttributes, partitionOf, recordKind } from '../core/codec.ts';
import type { Item, Key } from '../core/store/store.ts';

/** Instants are epoch seconds. */

/** Each write is conditional on the version that was read. */
export interface StoredSeason extends CatalogSeason {
  version: number;
}

export interface DueEntry {
  showId: TmdbShowId;
  seasonNumber: number;
  dueAt: number;
  accessedAt: number;
}

export const catalogPartition = (showId: TmdbShowId): string => `CATALOG#${showId}`;

/** Matches a show and its seasons, but not its episodes. */
export const SHOW_AND_SEASONS_PREFIX = 'S';
export const SEASON_PREFIX = 'SEASON#';

export const catalogShowKey = (showId: TmdbShowId): Key => ({ partition: catalogPartition(showId), sort: 'SHOW' });

export const seasonKey = (showId: TmdbShowId, seasonNumber: number): Key => ({
  partition: catalogPartition(showId),
  sort: `${SEASON_PREFIX}${padded(seasonNumber, 4)}`,
});

/** Prefix of one season's episodes, or of all. */
export const episodePrefix = (seasonNumber?: number): string =>
  seasonNumber === undefined ? 'EPISODE#' : `EPISODE#${padded(seasonNumber, 4)}#`;

/** Entries sort by due time. */
export const DUE_PARTITIONS: Record<DueList, string> = { watching: 'DUE#watching', other: 'DUE#other' };

/** Upper bound of entries due at an instant. */
export const dueUntil = (epochSeconds: number): string => `${padded(epochSeconds, 12)}#~`;

/** Sorts before all entries, so that a query of due entries also reads the rate limit. */
const HOLD_SORT = '!HOLD';

/** All users' follow marks, by show. */
export const WATCHING_PARTITION = 'WATCHING';
/** A user's own follow marks. */
export const WATCHING_PREFIX = 'WATCHING#';
/** Prefix of a show's marks in {@link WATCHING_PARTITION}. */
export const watchersPrefix = (showId: TmdbShowId): string => `${showId}#`;

export const LINK_PREFIX = 'LINK#';
export const linkKey = (user: string, folderName: string): Key => ({
  partition: partitionOf(user),
  sort: `${LINK_PREFIX}${folderName}`,
});

export const syncStatusKey: Key = { partition: 'EPISODESYNC', sort: 'STATUS' };

export const toShowItem = (show: CatalogShow): Item => ({
  ...keyAttributes(catalogShowKey(show.showId)),
  tmdb_id: show.showId,
  tvdb_id: show.tvdbId,
  name: show.name,
  original_name: show.originalName,
  status: show.status,
  last_air_date: show.lastAirDate,
  runtime_minutes: show.runtimeMinutes,
  seasons: show.seasons.map(({ seasonNumber, name, episodeCount }) => ({
    season_number: seasonNumber,
    name,
    episode_count: episodeCount,
  })),
  fetched_at: show.fetchedAt,
});

export const catalogShowOf = (item: Item): CatalogShow => ({
  showId: tmdbShowId(Number(item['tmdb_id'])),
  tvdbId: numberOrNull(item['tvdb_id']),
  name: String(item['name']),
  originalName: textOrNull(item['original_name']),
  status: textOrNull(item['status']),
  lastAirDate: textOrNull(item['last_air_date']),
  runtimeMinutes: numberOrNull(item['runtime_minutes']),
  seasons: (item['seasons'] as Item[]).map((season): AnnouncedSeason => ({
    seasonNumber: Number(season['season_number']),
    name: textOrNull(season['name']),
    episodeCount: Number(season['episode_count']),
  })),
  fetchedAt: Number(item['fetched_at']),
});

export const toSeasonItem = (season: StoredSeason): Item => ({
  ...keyAttributes(seasonKey(season.showId, season.seasonNumber)),
  tmdb_id: season.showId,
  season_number: season.seasonNumber,
  name: season.name,
  list: season.list,
  synced: season.synced,
  synced_at: season.syncedAt,
  rev: season.rev,
  expected_episodes: season.expectedEpisodes,
  known_episodes: season.knownEpisodes,
  attempts: season.attempts,
  last_error: season.lastError,
  next_attempt_at: season.nextAttemptAt,
  refresh_after: season.refreshAfter,
  unavailable: season.unavailable,
  lease: season.leaseUntil,
  accessed_at: season.accessedAt,
  version: season.version,
});

export const seasonOf = (item: Item): StoredSeason => ({
  showId: tmdbShowId(Number(item['tmdb_id'])),
  seasonNumber: Number(item['season_number']),
  name: textOrNull(item['name']),
  list: item['list'] === 'watching' ? 'watching' : 'other',
  synced: item['synced'] === true,
  syncedAt: numberOrNull(item['synced_at']),
  rev: Number(item['rev']),
  expectedEpisodes: Number(item['expected_episodes']),
  knownEpisodes: Number(item['known_episodes']),
  attempts: Number(item['attempts']),
  lastError: textOrNull(item['last_error']),
  nextAttemptAt: Number(item['next_attempt_at']),
  refreshAfter: numberOrNull(item['refresh_after']),
  unavailable: item['unavailable'] === true,
  leaseUntil: Number(item['lease']),
  accessedAt: Number(item['accessed_at']),
  version: Number(item['version']),
});

export const toEpisodeItem = (showId: TmdbShowId, episode: CatalogEpisode): Item => ({
  pk: catalogPartition(showId),
  sk: `${episodePrefix(episode.seasonNumber)}${padded(episode.episodeNumber, 5)}`,
  season_number: episode.seasonNumber,
  episode_number: episode.episodeNumber,
  name: episode.name,
  air_date: episode.airDate,
  runtime_minutes: episode.runtimeMinutes,
  vanished: episode.vanished,
});

export const episodeOf = (item: Item): CatalogEpisode => ({
  seasonNumber: Number(item['season_number']),
  episodeNumber: Number(item['episode_number']),
  name: textOrNull(item['name']),
  airDate: textOrNull(item['air_date']),
  runtimeMinutes: numberOrNull(item['runtime_minutes']),
  vanished: item['vanished'] === true,
});

export const dueKey = (list: DueList, { showId, seasonNumber, dueAt }: Omit<DueEntry, 'accessedAt'>): Key => ({
  partition: DUE_PARTITIONS[list],
  sort: `${padded(dueAt, 12)}#${showId}#${seasonNumber}`,
});

export const toDueItem = (list: DueList, entry: DueEntry): Item => ({
  ...keyAttributes(dueKey(list, entry)),
  tmdb_id: entry.showId,
  season_number: entry.seasonNumber,
  due_at: entry.dueAt,
  accessed_at: entry.accessedAt,
});

export const dueEntryOf = (item: Item): DueEntry => ({
  showId: tmdbShowId(Number(item['tmdb_id'])),
  seasonNumber: Number(item['season_number']),
  dueAt: Number(item['due_at']),
  accessedAt: Number(item['accessed_at']),
});

export const toHoldItem = (until: number): Item => ({ pk: DUE_PARTITIONS.watching, sk: HOLD_SORT, until });

/** The end of the rate limit; undefined for a due entry. */
export const holdOf = (item: Item): number | undefined =>
  item['sk'] === HOLD_SORT ? Number(item['until']) : undefined;

export const markKey = (user: string, showId: TmdbShowId): Key => ({
  partition: partitionOf(user),
  sort: `${WATCHING_PREFIX}${showId}`,
});

export const watcherKey = (user: string, showId: TmdbShowId): Key => ({
  partition: WATCHING_PARTITION,
  sort: `${watchersPrefix(showId)}${user}`,
});

type MarkRecord = { type: 'followed_show' } & WatchingMark;

const LINK_KIND = recordKind(folderLinkRecord, { prefix: LINK_PREFIX, key: ({ folderName }) => folderName });

const mark = recordKind(followedShowRecord, {
  prefix: WATCHING_PREFIX,
  key: ({ showId }) => `${showId}`,
  companions: (item) => [sharedMark(item)],
});
const MARK_KIND = { ...mark, toItem: (user: string, record: MarkRecord) => mark.toItem(user, { ...record, user }) };

/** Links of folders, and follow marks. */
export const SHOW_KINDS = [LINK_KIND, MARK_KIND];

const sharedMark = (item: Item): Item => {
  const { user, showId } = markOf(item);
  return { ...item, ...keyAttributes(watcherKey(user, showId)) };
};

/** A mark is stored in the user's partition and in the shared one. */
export function toMarkItems(mark: WatchingMark): [own: Item, shared: Item] {
  const own = MARK_KIND.toItem(mark.user, { type: 'followed_show', ...mark });
  return [own, sharedMark(own)];
}

export const markOf = (item: Item): WatchingMark => MARK_KIND.read(item);

export const toLinkItem = (user: string, { byHand, ...link }: FolderLink): Item =>
  LINK_KIND.toItem(user, {
    type: 'folder_link',
    ...link,
    seasonNumber: byHand?.seasonNumber ?? null,
    offset: byHand?.offset ?? null,
  });

export function linkOf(item: Item): FolderLink {
  const { seasonNumber, offset, ...link } = LINK_KIND.read(item);
  return { ...link, byHand: offset === null ? null : { seasonNumber, offset } };
}

const padded = (value: number, digits: number): string => String(value).padStart(digits, '0');
const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null);
