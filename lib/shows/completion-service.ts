import { LINK_PREFIX, WATCHING_PREFIX } from './catalog-items.ts';
import type { CompletionOf, FollowedShows } from './followed-shows-service.ts';
import { partitionOf } from '../viewings/record-items.ts';
import type { Store } from '../core/store/store.ts';

/** A user's completion of the shows in their progress. */
export interface Completion {
  /** Skips the catalog for users who neither follow shows nor linked folders. */
  of(user: string): Promise<CompletionOf>;
}

export function createCompletion({
  store,
  followedShows,
}: {
  store: Pick<Store, 'query'>;
  /** Lazy, since most users don't need it. */
  followedShows: () => Promise<Pick<FollowedShows, 'completion'>>;
}): Completion {
  async function has(user: string, prefix: string): Promise<boolean> {
    for await (const _ of store.query(partitionOf(user), { prefix, limit: 1, consistent: true })) return true;
    return false;
  }
  return {
    async of(user) {
      const isInCatalog = (await Promise.all([WATCHING_PREFIX, LINK_PREFIX].map((one) => has(user, one)))).includes(
        true,
      );
      return isInCatalog ? (await followedShows()).completion(user) : () => undefined;
    },
  };
}
