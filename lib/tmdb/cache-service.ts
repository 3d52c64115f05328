import { ProviderError } from '../core/errors.ts';
import { type CacheKind, type CachePlace, MAXIMUM_CACHED_BYTES, STALE_SECONDS } from './cache-rules.ts';
import { MAXIMUM_SORT_KEY_BYTES, MAXIMUM_TRANSACTION_WRITES, type Store, type Write } from '../core/store/store.ts';
import {
  type CachedAnswer,
  cachedAnswerItem,
  cachedAnswerOf,
  cachedBytes,
  TMDB_CACHE_PREFIX,
  TMDB_PARTITION,
  tmdbCacheKey,
} from './cache-items.ts';
import type { Clock } from '../core/ports.ts';
import { createSingleFlight } from '../core/single-flight.ts';
import { toEpochSeconds } from '../core/instant-rules.ts';

/** `stale` if expired and used because TMDB is down. */
export interface Cached<T> {
  value: T;
  stale: boolean;
}

export interface CacheStatistics {
  entries: number;
  expired: number;
  /** Of the JSON values. */
  bytes: number;
  byKind: Partial<Record<CacheKind, { entries: number; expired: number; bytes: number }>>;
}

export interface CacheRead {
  signal?: AbortSignal | undefined;
  /** Keep new responses in memory until `flush`, for batch writes. */
  writeLater?: boolean | undefined;
  /** Skip the cache, which is known to be outdated. */
  fresh?: boolean | undefined;
}

type ReadOptions<T> = CacheRead & {
  /** Empty responses are cached for a shorter time. */
  isEmpty?: (value: T) => boolean;
};

/** TMDB responses in the store. Reads check the expiry themselves. */
export interface TmdbCache {
  /** Returns the fresh response of `place`, else fetches it; undefined for a 404. */
  read<T>(
    place: CachePlace,
    fetch: (signal: AbortSignal) => Promise<T | undefined>,
    options?: ReadOptions<T>,
  ): Promise<Cached<T> | undefined>;
  /** Writes pending responses. */
  flush(): Promise<void>;
  statistics(): Promise<CacheStatistics>;
  /** Removes all or expired responses. Returns how many. */
  clear(which?: 'all' | 'expired'): Promise<number>;
}

/** Below a transaction's 4 MB. */
const FLUSH_BYTES = 3_000_000;

export function createTmdbCache({ store, clock }: { store: Store; clock: Clock }): TmdbCache {
  const flights = createSingleFlight<Cached<unknown> | undefined>();
  const pending = new Map<string, CachedAnswer>();
  const seconds = () => toEpochSeconds(clock.now());

  async function load(key: string): Promise<CachedAnswer | undefined> {
    const waiting = pending.get(key);
    if (waiting) return waiting;
    const item = await store.get(tmdbCacheKey(key));
    return item && cachedAnswerOf(item);
  }

  async function write(answer: CachedAnswer, writeLater: boolean): Promise<void> {
    const tooLarge =
      cachedBytes(answer) > MAXIMUM_CACHED_BYTES ||
      Buffer.byteLength(tmdbCacheKey(answer.key).sort) > MAXIMUM_SORT_KEY_BYTES;
    if (tooLarge) return;
    pending.delete(answer.key);
    if (writeLater) pending.set(answer.key, answer);
    else await store.put(cachedAnswerItem(answer));
  }

  async function flush(): Promise<void> {
    const answers = [...pending.values()];
    while (answers.length > 0) {
      const batch: CachedAnswer[] = [];
      let bytes = 0;
      while (answers[0] && batch.length < MAXIMUM_TRANSACTION_WRITES && bytes + cachedBytes(answers[0]) < FLUSH_BYTES) {
        bytes += cachedBytes(answers[0]);
        batch.push(answers[0]);
        answers.shift();
      }
      await store.transact(batch.map((answer) => ({ put: cachedAnswerItem(answer) })));
      for (const answer of batch) if (pending.get(answer.key) === answer) pending.delete(answer.key);
    }
  }

  const entries = () =>
    store.query(TMDB_PARTITION, {
      prefix: TMDB_CACHE_PREFIX,
      projection: ['pk', 'sk', 'kind', 'bytes', 'fresh_until'],
      consistent: true,
    });
  const isExpired = (freshUntil: unknown) => typeof freshUntil !== 'number' || freshUntil <= seconds();

  return {
    async read<T>(
      place: CachePlace,
      fetch: (signal: AbortSignal) => Promise<T | undefined>,
      { signal, writeLater = false, fresh = false, isEmpty = () => false }: ReadOptions<T> = {},
    ) {
      const look = async (flightSignal: AbortSignal): Promise<Cached<T> | undefined> => {
        const known = await load(place.key);
        if (!fresh && known && seconds() < known.freshUntil) return valueOf<T>(known, false);
        let value: T | undefined;
        try {
          value = await fetch(flightSignal);
        } catch (error) {
          const mayStandIn = known?.value !== undefined && seconds() < known.freshUntil + STALE_SECONDS;
          if (!fresh && mayStandIn && isOutage(error)) return valueOf<T>(known, true);
          throw error;
        }
        const isNothing = value === undefined || isEmpty(value);
        const freshUntil = seconds() + (isNothing ? place.emptyLifetimeSeconds : place.lifetimeSeconds);
        const answer = {
          key: place.key,
          kind: place.kind,
          value: value === undefined ? undefined : JSON.stringify(value),
          freshUntil,
          expiresAt: freshUntil + STALE_SECONDS,
        };
        await write(answer, writeLater);
        return value === undefined ? undefined : { value, stale: false };
      };
      return (await flights.run(place.key, look, signal)) as Cached<T> | undefined;
    },

    flush,

    async statistics() {
      await flush();
      const statistics: CacheStatistics = { entries: 0, expired: 0, bytes: 0, byKind: {} };
      for await (const { kind, bytes, fresh_until: freshUntil } of entries()) {
        const ofKind = (statistics.byKind[kind as CacheKind] ??= { entries: 0, expired: 0, bytes: 0 });
        for (const count of [statistics, ofKind]) {
          count.entries += 1;
          count.expired += isExpired(freshUntil) ? 1 : 0;
          count.bytes += Number(bytes);
        }
      }
      return statistics;
    },

    async clear(which = 'all') {
      await flush();
      let removed = 0;
      let batch: Write[] = [];
      const remove = async () => {
        await store.transact(batch);
        removed += batch.length;
        batch = [];
      };
      for await (const { sk, fresh_until: freshUntil } of entries()) {
        if (which === 'expired' && !isExpired(freshUntil)) continue;
        batch.push({ delete: { partition: TMDB_PARTITION, sort: String(sk) } });
        if (batch.length === MAXIMUM_TRANSACTION_WRITES) await remove();
      }
      if (batch.length > 0) await remove();
      return removed;
    },
  };
}

function valueOf<T>({ value }: CachedAnswer, stale: boolean): Cached<T> | undefined {
  return value === undefined ? undefined : { value: JSON.parse(value) as T, stale };
}

const isOutage = (error: unknown): boolean => error instanceof ProviderError && error.code === 'tmdb_unavailable';
