import {
  catalogEpisodeFields,
  catalogSeasonFields,
  catalogShowFields,
  type CatalogEpisode,
  type CatalogSeason,
  type CatalogShow,
  type DueList,
  type TmdbShowId,
} from './catalog-rules.ts';
import { folderLinkRecord, followedShowRecord, type FolderLink, type WatchingMark } from './show-record-rules.ts';
import { fieldsCodec, keyAttributes, partitionOf, recordKind } from '../core/codec.ts';
import { count, instant } from '../core/field-rules.ts';
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

const SHOW = fieldsCodec(catalogShowFields);
const SEASON = fieldsCodec({ ...catalogSeasonFields, version: count('version') });
const EPISODE = fieldsCodec(catalogEpisodeFields);
const DUE = fieldsCodec({
  showId: catalogSeasonFields.showId,
  seasonNumber: catalogSeasonFields.seasonNumber,
  dueAt: instant('due_at'),
  accessedAt: instant('accessed_at'),
});

export const toShowItem = (show: CatalogShow): Item => ({
  ...keyAttributes(catalogShowKey(show.showId)),
  ...SHOW.attributes(show),
});
export const catalogShowOf = SHOW.read;

export const toSeasonItem = (season: StoredSeason): Item => ({
  ...keyAttributes(seasonKey(season.showId, season.seasonNumber)),
  ...SEASON.attributes(season),
});
export const seasonOf = SEASON.read;

export const toEpisodeItem = (showId: TmdbShowId, episode: CatalogEpisode): Item => ({
  pk: catalogPartition(showId),
  sk: `${episodePrefix(episode.seasonNumber)}${padded(episode.episodeNumber, 5)}`,
  ...EPISODE.attributes(episode),
});
export const episodeOf = EPISODE.read;

export const dueKey = (list: DueList, { showId, seasonNumber, dueAt }: Omit<DueEntry, 'accessedAt'>): Key => ({
  partition: DUE_PARTITIONS[list],
  sort: `${padded(dueAt, 12)}#${showId}#${seasonNumber}`,
});

export const toDueItem = (list: DueList, entry: DueEntry): Item => ({
  ...keyAttributes(dueKey(list, entry)),
  ...DUE.attributes(entry),
});
export const dueEntryOf = DUE.read;

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
