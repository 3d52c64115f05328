import type { CacheKind } from './cache-rules.ts';
import type { Item, Key } from '../core/store/store.ts';

/** Cached responses of TMDB, shared by all users. */
export const TMDB_PARTITION = 'TMDB';
export const TMDB_CACHE_PREFIX = 'CACHE#';

/** Incremented when the format of cached values changes, which invalidates older ones. */
const FORMAT = 1;

/** Instants are epoch seconds. */
export interface CachedAnswer {
  key: string;
  kind: CacheKind;
  /** JSON; undefined for a 404. */
  value: string | undefined;
  freshUntil: number;
  /** When the store may delete it. */
  expiresAt: number;
}

export const tmdbCacheKey = (key: string): Key => ({ partition: TMDB_PARTITION, sort: `${TMDB_CACHE_PREFIX}${key}` });

export const cachedBytes = ({ value }: CachedAnswer): number => (value === undefined ? 0 : Buffer.byteLength(value));

export function cachedAnswerItem(answer: CachedAnswer): Item {
  const { partition, sort } = tmdbCacheKey(answer.key);
  return {
    pk: partition,
    sk: sort,
    kind: answer.kind,
    format: FORMAT,
    bytes: cachedBytes(answer),
    fresh_until: answer.freshUntil,
    expires_at: answer.expiresAt,
    ...(answer.value === undefined ? {} : { value: answer.value }),
  };
}

/** Undefined for another format. */
export function cachedAnswerOf(item: Item): CachedAnswer | undefined {
  const { sk, kind, value, format, fresh_until: freshUntil, expires_at: expiresAt } = item;
  if (format !== FORMAT || typeof freshUntil !== 'number' || typeof expiresAt !== 'number') return undefined;
  return {
    key: String(sk).slice(TMDB_CACHE_PREFIX.length),
    kind: kind as CacheKind,
    value: typeof value === 'string' ? value : undefined,
    freshUntil,
    expiresAt,
  };
}
