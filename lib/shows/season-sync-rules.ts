import { DateTime } from 'luxon';
import type { CatalogEpisode, CatalogSeason, CatalogShow } from './catalog-rules.ts';
import type { EpisodeSummary } from '../tmdb/tmdb-rules.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const LONGEST_BACK_OFF = 6 * HOUR;
const BACK_OFF_SPREAD = 0.1;
const RECENT_DAYS = 14;
const SETTLED_REFRESH = 30 * DAY;

/** When a season is asked for again that is on the move, has no episodes yet, or is unknown at TMDB. */
export const SOON_REFRESH = DAY;

/** How long a show's details are taken as they are, in seconds. */
export const DETAILS_LIFETIME = DAY;

/** Seconds until the attempt after the `failures`-th in a row; `chance` (0 to 1) spreads them by a tenth. */
export function backOffSeconds(failures: number, chance: number): number {
  const pause = Math.min(MINUTE * 2 ** (failures - 1), LONGEST_BACK_OFF);
  return Math.round(pause * (1 - BACK_OFF_SPREAD + 2 * BACK_OFF_SPREAD * chance));
}

/** When there is something to do about a season, as epoch seconds; null is never. */
export function dueAt(season: Pick<CatalogSeason, 'synced' | 'unavailable' | 'nextAttemptAt' | 'refreshAfter'>) {
  return season.synced || season.unavailable ? season.refreshAfter : season.nextAttemptAt;
}

/** A season in a due list. */
export interface DueSeason {
  dueAt: number;
  /** When its show was accessed last. */
  accessedAt: number;
}

/** Of what is due, shows that were accessed last come first, then what has waited longest. */
export const inOrder = <T extends DueSeason>(due: readonly T[]): T[] =>
  due.toSorted((a, b) => b.accessedAt - a.accessedAt || a.dueAt - b.dueAt);

const OVER = new Set(['Ended', 'Canceled', 'Cancelled']);

/** Whether new episodes are still to come, as far as TMDB's status says. */
export const isRunning = ({ status }: Pick<CatalogShow, 'status'>): boolean => !OVER.has(status ?? '');

/** When a season that was synced `now` (epoch seconds) is asked for again; null is never. */
export function refreshAfter({
  episodes,
  isLast,
  show,
  now,
}: {
  episodes: readonly Pick<CatalogEpisode, 'airDate'>[];
  /** No season of the show has a higher number. */
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

/** What makes the stored episodes of a season equal to those fetched. */
export interface EpisodeChanges {
  inserted: CatalogEpisode[];
  updated: CatalogEpisode[];
  /** Not listed any more: marked, never removed. */
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
