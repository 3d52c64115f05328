import type { CatalogShow } from './catalog-rules.ts';
import type { Viewings } from '../viewings/viewings-service.ts';

/** Recorded files of a show without a matching episode, with their folders. */
export type UnplacedFiles = (user: string, show: CatalogShow) => Promise<string[]>;

export const createUnplacedFiles =
  ({ viewings }: { viewings: Pick<Viewings, 'viewingsOf'> }): UnplacedFiles =>
  async (user, { showId, tvdbId }) => {
    const range = { series: [{ tmdbId: showId, tvdbId }], withPlaces: true };
    const unplaced: string[] = [];
    for await (const { places, references } of viewings.viewingsOf(user, range)) {
      const [{ source, ref }] = references;
      if (source === 'file' && places.length === 0) unplaced.push(ref.replace('shows/', '').replace('/', ' / '));
    }
    return unplaced;
  };
