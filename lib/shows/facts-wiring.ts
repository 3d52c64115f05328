import type { Context } from '../core/context.ts';
import type { ShowFacts } from '../viewings/ports.ts';
import { createCatalog, type Catalog } from './catalog-service.ts';
import { createShowFacts } from './show-facts-service.ts';

export interface ShowFactServices {
  catalog: Catalog;
  shows: ShowFacts;
}

export function wire({ store }: Context): ShowFactServices {
  const catalog = createCatalog({ store });
  return { catalog, shows: createShowFacts({ store, catalog }) };
}
