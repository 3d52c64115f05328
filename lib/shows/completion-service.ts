import { LINK_PREFIX, WATCHING_PREFIX } from './catalog-items.ts';
import type { CompletionOf, FollowedShows } from './followed-shows-service.ts';
import { partitionOf } from '../viewings/record-items.ts';
import { standingUntil } from '../viewings/tallies-service.ts';
import type { Clock } from '../core/ports.ts';
import type { Computed, Kept } from '../core/store/kept.ts';
import type { Store } from '../core/store/store.ts';

/** Prefixes of items that bring the catalog into a user's progress. */
const CATALOG_PREFIXES = [WATCHING_PREFIX, LINK_PREFIX];

/** A user's completion of the shows in their progress. */
export interface Completion {
  /** Skips the catalog for users who neither follow shows nor linked folders. */
  of(user: string): Promise<CompletionOf>;
}

export function createCompletion({
  store,
  kept,
  clock,
  followedShows,
}: {
  store: Pick<Store, 'query'>;
  kept: Kept;
  clock: Clock;
  /** Lazy, since most users don't need it. */
  followedShows: () => Promise<Pick<FollowedShows, 'completion'>>;
}): Completion {
  async function has(user: string, prefix: string): Promise<boolean> {
    for await (const _ of store.query(partitionOf(user), { prefix, limit: 1, consistent: true })) return true;
    return false;
  }
  const isInCatalog = async (user: string): Promise<boolean> =>
    (await Promise.all(CATALOG_PREFIXES.map((one) => has(user, one)))).includes(true);

  return {
    of: (user) =>
      kept.of(JSON.stringify([user, 'completion']), async () => {
        const now = clock.now();
        if (!(await isInCatalog(user))) return nothingKnown(user);
        const { of, until } = await (await followedShows()).completion(user);
        return standingUntil(of, { user, now, until });
      }),
  };
}

/** Valid until the user follows a show or links a folder. */
const nothingKnown = (user: string): Computed<CompletionOf> => ({
  value: () => NONE,
  moveTo: () => true,
  until: () => Infinity,
  concerns: ({ key: { partition, sort } }) =>
    partition === partitionOf(user) && CATALOG_PREFIXES.some((prefix) => sort.startsWith(prefix)),
  takeIn: () => false,
});

const NONE: CompletionOf = () => undefined;
