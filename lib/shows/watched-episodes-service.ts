import type { CatalogShow, TmdbShowId } from './catalog-rules.ts';
import type { ViewingPlace } from '../viewings/viewing-rules.ts';
import type { Viewings } from '../viewings/viewings-service.ts';

/** The watched episodes of each show, from all sources. */
export type PlacesOf = (showId: TmdbShowId) => readonly ViewingPlace[];

export async function watchedPlaces(
  viewings: Pick<Viewings, 'viewingsOf'>,
  user: string,
  shows: readonly CatalogShow[],
): Promise<PlacesOf> {
  const found = new Map<number, ViewingPlace[]>(shows.map(({ showId }) => [showId, []]));
  const series = shows.map(({ showId, tvdbId }) => ({ tmdbId: showId, tvdbId }));
  if (series.length === 0) return () => [];
  for await (const { work, places } of viewings.viewingsOf(user, { series, withPlaces: true })) {
    found.get(work?.tmdbId ?? 0)?.push(...places);
  }
  return (showId) => found.get(showId) ?? [];
}
