import {
  count,
  declare,
  instant,
  name,
  optional,
  place,
  providerId,
  text,
  type ValuesOf,
} from '../core/field-rules.ts';
import type { TmdbShowId } from './catalog-rules.ts';
import type { SeasonByHand } from './episode-place-rules.ts';

export const folderLinkRecord = declare('folder_link', {
  folderName: name('folder_name'),
  showId: providerId<TmdbShowId>('tmdb_id'),
  /** The TVDB id that led there; null where the person said so. */
  tvdbId: optional(providerId('tvdb_id')),
  /** Where the person said that its numbers count; undefined without an offset. */
  seasonNumber: optional(place('season_number')),
  offset: optional(count('offset', { minimum: -100_000, maximum: 100_000 })),
});

/** Which series at TMDB a person's show folder is. */
export type FolderLink = Omit<ValuesOf<typeof folderLinkRecord.fields>, 'seasonNumber' | 'offset'> & {
  byHand: SeasonByHand | null;
};

export const followedShowRecord = declare('followed_show', {
  showId: providerId<TmdbShowId>('tmdb_id'),
  user: { ...text('user'), isInternal: true },
  since: instant('since'),
  /** Access alone is nothing that a person says. */
  accessedAt: { ...instant('accessed_at'), isIncidental: true },
});

/** Somebody follows a show. */
export type WatchingMark = ValuesOf<typeof followedShowRecord.fields>;
