import { LINK_PREFIX, WATCHING_PREFIX } from './catalog-items.ts';
import type { CompletionOf, FollowedShows } from './followed-shows-service.ts';

/** How far a person is in the shows of their progress. */
export interface Completion {
  /** Whether an item of a person's, by its sort key, tells that the catalogue knows of their shows. */
  isToldBy(sort: string): boolean;
  /** Asks the catalogue, which has nothing for people without such an item. */
  of(user: string): Promise<CompletionOf>;
}

export const createCompletion = ({
  followedShows,
}: {
  /** Made when it is first asked for: most people's progress needs it not. */
  followedShows: () => Promise<Pick<FollowedShows, 'completion'>>;
}): Completion => ({
  isToldBy: (sort) => sort.startsWith(WATCHING_PREFIX) || sort.startsWith(LINK_PREFIX),
  of: async (user) => (await followedShows()).completion(user),
});
