import { LINK_PREFIX, WATCHING_PREFIX } from '../store/catalog-items.ts';
import { partitionOf } from '../store/items.ts';
import type { Store } from '../store/store.ts';
import type { CompletionOf, FollowedShows } from './followed-shows.ts';

/** How far a person is in the shows of their progress. */
export interface Completion {
  /** Asks the catalogue only for people who have something in it. */
  of(user: string): Promise<CompletionOf>;
}

export function createCompletion({
  store,
  followedShows,
}: {
  store: Store;
  followedShows: Pick<FollowedShows, 'completion'>;
}): Completion {
  async function hasAny(user: string, prefix: string): Promise<boolean> {
    const query = store.query(partitionOf(user), { prefix, limit: 1, consistent: true });
    for await (const _ of query) return true;
    return false;
  }

  return {
    async of(user) {
      const found = await Promise.all([WATCHING_PREFIX, LINK_PREFIX].map((prefix) => hasAny(user, prefix)));
      return found.includes(true) ? followedShows.completion(user) : () => undefined;
    },
  };
}
