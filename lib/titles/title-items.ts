import { partitionOf, recordKind, type RecordKind } from '../core/codec.ts';
import type { Item, Key } from '../core/store/store.ts';
import {
  episodeWatchRecord,
  movieSessionRecord,
  titleRecord,
  type LibraryRecord,
  type TitleKind,
} from './title-rules.ts';

/** Titles come before their sessions. */
export const LIBRARY_PREFIXES = {
  title: 'TITLE#',
  movie_session: 'MOVIESESSION#',
  episode_watch: 'EPISODEWATCH#',
} as const satisfies Record<LibraryRecord['type'], string>;

/** In place of a day in sort keys. */
const NO_DAY = 'unknown';
const padded = (number: number): string => String(number).padStart(5, '0');

const KINDS = {
  title: recordKind(titleRecord, {
    prefix: LIBRARY_PREFIXES.title,
    key: ({ kind, tmdbId }) => `${kind}#${tmdbId}`,
    isOfRun: true,
  }),
  movie_session: recordKind(movieSessionRecord, {
    prefix: LIBRARY_PREFIXES.movie_session,
    key: ({ tmdbId, day }) => `${tmdbId}#${day ?? NO_DAY}`,
    isViewing: true,
  }),
  episode_watch: recordKind(episodeWatchRecord, {
    prefix: LIBRARY_PREFIXES.episode_watch,
    key: ({ tmdbId, seasonNumber, episodeNumber, day }) =>
      `${tmdbId}#${padded(seasonNumber)}#${padded(episodeNumber)}#${day ?? NO_DAY}`,
    isViewing: true,
  }),
};

/** Titles come before their sessions. */
export const TITLE_KINDS = Object.values(KINDS);

export const titleKey = (user: string, kind: TitleKind, tmdbId: number): Key => ({
  partition: partitionOf(user),
  sort: `${LIBRARY_PREFIXES.title}${kind}#${tmdbId}`,
});

/** Prefix of a title's sessions. */
export const watchPrefix = (kind: TitleKind, tmdbId: number): string =>
  `${kind === 'movie' ? LIBRARY_PREFIXES.movie_session : LIBRARY_PREFIXES.episode_watch}${tmdbId}#`;

/** Unknown values are omitted. */
export const toLibraryItem = (user: string, record: LibraryRecord): Item => kindOf(record.type).toItem(user, record);

const kindOf = (type: LibraryRecord['type']): RecordKind<LibraryRecord> => KINDS[type];

/** Undefined for other kinds of items. */
export function toLibraryRecord(item: Item): LibraryRecord | undefined {
  const key = String(item['sk']);
  return TITLE_KINDS.find(({ prefix }) => key.startsWith(prefix))?.read(item);
}

export const titleOf = KINDS.title.read;

export const movieSessionOf = KINDS.movie_session.read;
export const episodeWatchOf = KINDS.episode_watch.read;
