import type { Context } from '../core/context.ts';
import type { Images } from '../tmdb/images-service.ts';
import type { TmdbServices } from '../tmdb/wiring.ts';
import { createTitleFacts, type TitleFacts } from './title-facts-service.ts';
import { createTitles, type Titles } from './titles-service.ts';

export interface TitleServices {
  titles: Titles;
  facts: TitleFacts;
  images: Images;
}

export async function wire(
  { store, clock }: Context,
  rooms: { tmdb: () => Promise<TmdbServices>; images: () => Promise<{ images: Images }> },
): Promise<TitleServices> {
  const facts = createTitleFacts({ store, catalog: (await rooms.tmdb()).tmdb });
  return { titles: createTitles({ store, facts, clock }), facts, images: (await rooms.images()).images };
}
