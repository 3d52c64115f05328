import { knownSeasonsOf } from './known-season-rules.ts';
import { tmdbShowId } from './catalog-rules.ts';
import { LINK_PREFIX, linkOf } from './catalog-items.ts';
import type { Catalog } from './catalog-service.ts';
import type { EpisodeNumber, readEpisodeNumber as ReadEpisodeNumber } from './episode-number-rules.ts';
import type { ReadName } from './folder-places-rules.ts';
import { partitionOf } from '../viewings/record-items.ts';
import type { ReadPlaces, ShowFacts } from '../viewings/ports.ts';
import type { Store } from '../core/store/store.ts';

/** Parsing a name is slow, and each read of progress needs all of them. */
const REMEMBERED_NAMES = 50_000;

/** Folder links, catalog series, and the episodes of file names, for viewings. */
export function createShowFacts({
  store,
  catalog,
}: {
  store: Pick<Store, 'query'>;
  catalog: Pick<Catalog, 'show' | 'episodes'>;
}): ShowFacts {
  const names = new Map<string, EpisodeNumber | undefined>();
  const remembering =
    (readEpisodeNumber: typeof ReadEpisodeNumber): ReadName =>
    (fileName, folderName, seriesNames) => {
      const key = [folderName, fileName, ...seriesNames].join('\0');
      if (names.has(key)) return names.get(key);
      if (names.size >= REMEMBERED_NAMES) names.clear();
      const number = readEpisodeNumber(fileName, folderName, { seriesNames });
      names.set(key, number);
      return number;
    };

  return {
    async *links(user) {
      for await (const item of store.query(partitionOf(user), { prefix: LINK_PREFIX, consistent: true })) {
        const { folderName, showId, tvdbId, byHand } = linkOf(item);
        yield { folderName, tmdbId: showId, tvdbId, byHand };
      }
    },
    async series(tmdbId) {
      const known = await catalog.show(tmdbShowId(tmdbId));
      return known && { tvdbId: known.show.tvdbId, name: known.show.name };
    },
    async names() {
      const { titleOfFolder } = await import('./folder-name-rules.ts');
      return {
        filmName: (fileName) => titleOfFolder(fileName).title,
        showNamed(folderName) {
          const { title, year, ids } = titleOfFolder(folderName);
          return { title, year, tvdbId: ids.tvdbId };
        },
      };
    },
    async places(tmdbId): Promise<ReadPlaces> {
      const known = tmdbId === null ? undefined : await catalog.show(tmdbShowId(tmdbId));
      const seasons = known ? knownSeasonsOf(known.seasons, await catalog.episodes(known.show.showId)) : null;
      const [{ readEpisodeNumber }, { placesOfFolder }] = await Promise.all([
        import('./episode-number-rules.ts'),
        import('./folder-places-rules.ts'),
      ]);
      const read = remembering(readEpisodeNumber);
      const ownNames = known ? [known.show.name, known.show.originalName] : [];
      return ({ seriesNames, ...files }) => {
        const all = [...new Set([...ownNames.filter((name) => name !== null), ...seriesNames])];
        return placesOfFolder({ ...files, seasons, seriesNames: all, read });
      };
    },
  };
}
