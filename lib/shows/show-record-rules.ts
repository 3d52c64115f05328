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
  /** The folder's TVDB id at the time; null if the user set the link. */
  tvdbId: optional(providerId('tvdb_id')),
  /** The season that the user set for its numbers; only with an offset. */
  seasonNumber: optional(place('season_number')),
  offset: optional(count('offset', { minimum: -100_000, maximum: 100_000 })),
});

/** Links a show folder to a series on TMDB. */
export type FolderLink = Omit<ValuesOf<typeof folderLinkRecord.fields>, 'seasonNumber' | 'offset'> & {
  byHand: SeasonByHand | null;
};

export const followedShowRecord = declare('followed_show', {
  showId: providerId<TmdbShowId>('tmdb_id'),
  user: { ...text('user'), isInternal: true },
  since: instant('since'),
  /** Access times alone aren't exported as changes. */
  accessedAt: { ...instant('accessed_at'), isIncidental: true },
});

/** A user follows a show. */
export type WatchingMark = ValuesOf<typeof followedShowRecord.fields>;
