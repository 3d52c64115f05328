import type { ProviderHeaders } from '../../core/http/pacer.ts';
import type { Trakt, TraktCall, TraktListPage, TraktPaging, TraktWatched, TraktWatchedShow } from '../ports.ts';
import * as z from 'zod';
import {
  dateOf,
  type ImportEvent,
  type ReadEntry,
  readHistoryEntry,
  readRatingEntry,
  readWatchlistEntry,
} from '../event-rules.ts';
import type { Clock } from '../../core/ports.ts';
import { type ProviderHttp, readBody } from '../../core/http/http.ts';
import { optionalNumber, optionalObject, optionalText } from '../../core/http/tolerant-fields.ts';
import { createTraktHttp, readTraktCredentials, TRAKT, type TraktCredentials } from './trakt-request.ts';

/** Trakt's maximum page size. */
const PAGE_SIZE = 250;
const MOST_PAGES = 2000;

export interface TraktOptions {
  secret: () => Promise<TraktCredentials>;
  /** `https://api.trakt.tv` */
  baseUrl: string;
  clock: Clock;
  http?: ProviderHttp;
}

const activitiesSchema = z.object({
  movies: optionalObject({ watched_at: optionalText, rated_at: optionalText }),
  episodes: optionalObject({ watched_at: optionalText, rated_at: optionalText }),
  shows: optionalObject({ rated_at: optionalText }),
  seasons: optionalObject({ rated_at: optionalText }),
  watchlist: optionalObject({ updated_at: optionalText }),
});
const settingsSchema = z.object({ user: z.object({ username: optionalText }) });
const watchedSchema = z.object({
  plays: optionalNumber,
  last_watched_at: optionalText,
  show: z.object({
    title: optionalText,
    ids: z.object({ trakt: z.number().nullish(), tmdb: z.number().nullish() }),
  }),
});
const watchedTitleSchema = z.object({ ids: z.object({ trakt: z.number(), tmdb: z.number().nullish() }) }).nullish();
const titlePlaysSchema = z.object({
  plays: optionalNumber,
  last_updated_at: optionalText,
  movie: watchedTitleSchema,
  show: watchedTitleSchema,
});

interface List<T> {
  path: string;
  subject: string;
  query?: Record<string, string>;
  /** Identifies an entry; undefined if it has no id. */
  identityOf: (entry: Record<string, unknown>) => string | undefined;
  read: (entry: unknown) => { event: T } | Extract<ReadEntry<ImportEvent>, { skipped: unknown }>;
}

export function createTrakt({ secret, baseUrl, clock, http = createTraktHttp({ clock }) }: TraktOptions): Trakt {
  async function get(
    path: string,
    { subject, query, call }: { subject: string; query?: Record<string, string | number>; call: TraktCall },
  ) {
    const { clientId } = await readTraktCredentials(secret);
    return call.withToken((accessToken) =>
      http.request({
        provider: TRAKT,
        subject,
        url: `${baseUrl}${path}`,
        headers: {
          'content-type': 'application/json',
          'trakt-api-version': '2',
          'trakt-api-key': clientId,
          authorization: `Bearer ${accessToken}`,
        },
        ...(query && { query }),
        ...(call.signal && { signal: call.signal }),
      }),
    );
  }

  async function* pages<T>(list: List<T>, { from, ...call }: TraktPaging): AsyncGenerator<TraktListPage<T>> {
    const seen = new Set<string>();
    const distinctBefore = from?.distinct ?? 0;
    let limit = from?.limit ?? PAGE_SIZE;
    let longest = 0;
    let previous = '';
    for (let page = from?.page ?? 1; ; page += 1) {
      const query = { ...list.query, page, limit };
      const { body, headers } = await get(list.path, { subject: list.subject, query, call });
      const entries = readBody({ provider: TRAKT, subject: list.subject }, z.array(z.unknown()), body);
      const pageCount = numberIn(headers, 'x-pagination-page-count');
      const itemCount = numberIn(headers, 'x-pagination-item-count');
      const echoed = numberIn(headers, 'x-pagination-limit') || null;
      limit = Math.min(limit, echoed ?? limit);

      const identities = entries.map((entry, index) => identityOf(list, entry) ?? `${page}/${index}`);
      const fresh = entries.filter((_, index) => isNew(seen, identities[index] ?? ''));
      // Entries without an id are recognized by their content.
      const content = entries.map((entry) => identityOf(list, entry) ?? JSON.stringify(entry)).join('\n');
      const isRepeated = entries.length > 0 && content === previous;
      previous = content;
      const distinct = distinctBefore + seen.size;
      // Without a count of entries, an empty page before the last one announced gives it away.
      const isMissing = itemCount === null ? entries.length === 0 && page < (pageCount ?? 0) : distinct < itemCount;
      // The announced page count lags behind: only a page that isn't full can be the last.
      const isFull = entries.length >= (echoed ?? Math.max(longest, 1));
      longest = Math.max(longest, entries.length);
      const isEnd = page >= (pageCount ?? Infinity) && !isFull;
      const isLast = entries.length === 0 || isRepeated || isEnd || page >= MOST_PAGES;
      const isCutOff = page >= MOST_PAGES && !isEnd && entries.length > 0;
      const read = fresh.map(list.read);
      yield {
        page,
        limit,
        pageCount,
        itemCount,
        distinct,
        events: read.flatMap((one) => ('event' in one ? [one.event] : [])),
        skipped: read.flatMap((one) => ('skipped' in one ? [one.skipped] : [])),
        isLast,
        incomplete: isLast ? shortfall({ isRepeated, isCutOff, isMissing }) : null,
      };
      if (isLast) return;
    }
  }

  return {
    history: ({ type, startAt, endAt, traktId, ...paging }) =>
      pages(
        {
          path: `/sync/history/${type}${traktId === undefined ? '' : `/${traktId}`}`,
          subject: type === 'movies' ? 'the history of films' : 'the history of episodes',
          query: { ...(startAt !== undefined && { start_at: instant(startAt) }), end_at: instant(endAt) },
          identityOf: ({ id }) => textOf(id),
          read: readHistoryEntry,
        },
        paging,
      ),
    ratings: (paging) =>
      pages(
        {
          path: '/sync/ratings',
          subject: 'the ratings',
          identityOf: (entry) => idOfThing(entry),
          read: readRatingEntry,
        },
        paging,
      ),
    watchlist: (paging) =>
      pages(
        {
          path: '/sync/watchlist',
          subject: 'the watchlist',
          identityOf: (entry) => textOf(entry['id']) ?? idOfThing(entry),
          read: readWatchlistEntry,
        },
        paging,
      ),
    watchedShows: (paging) =>
      pages<TraktWatchedShow>(
        {
          path: '/sync/watched/shows',
          subject: 'the watched series',
          identityOf: (entry) => idOfThing({ ...entry, type: 'show' }),
          read: readWatchedShow,
        },
        paging,
      ),

    watched: ({ type, ...paging }) =>
      pages<TraktWatched>(
        {
          path: `/sync/watched/${type}`,
          subject: type === 'movies' ? 'the watched films' : 'the watched series',
          identityOf: (entry) => idOfThing({ ...entry, type: type === 'movies' ? 'movie' : 'show' }),
          read: readWatched,
        },
        paging,
      ),

    async lastActivities(call) {
      const subject = 'the last activities';
      const { body } = await get('/sync/last_activities', { subject, call });
      const { movies, episodes, shows, seasons, watchlist } = readBody(
        { provider: TRAKT, subject },
        activitiesSchema,
        body,
      );
      return {
        movies: dateOf(movies?.watched_at),
        episodes: dateOf(episodes?.watched_at),
        watchlist: dateOf(watchlist?.updated_at),
        ratings: latest([movies?.rated_at, episodes?.rated_at, shows?.rated_at, seasons?.rated_at].map(dateOf)),
      };
    },

    async username(call) {
      const subject = 'the account';
      const { body } = await get('/users/settings', { subject, call });
      return readBody({ provider: TRAKT, subject }, settingsSchema, body).user.username ?? null;
    },
  };
}

function shortfall({ isRepeated, isCutOff, isMissing }: Record<'isRepeated' | 'isCutOff' | 'isMissing', boolean>) {
  if (isRepeated) return 'repeated_page';
  if (isCutOff) return 'too_many_pages';
  return isMissing ? 'missing_items' : null;
}

function readWatchedShow(entry: unknown): ReturnType<List<TraktWatchedShow>['read']> {
  const result = watchedSchema.safeParse(entry);
  if (!result.success) return { skipped: { reason: 'malformed', title: null, traktId: null } };
  const { plays, last_watched_at: lastWatchedAt, show } = result.data;
  const title = show.title ?? null;
  if (!show.ids.tmdb) return { skipped: { reason: 'no_tmdb_id', title, traktId: show.ids.trakt ?? null } };
  return { event: { tmdbId: show.ids.tmdb, title, plays: plays ?? 0, lastWatchedAt: dateOf(lastWatchedAt) } };
}

function readWatched(entry: unknown): ReturnType<List<TraktWatched>['read']> {
  const { data } = titlePlaysSchema.safeParse(entry);
  const ids = (data?.movie ?? data?.show)?.ids;
  if (!data || !ids) return { skipped: { reason: 'malformed', title: null, traktId: null } };
  return {
    event: {
      traktId: ids.trakt,
      tmdbId: ids.tmdb || null,
      plays: data.plays ?? 0,
      lastUpdatedAt: dateOf(data.last_updated_at),
    },
  };
}

function identityOf<T>(list: List<T>, entry: unknown): string | undefined {
  return typeof entry === 'object' && entry !== null ? list.identityOf(entry as Record<string, unknown>) : undefined;
}

/** `show 12`: type and Trakt id. */
function idOfThing(entry: Record<string, unknown>): string | undefined {
  const type = textOf(entry['type']);
  const thing = type === undefined ? undefined : (entry[type] as { ids?: { trakt?: unknown } } | null | undefined);
  const id = textOf(thing?.ids?.trakt);
  return id === undefined ? undefined : `${type} ${id}`;
}

function isNew(seen: Set<string>, identity: string): boolean {
  if (seen.has(identity)) return false;
  seen.add(identity);
  return true;
}

function numberIn(headers: ProviderHeaders, name: string): number | null {
  const header = headers[name];
  return typeof header === 'string' && /^\d{1,9}$/.test(header) ? Number(header) : null;
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;

const latest = (dates: (number | null)[]): number | null =>
  dates.reduce((a, b) => (a === null || b === null ? (a ?? b) : Math.max(a, b)), null);

const instant = (epochSeconds: number): string => new Date(epochSeconds * 1000).toISOString();
