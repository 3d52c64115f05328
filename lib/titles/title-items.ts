import type { EpisodeWatch, LibraryRecord, MovieSession, Title, TitleKind } from './title-rules.ts';
import type { Rating } from './rating-rules.ts';
import type { WatchSession } from './session-rules.ts';
import type { TitleStatus } from './title-status-rules.ts';
import { partitionOf } from '../viewings/record-items.ts';
import type { Item, Key } from '../core/store/store.ts';

/** Prefixes of the sort keys, titles before what belongs to them. */
export const LIBRARY_PREFIXES = {
  title: 'TITLE#',
  movie_session: 'MOVIESESSION#',
  episode_watch: 'EPISODEWATCH#',
} as const satisfies Record<LibraryRecord['type'], string>;

/** The place of a day in a sort key where no date is known. */
const NO_DAY = 'unknown';

/** The sort key of a record of the library. */
export function librarySortKey(record: LibraryRecord): string {
  switch (record.type) {
    case 'title':
      return `${LIBRARY_PREFIXES.title}${record.kind}#${record.tmdbId}`;
    case 'movie_session':
      return `${watchPrefix('movie', record.tmdbId)}${record.day ?? NO_DAY}`;
    case 'episode_watch': {
      const { seasonNumber: season, episodeNumber: episode } = record;
      return `${watchPrefix('tv', record.tmdbId)}${padded(season)}#${padded(episode)}#${record.day ?? NO_DAY}`;
    }
  }
}

export const titleKey = (user: string, kind: TitleKind, tmdbId: number): Key => ({
  partition: partitionOf(user),
  sort: `${LIBRARY_PREFIXES.title}${kind}#${tmdbId}`,
});

/** What the keys of all viewings of a title begin with. */
export const watchPrefix = (kind: TitleKind, tmdbId: number): string =>
  `${kind === 'movie' ? LIBRARY_PREFIXES.movie_session : LIBRARY_PREFIXES.episode_watch}${tmdbId}#`;

/** A record of the library as its item. Unknown values are left out. */
export const toLibraryItem = (user: string, record: LibraryRecord): Item => ({
  pk: partitionOf(user),
  sk: librarySortKey(record),
  user,
  ...libraryAttributes(record),
  rev: record.rev,
});

/** The attributes of a record, without keys, user and `rev`. */
export function libraryAttributes(record: LibraryRecord): Item {
  switch (record.type) {
    case 'title':
      return known({
        kind: record.kind,
        tmdb_id: record.tmdbId,
        tvdb_id: record.tvdbId,
        imdb_id: record.imdbId,
        trakt_id: record.traktId,
        title: record.title,
        original_title: record.originalTitle,
        year: record.year,
        poster_path: record.posterPath,
        backdrop_path: record.backdropPath,
        duration: record.durationSeconds,
        status: record.status,
        own_status: record.ownStatus?.status ?? null,
        own_status_at: record.ownStatus?.setAt ?? null,
        rating: record.rating,
        own_rating: record.isOwnRating || null,
        trakt_rating: record.traktRating,
        part_ratings: Object.keys(record.partRatings).length > 0 ? record.partRatings : null,
        added_at: record.addedAt,
        first_watched_at: record.firstWatchedAt,
        last_watched_at: record.lastWatchedAt,
        next_season: record.next?.seasonNumber ?? null,
        next_episode: record.next?.episodeNumber ?? null,
      });
    case 'movie_session':
      return known({ tmdb_id: record.tmdbId, ...sessionAttributes(record), duration: record.durationSeconds });
    case 'episode_watch':
      return known({
        tmdb_id: record.tmdbId,
        season_number: record.seasonNumber,
        episode_number: record.episodeNumber,
        ...sessionAttributes(record),
        episode_tvdb_id: record.tvdbId,
        episode_name: record.name,
        air_date: record.airDate,
        duration: record.durationSeconds,
        shown_day: record.shownDay,
        shown_at: record.shownAt,
        date_source: record.dateSource,
      });
  }
}

/** The record of an item; undefined for items of other kinds. */
export function toLibraryRecord(item: Item): LibraryRecord | undefined {
  const key = String(item['sk']);
  if (key.startsWith(LIBRARY_PREFIXES.title)) return titleOf(item);
  if (key.startsWith(LIBRARY_PREFIXES.movie_session)) return movieSessionOf(item);
  if (key.startsWith(LIBRARY_PREFIXES.episode_watch)) return episodeWatchOf(item);
  return undefined;
}

/** The record of a type from its attributes. */
export function libraryRecordOf(type: LibraryRecord['type'], item: Item): LibraryRecord {
  if (type === 'title') return titleOf(item);
  return type === 'movie_session' ? movieSessionOf(item) : episodeWatchOf(item);
}

export function titleOf(item: Item): Title {
  const ownStatus = textOrNull(item['own_status']);
  const nextSeason = numberOrNull(item['next_season']);
  return {
    type: 'title',
    kind: item['kind'] === 'tv' ? 'tv' : 'movie',
    tmdbId: Number(item['tmdb_id']),
    tvdbId: numberOrNull(item['tvdb_id']),
    imdbId: textOrNull(item['imdb_id']),
    traktId: numberOrNull(item['trakt_id']),
    title: textOrNull(item['title']) ?? '',
    originalTitle: textOrNull(item['original_title']),
    year: numberOrNull(item['year']),
    posterPath: textOrNull(item['poster_path']),
    backdropPath: textOrNull(item['backdrop_path']),
    durationSeconds: numberOrNull(item['duration']),
    status: item['status'] as TitleStatus,
    ownStatus:
      ownStatus === null ? null : { status: ownStatus as TitleStatus, setAt: numberOrNull(item['own_status_at']) ?? 0 },
    rating: numberOrNull(item['rating']) as Rating | null,
    isOwnRating: item['own_rating'] === true,
    traktRating: numberOrNull(item['trakt_rating']),
    partRatings: { ...(item['part_ratings'] as Record<string, number> | undefined) },
    addedAt: numberOrNull(item['added_at']) ?? 0,
    firstWatchedAt: numberOrNull(item['first_watched_at']),
    lastWatchedAt: numberOrNull(item['last_watched_at']),
    next:
      nextSeason === null ? null : { seasonNumber: nextSeason, episodeNumber: numberOrNull(item['next_episode']) ?? 1 },
    rev: numberOrNull(item['rev']) ?? 1,
  };
}

export const movieSessionOf = (item: Item): MovieSession => ({
  type: 'movie_session',
  tmdbId: Number(item['tmdb_id']),
  ...sessionOf(item),
  durationSeconds: numberOrNull(item['duration']),
  rev: numberOrNull(item['rev']) ?? 1,
});

export const episodeWatchOf = (item: Item): EpisodeWatch => ({
  type: 'episode_watch',
  tmdbId: Number(item['tmdb_id']),
  seasonNumber: Number(item['season_number']),
  episodeNumber: Number(item['episode_number']),
  ...sessionOf(item),
  tvdbId: numberOrNull(item['episode_tvdb_id']),
  name: textOrNull(item['episode_name']),
  airDate: textOrNull(item['air_date']),
  durationSeconds: numberOrNull(item['duration']),
  shownDay: textOrNull(item['shown_day']),
  shownAt: numberOrNull(item['shown_at']),
  dateSource: item['date_source'] === 'air' ? 'air' : 'watched',
  rev: numberOrNull(item['rev']) ?? 1,
});

const sessionAttributes = (session: WatchSession) => ({
  day: session.day,
  timestamp: session.watchedAt,
  plays: session.plays,
  source: session.source,
  trakt_ids: session.eventIds,
  instants: session.instants.some((instant) => instant !== null) ? session.instants : null,
  dates: session.isTrusted ? 'trakt' : null,
});

function sessionOf(item: Item): WatchSession {
  const eventIds = Array.isArray(item['trakt_ids']) ? item['trakt_ids'].map(String) : [];
  const instants: unknown[] = Array.isArray(item['instants']) ? item['instants'] : [];
  return {
    day: textOrNull(item['day']),
    watchedAt: numberOrNull(item['timestamp']),
    plays: numberOrNull(item['plays']) ?? 1,
    source: item['source'] === 'manual' ? 'manual' : 'trakt',
    eventIds,
    instants: eventIds.map((_, index) => numberOrNull(instants[index])),
    isTrusted: item['dates'] === 'trakt',
  };
}

const known = (attributes: Item): Item =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null));
const padded = (number: number): string => String(number).padStart(5, '0');
const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null);
