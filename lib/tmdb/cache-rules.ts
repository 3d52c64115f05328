import type { SearchKind } from './ports.ts';

/** For statistics. */
export type CacheKind = 'search' | 'movie' | 'tv' | 'season' | 'person' | 'collection' | 'trending';

/** The cache key of a response, and how long it is fresh. */
export interface CachePlace {
  key: string;
  kind: CacheKind;
  lifetimeSeconds: number;
  /** Lifetime of 404s and empty results. */
  emptyLifetimeSeconds: number;
}

/** By default TMDB's default language and the first page. */
export interface Edition {
  language?: string | undefined;
  page?: number | undefined;
}

const HOUR = 60 * 60;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/** How long an expired response can be used while TMDB is down. */
export const STALE_SECONDS = WEEK;
/** Larger responses don't fit into a DynamoDB item and aren't cached. */
export const MAXIMUM_CACHED_BYTES = 380 * 1024;
const DEFAULT_LANGUAGE = 'en-US';

export const cachePlaces = {
  search: (kind: SearchKind, query: string, edition: Edition = {}) =>
    place(`search:${kind}:${keyText(query)}`, { kind: 'search', seconds: HOUR, emptySeconds: 10 * 60 }, edition),
  movie: (id: number, edition?: Edition) => place(`movie:${id}`, { kind: 'movie', seconds: DAY }, edition),
  movieCredits: (id: number, edition?: Edition) =>
    place(`movie:${id}:credits`, { kind: 'movie', seconds: DAY }, edition),
  series: (id: number, edition?: Edition) => place(`tv:${id}`, { kind: 'tv', seconds: DAY }, edition),
  seriesCredits: (id: number, edition?: Edition) => place(`tv:${id}:credits`, { kind: 'tv', seconds: DAY }, edition),
  seriesIdByTvdbId: (tvdbId: number) => place(`find:tvdb:${tvdbId}`, { kind: 'tv', seconds: WEEK, emptySeconds: DAY }),
  season: (id: number, season: number, edition?: Edition) =>
    place(`tv:${id}:season:${season}`, { kind: 'season', seconds: DAY }, edition),
  person: (id: number, edition?: Edition) => place(`person:${id}`, { kind: 'person', seconds: WEEK }, edition),
  personCredits: (id: number, edition?: Edition) =>
    place(`person:${id}:credits`, { kind: 'person', seconds: WEEK }, edition),
  collection: (id: number, edition?: Edition) =>
    place(`collection:${id}`, { kind: 'collection', seconds: WEEK }, edition),
  trending: (type: 'movie' | 'tv', edition?: Edition) =>
    place(`trending:${type}`, { kind: 'trending', seconds: HOUR }, edition),
};

/** NFC-normalized and trimmed, with whitespace collapsed. Empty means no request. */
export const searchText = (query: string): string => query.normalize('NFC').trim().replaceAll(/\s+/gu, ' ');

/** Escapes `@` and `#`, which separate language and page. */
const keyText = (query: string): string =>
  searchText(query)
    .toLowerCase()
    .replaceAll(/[%@#]/g, (character) => encodeURIComponent(character));

function place(
  key: string,
  { kind, seconds, emptySeconds = HOUR }: { kind: CacheKind; seconds: number; emptySeconds?: number },
  { language, page = 1 }: Edition = {},
): CachePlace {
  const inLanguage = language === undefined || language === DEFAULT_LANGUAGE ? '' : `@${language}`;
  const ofPage = page === 1 ? '' : `#p${page}`;
  return { key: `${key}${inLanguage}${ofPage}`, kind, lifetimeSeconds: seconds, emptyLifetimeSeconds: emptySeconds };
}
