import { LINK_PREFIX, WATCHING_PREFIX } from './catalog-items.ts';
import type { CompletionOf, FollowedShows } from './followed-shows-service.ts';
import { partitionOf } from '../viewings/record-items.ts';
import type { Store } from '../core/store/store.ts';

/** How far a person is in the shows of their progress. */
export interface Completion {
  /** The catalog has nothing for people who neither follow a show nor linked a folder. */
  of(user: string): Promise<CompletionOf>;
}

export function createCompletion({
  store,
  followedShows,
}: {
  store: Pick<Store, 'query'>;
  /** Made when it is first asked for: most people's progress needs it not. */
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
