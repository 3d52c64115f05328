import { declare, instant, name, optional, providerId, text, type ValuesOf } from '../core/field-rules.ts';
import type { TmdbShowId } from './catalog-rules.ts';

export const folderLinkRecord = declare('folder_link', {
  folderName: name('folder_name'),
  showId: providerId<TmdbShowId>('tmdb_id'),
  /** The TVDB id that led there; null where the person said so. */
  tvdbId: optional(providerId('tvdb_id')),
});

/** Which series at TMDB a person's show folder is. */
export type FolderLink = ValuesOf<typeof folderLinkRecord.fields>;

export const followedShowRecord = declare('followed_show', {
  showId: providerId<TmdbShowId>('tmdb_id'),
  user: { ...text('user'), isInternal: true },
  since: instant('since'),
  /** Access alone is nothing that a person says. */
  accessedAt: { ...instant('accessed_at'), isIncidental: true },
});

/** Somebody follows a show. */
export type WatchingMark = ValuesOf<typeof followedShowRecord.fields>;
