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

/** A series in the shared catalog. Instants are epoch seconds, dates `YYYY-MM-DD`. */
export interface CatalogShow {
  showId: TmdbShowId;
  tvdbId: number | null;
  name: string;
  originalName: string | null;
  /** TMDB's terms: `Returning Series`, `Ended`. */
  status: string | null;
  lastAirDate: string | null;
  runtimeMinutes: number | null;
  seasons: AnnouncedSeason[];
  fetchedAt: number;
}

/** `watching` if anyone follows the show. */
export type DueList = 'watching' | 'other';

/** Instants are epoch seconds. */
export interface CatalogSeason {
  showId: TmdbShowId;
  seasonNumber: number;
  name: string | null;
  list: DueList;
  /** The stored episodes match `rev`. */
  synced: boolean;
  syncedAt: number | null;
  /** Incremented when the stored episodes are outdated. */
  rev: number;
  expectedEpisodes: number;
  knownEpisodes: number;
  /** Consecutive failures. */
  attempts: number;
  lastError: string | null;
  nextAttemptAt: number;
  /** When to fetch a synced or unavailable season again; null for never. */
  refreshAfter: number | null;
  /** TMDB doesn't have it. */
  unavailable: boolean;
  /** A worker has leased it until then. */
  leaseUntil: number;
  /** Last access to its show. */
  accessedAt: number;
}

export interface CatalogEpisode {
  seasonNumber: number;
  episodeNumber: number;
  name: string | null;
  airDate: string | null;
  runtimeMinutes: number | null;
  /** No longer listed by TMDB. */
  vanished: boolean;
}
