declare const brand: unique symbol;

/** The id of a series at TMDB, which ids of other catalogues never pass for. */
export type TmdbShowId = number & { readonly [brand]: 'TMDB series' };

/** Says that a number is the id of a series at TMDB. */
export const tmdbShowId = (id: number): TmdbShowId => id as TmdbShowId;

/** A season as the details of its series announce it. */
export interface AnnouncedSeason {
  /** 0 is the specials. */
  seasonNumber: number;
  name: string | null;
  episodeCount: number;
}

/** A series as the catalogue keeps it, shared by everybody. Instants are epoch seconds, dates `YYYY-MM-DD`. */
export interface CatalogShow {
  showId: TmdbShowId;
  tvdbId: number | null;
  name: string;
  originalName: string | null;
  /** TMDB's words: `Returning Series`, `Ended`. */
  status: string | null;
  lastAirDate: string | null;
  runtimeMinutes: number | null;
  seasons: AnnouncedSeason[];
  fetchedAt: number;
}

/** Which due list a season is in: of followed shows, or of the others. */
export type DueList = 'watching' | 'other';

/** A season and how far its episodes are synced. Instants are epoch seconds. */
export interface CatalogSeason {
  showId: TmdbShowId;
  seasonNumber: number;
  name: string | null;
  list: DueList;
  /** The stored episodes are what was fetched for this `rev`. */
  synced: boolean;
  syncedAt: number | null;
  /** Grows when what is stored is known to be outdated. */
  rev: number;
  expectedEpisodes: number;
  knownEpisodes: number;
  /** Failures since the last success. */
  attempts: number;
  lastError: string | null;
  nextAttemptAt: number;
  /** When a synced or unavailable season is asked for again; null is never. */
  refreshAfter: number | null;
  /** TMDB has no such season. */
  unavailable: boolean;
  /** Somebody syncs it until then. */
  leaseUntil: number;
  /** When its show was accessed last. */
  accessedAt: number;
}

export interface CatalogEpisode {
  seasonNumber: number;
  episodeNumber: number;
  name: string | null;
  airDate: string | null;
  runtimeMinutes: number | null;
  /** TMDB does not list it any more. */
  vanished: boolean;
}
