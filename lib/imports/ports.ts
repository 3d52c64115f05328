import type { SyncStage } from './cursor-rules.ts';
import type { EpisodeWatched, MovieWatched, Planned, Rated, SkippedEntry } from './event-rules.ts';

/** A pair of tokens as Trakt gives it. */
export interface TraktTokens {
  accessToken: string;
  /** Works once. */
  refreshToken: string;
  expiresInSeconds: number;
  /** Epoch seconds by Trakt's clock. */
  createdAt: number | null;
}

/** A login that the person confirms on another device. */
export interface TraktDevice {
  deviceCode: string;
  userCode: string;
  verificationUrl: string;
  expiresInSeconds: number;
  intervalSeconds: number;
}

/** Trakt's logins. Each call throws `NotConfiguredError` without a client id. */
export interface TraktOauth {
  /** Where the person allows the app in. */
  authorizeUrl(request: { state: string; codeChallenge: string }): Promise<string>;
  exchangeCode(request: { code: string; codeVerifier: string }): Promise<TraktTokens>;
  startDevice(): Promise<TraktDevice>;
  /** Final refusals are errors: `trakt_device_unknown`, `…_used`, `…_expired`, `…_denied`. */
  pollDevice(
    deviceCode: string,
  ): Promise<{ status: 'pending' } | { status: 'slow_down' } | { status: 'connected'; tokens: TraktTokens }>;
  /** Undefined when Trakt does not take the token any more. */
  refresh(refreshToken: string): Promise<TraktTokens | undefined>;
  revoke(accessToken: string, signal?: AbortSignal): Promise<void>;
}

/** Makes a call with a valid access token, and once more with a renewed one where the first was refused. */
export type WithToken = <T>(call: (accessToken: string) => Promise<T>) => Promise<T>;

export interface TraktCall {
  withToken: WithToken;
  signal?: AbortSignal | undefined;
}

/** `from` goes on behind the pages that were read before: the next page, its limit, and how many entries there were. */
export interface TraktPaging extends TraktCall {
  from?: { page: number; limit: number; distinct: number } | undefined;
}

/** One page of a list, without entries that earlier pages had. */
export interface TraktListPage<T> {
  page: number;
  /** How many Trakt gives on a page: less than asked for, where it clamps. */
  limit: number;
  /** Null where Trakt does not say. */
  pageCount: number | null;
  itemCount: number | null;
  /** Different entries so far, this page included. */
  distinct: number;
  events: T[];
  skipped: SkippedEntry[];
  isLast: boolean;
  /** On the last page: why the list must not be taken for whole. */
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
  /** Null where Trakt does not know it. */
  tmdbId: number | null;
  plays: number;
  /** When one of its plays was last added, changed or removed; null where Trakt does not say. */
  lastUpdatedAt: number | null;
}

/** Trakt's data of one person. Instants are epoch seconds. Errors have the codes `trakt_unauthorized`, `trakt_forbidden`, `trakt_rate_limited`, … */
export interface Trakt {
  /** Newest first. `startAt` and `endAt` concern the date of the viewing; with a `traktId` that title's alone. */
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
  /** One entry per title, to find what was logged late. */
  watched(paging: TraktPaging & { type: 'movies' | 'shows' }): AsyncIterable<TraktListPage<TraktWatched>>;
  /** When each stage of a sync last changed; null where Trakt does not say. */
  lastActivities(call: TraktCall): Promise<Record<SyncStage, number | null>>;
  username(call: TraktCall): Promise<string | null>;
}
