import { type Rating, ratingOfTrakt } from '../titles/rating-rules.ts';
import type { TitleReference } from '../titles/title-rules.ts';
import { toEpochSeconds } from '../core/instant-rules.ts';

/** Instants are epoch seconds. */
export interface MovieWatched {
  kind: 'movie_watched';
  title: TitleReference;
  eventId: string;
  /** Null if unknown. */
  watchedAt: number | null;
}

/** `title` is the series. */
export interface EpisodeWatched {
  kind: 'episode_watched';
  title: TitleReference;
  eventId: string;
  watchedAt: number | null;
  seasonNumber: number;
  episodeNumber: number;
  episodeTvdbId: number | null;
}

/** A rating of a title, a season or an episode. */
export interface Rated {
  kind: 'rated';
  title: TitleReference;
  /** Null for the title. */
  seasonNumber: number | null;
  /** Null for a season or the title. */
  episodeNumber: number | null;
  /** 1 to 10. */
  stated: number;
  rating: Rating;
  ratedAt: number | null;
}

export interface Planned {
  kind: 'planned';
  title: TitleReference;
  listedAt: number | null;
}

/** A series that the user stopped watching. */
export interface Dropped {
  kind: 'dropped';
  title: TitleReference;
  droppedAt: number | null;
}

/** What an import takes in, from an account or an export. */
export type ImportEvent = MovieWatched | EpisodeWatched | Rated | Planned | Dropped;

export type SkipReason =
  | 'no_tmdb_id'
  | 'no_season'
  | 'no_episode_number'
  | 'malformed'
  | 'unsupported_type'
  | 'invalid_rating'
  | 'not_at_tmdb';

export interface SkippedEntry {
  reason: SkipReason;
  title: string | null;
  traktId: number | null;
}

export type ReadEntry<T extends ImportEvent> = { event: T } | { skipped: SkippedEntry };

/** Trakt writes unknown dates as the epoch, so earlier dates are placeholders. */
const FIRST_REAL_DATE = Date.UTC(1971, 0, 1) / 1000;
const END_OF_DATES = Date.UTC(10_000, 0, 1) / 1000;

const MAXIMUM_ID = 2_147_483_647;
const MAXIMUM_YEAR = 9999;
export const MAXIMUM_NUMBER = 99_999;
/** Longer titles and other texts from Trakt are cut. */
export const MAXIMUM_TEXT_CHARACTERS = 300;
export const MAXIMUM_EVENT_ID_CHARACTERS = 64;

type Json = Record<string, unknown>;

/** Reads an entry of `/sync/history` or `watched-history-N.json`. */
export function readHistoryEntry(entry: unknown): ReadEntry<MovieWatched | EpisodeWatched> {
  if (!isObject(entry)) return skip('malformed');
  const { movie, show, episode } = entry;
  const type = typeOf(entry);
  const watchedAt = dateOf(entry['watched_at']);
  if (type === 'movie') {
    const title = readTitle('movie', movie);
    if ('skipped' in title) return title;
    const eventId = eventIdOf(entry, title.traktId ?? title.tmdbId);
    return { event: { kind: 'movie_watched', title, eventId, watchedAt } };
  }
  if (type !== 'episode') return skip('unsupported_type', movie ?? show);
  const title = readTitle('tv', show);
  if ('skipped' in title) return title;
  const place = readPlace(episode, show);
  if ('skipped' in place) return place;
  const ids = idsOf(episode);
  const eventId = eventIdOf(entry, ids.trakt ?? `${title.tmdbId}x${place.seasonNumber}x${place.episodeNumber}`);
  return { event: { kind: 'episode_watched', title, eventId, watchedAt, ...place, episodeTvdbId: ids.tvdb } };
}

/** Reads an entry of `/sync/ratings` or `ratings-….json`. */
export function readRatingEntry(entry: unknown): ReadEntry<Rated> {
  if (!isObject(entry)) return skip('malformed');
  const { movie, show, season, episode } = entry;
  const type = typeOf(entry);
  if (!isOneOf(['movie', 'show', 'season', 'episode'], type)) return skip('unsupported_type', movie ?? show);
  const title = type === 'movie' ? readTitle('movie', movie) : readTitle('tv', show);
  if ('skipped' in title) return title;
  const place = readRatedPlace(type, { season, episode, show });
  if ('skipped' in place) return place;
  const stated = integerOf(entry['rating']);
  const rating = stated === null ? undefined : ratingOfTrakt(stated);
  if (stated === null || rating === undefined) return skip('invalid_rating', movie ?? show);
  return { event: { kind: 'rated', title, ...place, stated, rating, ratedAt: dateOf(entry['rated_at']) } };
}

/** Reads an entry of `/sync/watchlist` or `lists-watchlist.json`. */
export function readWatchlistEntry(entry: unknown): ReadEntry<Planned> {
  if (!isObject(entry)) return skip('malformed');
  const { movie, show } = entry;
  const type = typeOf(entry);
  if (!isOneOf(['movie', 'show'], type)) return skip('unsupported_type', movie ?? show);
  const title = type === 'movie' ? readTitle('movie', movie) : readTitle('tv', show);
  if ('skipped' in title) return title;
  return { event: { kind: 'planned', title, listedAt: dateOf(entry['listed_at']) } };
}

/** Reads an entry of `hidden-dropped.json`. */
export function readDroppedEntry(entry: unknown): ReadEntry<Dropped> {
  if (!isObject(entry)) return skip('malformed');
  if (typeOf(entry) !== 'show') return skip('unsupported_type', entry['movie'] ?? entry['show']);
  const title = readTitle('tv', entry['show']);
  if ('skipped' in title) return title;
  return { event: { kind: 'dropped', title, droppedAt: dateOf(entry['hidden_at']) } };
}

/** A Trakt date as epoch seconds; null if it is missing, invalid, before 1971 or after 9999. */
export function dateOf(value: unknown): number | null {
  const milliseconds = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  const seconds = toEpochSeconds(milliseconds);
  return seconds >= FIRST_REAL_DATE && seconds < END_OF_DATES ? seconds : null;
}

/** Some exports omit the type. */
const typeOf = (entry: Json): unknown =>
  entry['type'] ?? ['episode', 'season', 'movie', 'show'].find((type) => isObject(entry[type]));

function readTitle(type: TitleReference['type'], value: unknown): TitleReference | { skipped: SkippedEntry } {
  if (!isObject(value) || !isObject(value['ids'])) return skip('malformed', value);
  const ids = idsOf(value);
  if (ids.tmdb === null) return skip('no_tmdb_id', value);
  return {
    type,
    tmdbId: ids.tmdb,
    tvdbId: ids.tvdb,
    imdbId: ids.imdb,
    traktId: ids.trakt,
    title: textOf(value['title']),
    year: integerOf(value['year'], MAXIMUM_YEAR),
  };
}

/** Also for entries that can't be imported. */
export const isOfSeries = (entry: unknown): boolean =>
  isObject(entry) && typeOf(entry) !== 'movie' && isObject(entry['show']);

/** A missing season is not season 0, which holds the specials. */
function readPlace(
  episode: unknown,
  show: unknown,
): { seasonNumber: number; episodeNumber: number } | { skipped: SkippedEntry } {
  if (!isObject(episode)) return skip('malformed', show);
  const seasonNumber = integerOf(episode['season'], MAXIMUM_NUMBER);
  if (seasonNumber === null) return skip('no_season', show);
  const episodeNumber = integerOf(episode['number'], MAXIMUM_NUMBER);
  return episodeNumber === null ? skip('no_episode_number', show) : { seasonNumber, episodeNumber };
}

function readRatedPlace(
  type: 'movie' | 'show' | 'season' | 'episode',
  { season, episode, show }: { season: unknown; episode: unknown; show: unknown },
): { seasonNumber: number | null; episodeNumber: number | null } | { skipped: SkippedEntry } {
  if (type === 'episode') return readPlace(episode, show);
  if (type !== 'season') return { seasonNumber: null, episodeNumber: null };
  const seasonNumber = isObject(season) ? integerOf(season['number'], MAXIMUM_NUMBER) : null;
  return seasonNumber === null ? skip('no_season', show) : { seasonNumber, episodeNumber: null };
}

/** Trakt's event id, as text since it may exceed a number; without one, an id derived from the viewing. */
function eventIdOf(entry: Json, watched: number | string): string {
  const id = entry['id'];
  const text = typeof id === 'string' || typeof id === 'number' ? String(id) : '';
  if (/^\w+$/.test(text) && text.length <= MAXIMUM_EVENT_ID_CHARACTERS) return text;
  return `${textOf(typeOf(entry))}:${watched}@${dateOf(entry['watched_at']) ?? 'unknown'}`;
}

function idsOf(value: unknown) {
  const ids = isObject(value) && isObject(value['ids']) ? value['ids'] : {};
  const id = (name: string) => integerOf(ids[name], MAXIMUM_ID) || null;
  return { trakt: id('trakt'), tmdb: id('tmdb'), tvdb: id('tvdb'), imdb: textOf(ids['imdb']) };
}

function skip(reason: SkipReason, title?: unknown): { skipped: SkippedEntry } {
  const name = isObject(title) ? textOf(title['title']) : null;
  return { skipped: { reason, title: name, traktId: idsOf(title).trakt } };
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isOneOf = <const T extends string>(allowed: readonly T[], value: unknown): value is T =>
  typeof value === 'string' && (allowed as readonly string[]).includes(value);

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value.slice(0, MAXIMUM_TEXT_CHARACTERS).toWellFormed() : null;

/** A non-negative integer, also in digits. */
function integerOf(value: unknown, maximum = Number.MAX_SAFE_INTEGER): number | null {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value.trim()) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 && number <= maximum ? number : null;
}
