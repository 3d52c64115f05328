import {
  choice,
  count,
  flag,
  instant,
  objects,
  optional,
  place,
  providerId,
  text,
  type ValuesOf,
} from '../core/field-rules.ts';

declare const brand: unique symbol;

/** Branded so that ids of other catalogs don't type-check. */
export type TmdbShowId = number & { readonly [brand]: 'TMDB series' };

export const tmdbShowId = (id: number): TmdbShowId => id as TmdbShowId;

/** A season as TMDB's series details list it. */
export interface AnnouncedSeason {
  /** 0 is the specials. */
  seasonNumber: number;
  name: string | null;
  episodeCount: number;
}

const announced = objects<{ season_number: number; name: string | null; episode_count: number }>('seasons', {});

/** A series in the shared catalog. Instants are epoch seconds, dates `YYYY-MM-DD`. */
export const catalogShowFields = {
  showId: providerId<TmdbShowId>('tmdb_id'),
  tvdbId: optional(providerId('tvdb_id')),
  name: text('name'),
  originalName: optional(text('original_name')),
  /** TMDB's terms: `Returning Series`, `Ended`. */
  status: optional(text('status')),
  lastAirDate: optional(text('last_air_date')),
  runtimeMinutes: optional(count('runtime_minutes')),
  seasons: {
    ...announced,
    read: (value: unknown): AnnouncedSeason[] =>
      announced.read(value).map(({ season_number: seasonNumber, name, episode_count: episodeCount }) => ({
        seasonNumber,
        name,
        episodeCount,
      })),
    write: (seasons: readonly AnnouncedSeason[]) =>
      seasons.map(({ seasonNumber, name, episodeCount }) => ({
        season_number: seasonNumber,
        name,
        episode_count: episodeCount,
      })),
    absent: { value: [] },
  },
  fetchedAt: instant('fetched_at'),
};
export type CatalogShow = ValuesOf<typeof catalogShowFields>;

/** `watching` if anyone follows the show. */
export type DueList = 'watching' | 'other';

/** Instants are epoch seconds. */
export const catalogSeasonFields = {
  showId: providerId<TmdbShowId>('tmdb_id'),
  seasonNumber: place('season_number'),
  name: optional(text('name')),
  list: choice('list', ['other', 'watching']),
  /** The stored episodes match `rev`. */
  synced: flag('synced'),
  syncedAt: optional(instant('synced_at')),
  /** Incremented when the stored episodes are outdated. */
  rev: count('rev'),
  expectedEpisodes: count('expected_episodes'),
  knownEpisodes: count('known_episodes'),
  /** Consecutive failures. */
  attempts: count('attempts'),
  lastError: optional(text('last_error')),
  nextAttemptAt: instant('next_attempt_at'),
  /** When to fetch a synced or unavailable season again; null for never. */
  refreshAfter: optional(instant('refresh_after')),
  /** TMDB doesn't have it. */
  unavailable: flag('unavailable'),
  /** A worker has leased it until then. */
  leaseUntil: instant('lease'),
  /** Last access to its show. */
  accessedAt: instant('accessed_at'),
};
export type CatalogSeason = ValuesOf<typeof catalogSeasonFields>;

export const catalogEpisodeFields = {
  seasonNumber: place('season_number'),
  episodeNumber: place('episode_number'),
  name: optional(text('name')),
  airDate: optional(text('air_date')),
  runtimeMinutes: optional(count('runtime_minutes')),
  /** No longer listed by TMDB. */
  vanished: flag('vanished'),
};
export type CatalogEpisode = ValuesOf<typeof catalogEpisodeFields>;
