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
  features: {
    tmdb: () => Promise<TmdbServices>;
    images: () => Promise<{ images: Images }>;
    viewings: () => Promise<ViewingServices>;
    shows: () => Promise<ShowServices>;
  },
): Promise<TitleServices> {
  const facts = createTitleLookup({ store, catalog: (await features.tmdb()).tmdb });
  return {
    titles: createTitles({
      store,
      facts,
      viewings: (await features.viewings()).viewings,
      series: { progressIn: async (user, tmdbId) => (await features.shows()).followedShows.progressIn(user, tmdbId) },
      clock,
    }),
    facts,
    images: (await features.images()).images,
  };
}
