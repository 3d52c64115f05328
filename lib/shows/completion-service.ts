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
  followedShows: Pick<FollowedShows, 'completion'>;
}): Completion => ({
  isToldBy: (sort) => sort.startsWith(WATCHING_PREFIX) || sort.startsWith(LINK_PREFIX),
  of: (user) => followedShows.completion(user),
});
