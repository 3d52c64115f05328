import { DateTime } from 'luxon';
import type { CatalogEpisode, CatalogSeason, CatalogShow } from './catalog-rules.ts';
import type { EpisodeSummary } from '../tmdb/ports.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const LONGEST_BACK_OFF = 6 * HOUR;
const BACK_OFF_SPREAD = 0.1;
const RECENT_DAYS = 14;
const SETTLED_REFRESH = 30 * DAY;

/** For seasons in progress, without episodes, or unknown to TMDB. */
export const SOON_REFRESH = DAY;

/** Seconds until a show's details are outdated. */
export const DETAILS_LIFETIME = DAY;

/** Seconds until the next attempt after consecutive failures; `chance` (0 to 1) adds jitter of a tenth. */
export function backOffSeconds(failures: number, chance: number): number {
  const pause = Math.min(MINUTE * 2 ** (failures - 1), LONGEST_BACK_OFF);
  return Math.round(pause * (1 - BACK_OFF_SPREAD + 2 * BACK_OFF_SPREAD * chance));
}

/** Epoch seconds; null for never. */
export function dueAt(season: Pick<CatalogSeason, 'synced' | 'unavailable' | 'nextAttemptAt' | 'refreshAfter'>) {
  return season.synced || season.unavailable ? season.refreshAfter : season.nextAttemptAt;
}

export interface DueSeason {
  dueAt: number;
  /** Last access to its show. */
  accessedAt: number;
}

/** Most recently accessed first, then by waiting time. */
export const inOrder = <T extends DueSeason>(due: readonly T[]): T[] =>
  due.toSorted((a, b) => b.accessedAt - a.accessedAt || a.dueAt - b.dueAt);

const ENDED = new Set(['Ended', 'Canceled', 'Cancelled']);

/** Whether TMDB's status allows for new episodes. */
export const isRunning = ({ status }: Pick<CatalogShow, 'status'>): boolean => !ENDED.has(status ?? '');

/** When to fetch a season synced at `now` (epoch seconds) again; null for never. */
export function refreshAfter({
  episodes,
  isLast,
  show,
  now,
}: {
  episodes: readonly Pick<CatalogEpisode, 'airDate'>[];
  /** The show's highest season. */
  isLast: boolean;
  show: Pick<CatalogShow, 'status' | 'lastAirDate'>;
  now: number;
}): number | null {
  const dayBefore = (period: { days?: number; years?: number }) =>
    DateTime.fromSeconds(now, { zone: 'utc' }).minus(period).toISODate() ?? '';
  if (!isRunning(show) && show.lastAirDate !== null && show.lastAirDate < dayBefore({ years: 1 })) return null;
  const recent = dayBefore({ days: RECENT_DAYS });
  const isMoving = episodes.some(({ airDate }) => airDate === null || airDate >= recent);
  return now + (isMoving || (isLast && isRunning(show)) ? SOON_REFRESH : SETTLED_REFRESH);
}

/** Changes that make stored episodes match the fetched ones. */
export interface EpisodeChanges {
  inserted: CatalogEpisode[];
  updated: CatalogEpisode[];
  /** No longer listed: marked, never deleted. */
  vanished: CatalogEpisode[];
}

export function episodeChanges(
  stored: readonly CatalogEpisode[],
  seasonNumber: number,
  fetched: readonly EpisodeSummary[],
): EpisodeChanges {
  const known = new Map(stored.map((episode) => [episode.episodeNumber, episode]));
  const wanted = new Map(
    fetched.map(({ episodeNumber, name, airDate, runtimeMinutes }) => [
      episodeNumber,
      { seasonNumber, episodeNumber, name, airDate, runtimeMinutes, vanished: false },
    ]),
  );
  const changes: EpisodeChanges = { inserted: [], updated: [], vanished: [] };
  for (const episode of wanted.values()) {
    const before = known.get(episode.episodeNumber);
    if (!before) changes.inserted.push(episode);
    else if (!isSame(before, episode)) changes.updated.push(episode);
  }
  for (const episode of known.values()) {
    if (!episode.vanished && !wanted.has(episode.episodeNumber)) changes.vanished.push({ ...episode, vanished: true });
  }
  return changes;
}

const isSame = (one: CatalogEpisode, other: CatalogEpisode): boolean =>
  one.name === other.name &&
  one.airDate === other.airDate &&
  one.runtimeMinutes === other.runtimeMinutes &&
  one.vanished === other.vanished;
