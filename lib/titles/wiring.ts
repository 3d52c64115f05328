import type { Context } from '../core/context.ts';
import type { Images } from '../tmdb/images-service.ts';
import type { ShowServices } from '../shows/wiring.ts';
import type { ViewingServices } from '../viewings/wiring.ts';
import type { TmdbServices } from '../tmdb/wiring.ts';
import { createTitleLookup, type TitleLookup } from './title-lookup-service.ts';
import { createTitles, type Titles } from './titles-service.ts';

export interface TitleServices {
  titles: Titles;
  facts: TitleLookup;
  images: Images;
}

export async function wire(
  { store, clock }: Context,
  rooms: {
    tmdb: () => Promise<TmdbServices>;
    images: () => Promise<{ images: Images }>;
    viewings: () => Promise<ViewingServices>;
    shows: () => Promise<ShowServices>;
  },
): Promise<TitleServices> {
  const facts = createTitleLookup({ store, catalog: (await rooms.tmdb()).tmdb });
  return {
    titles: createTitles({
      store,
      facts,
      viewings: (await rooms.viewings()).viewings,
      series: { progressIn: async (user, tmdbId) => (await rooms.shows()).followedShows.progressIn(user, tmdbId) },
      clock,
    }),
    facts,
    images: (await rooms.images()).images,
  };
}
