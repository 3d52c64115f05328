import type { SyncStage } from './cursor-rules.ts';
import type { EpisodeWatched, MovieWatched, Planned, Rated, SkippedEntry } from './event-rules.ts';

export interface TraktTokens {
  accessToken: string;
  /** Works once. */
  refreshToken: string;
  expiresInSeconds: number;
  /** Epoch seconds by Trakt's clock. */
  createdAt: number | null;
}

export interface TraktDevice {
  deviceCode: string;
  userCode: string;
  verificationUrl: string;
  expiresInSeconds: number;
  intervalSeconds: number;
}

/** Trakt logins. Each call throws `NotConfiguredError` without a client id. */
export interface TraktOauth {
  /** The page where the user approves the app. */
  authorizeUrl(request: { state: string; codeChallenge: string }): Promise<string>;
  exchangeCode(request: { code: string; codeVerifier: string }): Promise<TraktTokens>;
  startDevice(): Promise<TraktDevice>;
  /** Final refusals throw `trakt_device_unknown`, `…_used`, `…_expired` or `…_denied`. */
  pollDevice(
    deviceCode: string,
  ): Promise<{ status: 'pending' } | { status: 'slow_down' } | { status: 'connected'; tokens: TraktTokens }>;
  /** Undefined if Trakt rejects the token. */
  refresh(refreshToken: string): Promise<TraktTokens | undefined>;
  revoke(accessToken: string, signal?: AbortSignal): Promise<void>;
}

/** Makes a call with a valid access token; retries once with a renewed one if that is rejected. */
export type WithToken = <T>(call: (accessToken: string) => Promise<T>) => Promise<T>;

export interface TraktCall {
  withToken: WithToken;
  signal?: AbortSignal | undefined;
}

/** `from` resumes after earlier pages: next page, its limit, entries so far. */
export interface TraktPaging extends TraktCall {
  from?: { page: number; limit: number; distinct: number } | undefined;
}

/** One page of a list, without entries of earlier pages. */
export interface TraktListPage<T> {
  page: number;
  /** Trakt's actual page size, which may be less than requested. */
  limit: number;
  /** Null if unknown. */
  pageCount: number | null;
  itemCount: number | null;
  /** Distinct entries so far, this page included. */
  distinct: number;
  events: T[];
  skipped: SkippedEntry[];
  isLast: boolean;
  /** On the last page: why the list is incomplete. */
  incomplete: 'repeated_page' | 'too_many_pages' | 'missing_items' | null;
}

export interface TraktWatchedShow {
  tmdbId: number;
  title: string | null;
  plays: number;
  lastWatchedAt: number | null;
}

/** A film or series that Trakt counts as watched. */
export interface TraktWatched {
  traktId: number;
  /** Null if Trakt has none. */
  tmdbId: number | null;
  plays: number;
  /** When a play was last added, changed or removed; null if unknown. */
  lastUpdatedAt: number | null;
}

/**
 * One user's data on Trakt. Instants are epoch seconds. Throws `trakt_unauthorized`, `trakt_forbidden`,
 * `trakt_rate_limited`, …
 */
export interface Trakt {
  /** Newest first. `startAt` and `endAt` limit the date of viewing. */
  history(
    request: TraktPaging & {
      type: 'movies' | 'shows';
      startAt?: number | undefined;
      endAt: number;
      traktId?: number | undefined;
    },
  ): AsyncIterable<TraktListPage<MovieWatched | EpisodeWatched>>;
  ratings(paging: TraktPaging): AsyncIterable<TraktListPage<Rated>>;
  watchlist(paging: TraktPaging): AsyncIterable<TraktListPage<Planned>>;
  /** One entry per series, to check the history against. */
  watchedShows(paging: TraktPaging): AsyncIterable<TraktListPage<TraktWatchedShow>>;
  /** One entry per title, to find plays logged late. */
  watched(paging: TraktPaging & { type: 'movies' | 'shows' }): AsyncIterable<TraktListPage<TraktWatched>>;
  /** When each stage last changed; null if unknown. */
  lastActivities(call: TraktCall): Promise<Record<SyncStage, number | null>>;
  username(call: TraktCall): Promise<string | null>;
}
