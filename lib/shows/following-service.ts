import type { TmdbShowId } from './catalog-rules.ts';
import { retryConflicts } from '../core/store/repeat.ts';
import { partitionOf } from '../viewings/record-items.ts';
import {
  markKey,
  markOf,
  toMarkItems,
  watcherKey,
  watchersPrefix,
  WATCHING_PARTITION,
  WATCHING_PREFIX,
} from './catalog-items.ts';
import type { WatchingMark } from './show-record-rules.ts';
import { absent, equals, type Store } from '../core/store/store.ts';
import type { Catalog } from './catalog-service.ts';
import type { Clock } from '../core/ports.ts';
import { toEpochSeconds } from '../core/instant-rules.ts';

const SECONDS_A_DAY = 24 * 60 * 60;
const TRIES_AGAINST_OTHER_WRITERS = 10;

/** Who follows which shows. A mark expires without access to the show for some days. */
export interface Following {
  /** The shows followed by a user, or by anyone. */
  showIds(user?: string): Promise<TmdbShowId[]>;
  /** When the user's first mark expires, in epoch seconds; `Infinity` if none does. */
  firstEnd(user: string): Promise<number>;
  isWatching(user: string, showId: TmdbShowId): Promise<boolean>;
  /** Keeps the time of the first mark; updates the access time. */
  markAsWatching(user: string, showId: TmdbShowId): Promise<void>;
  /** Returns whether there was a mark. */
  markAsNotWatching(user: string, showId: TmdbShowId): Promise<boolean>;
  /** Whether anyone still follows a show. If not, removes expired marks and moves its seasons to the other list. */
  settle(showId: TmdbShowId): Promise<boolean>;
}

export function createFollowing({
  store,
  catalog,
  clock,
  days,
}: {
  store: Store;
  catalog: Pick<Catalog, 'moveSeasons'>;
  clock: Clock;
  /** Days without access until a mark expires. */
  days: number;
}): Following {
  const seconds = () => toEpochSeconds(clock.now());
  const endOf = ({ accessedAt }: WatchingMark) => accessedAt + days * SECONDS_A_DAY;
  const isLive = (mark: WatchingMark) => endOf(mark) > seconds();

  async function read(user: string, showId: TmdbShowId): Promise<WatchingMark | undefined> {
    const item = await store.get(markKey(user, showId), { consistent: true });
    return item && markOf(item);
  }

  async function marks(partition: string, prefix?: string): Promise<WatchingMark[]> {
    const found: WatchingMark[] = [];
    const options = { consistent: true, ...(prefix === undefined ? {} : { prefix }) };
    for await (const item of store.query(partition, options)) found.push(markOf(item));
    return found;
  }

  const watchers = (showId: TmdbShowId) => marks(WATCHING_PARTITION, watchersPrefix(showId));

  async function remove({ user, showId, since }: WatchingMark): Promise<boolean> {
    return store.transact([
      { delete: markKey(user, showId), condition: equals('since', since) },
      { delete: watcherKey(user, showId) },
    ]);
  }

  async function settle(showId: TmdbShowId): Promise<boolean> {
    const all = await watchers(showId);
    if (all.some(isLive)) return true;
    for (const ended of all) await remove(ended);
    await catalog.moveSeasons(showId, 'other');
    // Someone may have followed it meanwhile.
    const isWatched = (await watchers(showId)).some(isLive);
    if (isWatched) await catalog.moveSeasons(showId, 'watching');
    return isWatched;
  }

  return {
    async showIds(user) {
      const found = user === undefined ? marks(WATCHING_PARTITION) : marks(partitionOf(user), WATCHING_PREFIX);
      return [...new Set((await found).filter(isLive).map(({ showId }) => showId))];
    },

    async firstEnd(user) {
      return Math.min(...(await marks(partitionOf(user), WATCHING_PREFIX)).filter(isLive).map(endOf));
    },

    async isWatching(user, showId) {
      const mark = await read(user, showId);
      return mark !== undefined && isLive(mark);
    },

    async markAsWatching(user, showId) {
      const accessedAt = seconds();
      await retryConflicts(
        async () => {
          const before = await read(user, showId);
          const since = before && isLive(before) ? before.since : accessedAt;
          const [own, shared] = toMarkItems({ showId, user, since, accessedAt });
          const condition = before ? equals('since', before.since) : absent;
          return (await store.transact([{ put: own, condition }, { put: shared }])) || undefined;
        },
        { what: `Series ${showId}`, code: 'watching_changed_meanwhile', tries: TRIES_AGAINST_OTHER_WRITERS },
      );
      await catalog.moveSeasons(showId, 'watching', accessedAt);
    },

    async markAsNotWatching(user, showId) {
      const mark = await read(user, showId);
      if (mark) await remove(mark);
      await settle(showId);
      return mark !== undefined && isLive(mark);
    },

    settle,
  };
}
