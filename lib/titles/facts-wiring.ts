import type { Context } from '../core/context.ts';
import type { ImageServices } from '../tmdb/images-wiring.ts';
import type { ImportedItems } from '../viewings/imported-items.ts';
import type { TitleFacts } from '../viewings/ports.ts';
import { IMPORTED_ITEMS } from './run-items.ts';
import { createTitleFacts } from './title-facts-service.ts';

export interface TitleFactServices {
  titles: TitleFacts;
  imported: ImportedItems;
}

export async function wire(
  { store }: Context,
  features: { images: () => Promise<ImageServices> },
): Promise<TitleFactServices> {
  const { images } = await features.images();
  return {
    titles: createTitleFacts({ store, posterUrl: (file) => images.posterUrl(file) }),
    imported: IMPORTED_ITEMS,
  };
}
