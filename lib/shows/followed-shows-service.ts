import { DateTime } from 'luxon';
import pMap from 'p-map';
import type { CatalogEpisode, CatalogShow, TmdbShowId } from './catalog-rules.ts';
import { NotFoundError } from '../core/errors.ts';
import type { ShowProgress as WatchedShow } from '../progress/progress-rules.ts';
import { showProgress, upcoming, type ShowProgress } from './show-progress-rules.ts';
import type { StoredSeason } from './catalog-items.ts';
import type { Catalog } from './catalog-service.ts';
import type { Clock, Log } from '../core/ports.ts';
import type { KnownShow, ShowCatalog } from './show-catalog-service.ts';
import { noSuchShow, type ShowFolders } from './show-folders-service.ts';
import type { PlacesOf, WatchedSource } from './watched-episodes-service.ts';
import type { Watching } from './watching-service.ts';

/** A show, and how far somebody is in it. */
export interface FollowedShow {
  show: CatalogShow;
  watching: boolean;
  seasons: readonly StoredSeason[];
  progress: ShowProgress;
}

/** The episodes of a season, and which of them somebody has watched. */
export interface FollowedSeason {
  seasonNumber: number;
  synced: boolean;
  episodes: (CatalogEpisode & { watched: boolean })[];
}

/** The shows of the catalogue as a person sees them. Throws `NotFoundError` for ids that TMDB does not have. */
export interface FollowedShows {
  /** Accessing a show marks it as watching. */
  open(user: string, showId: TmdbShowId, options?: { marks?: boolean }): Promise<FollowedShow>;
  /** Those that the person watches, by name. */
  list(user: string): Promise<FollowedShow[]>;
  watch(user: string, showId: TmdbShowId): Promise<void>;
  /** Whether it was watched. */
  unwatch(user: string, showId: TmdbShowId): Promise<boolean>;
  season(user: string, showId: TmdbShowId, seasonNumber: number): Promise<FollowedSeason>;
  /** What airs next of the shows that the person watches, the soonest first. */
  upcoming(user: string): Promise<{ show: CatalogShow; episode: CatalogEpisode }[]>;
  /** How far the person is in shows of their progress. */
  completion(user: string): Promise<CompletionOf>;
}

/** Whole percent of what has aired; undefined where the catalogue does not know the show or not all of it. */
export type CompletionOf = (show: Pick<WatchedShow, 'showId' | 'folderName'>) => number | undefined;

const SHOWS_AT_ONCE = 4;

export function createFollowedShows({
  catalog,
  shows,
  watching,
  watched,
  folders,
  clock,
  zone,
  log,
}: {
  catalog: Pick<Catalog, 'show' | 'episodes'>;
  shows: Pick<ShowCatalog, 'ensure'>;
  watching: Watching;
  watched: WatchedSource;
  folders: Pick<ShowFolders, 'list'>;
  clock: Clock;
  zone: string;
  log: Log;
}): FollowedShows {
  const today = () => DateTime.fromMillis(clock.now(), { zone }).toISODate() ?? '';

  async function progressOf({ show, seasons }: KnownShow, placesOf: PlacesOf): Promise<ShowProgress> {
    const episodes = await catalog.episodes(show.showId);
    const watched = await placesOf({ show, seasons, episodes });
    return showProgress({ seasons, episodes, watched, today: today(), runtimeMinutes: show.runtimeMinutes });
  }

  async function there(showId: TmdbShowId): Promise<KnownShow> {
    const known = await shows.ensure(showId);
    if (!known) throw noSuchShow(showId);
    return known;
  }

  async function catalogued(ids: Iterable<TmdbShowId>): Promise<KnownShow[]> {
    const found = await pMap(ids, (id) => catalog.show(id), { concurrency: SHOWS_AT_ONCE });
    return found.filter((one) => one !== undefined);
  }

  async function mine(user: string): Promise<KnownShow[]> {
    const shows = await catalogued(await watching.showIds(user));
    return shows.toSorted((a, b) => compare(a.show.name, b.show.name));
  }

  return {
    async open(user, showId, { marks = true } = {}) {
      const known = await there(showId);
      let isWatching = true;
      try {
        if (marks) await watching.markAsWatching(user, showId);
        else isWatching = await watching.isWatching(user, showId);
      } catch (error) {
        log.error('a show could not be marked as watching', { show: showId, user }, error);
        isWatching = await watching.isWatching(user, showId).catch(() => false);
      }
      return { ...known, watching: isWatching, progress: await progressOf(known, await watched(user)) };
    },

    async list(user) {
      const placesOf = await watched(user);
      return pMap(
        await mine(user),
        async (known) => ({ ...known, watching: true, progress: await progressOf(known, placesOf) }),
        { concurrency: SHOWS_AT_ONCE },
      );
    },

    async watch(user, showId) {
      await there(showId);
      await watching.markAsWatching(user, showId);
    },

    unwatch: (user, showId) => watching.markAsNotWatching(user, showId),

    async season(user, showId, seasonNumber) {
      const known = await catalog.show(showId);
      const season = known?.seasons.find((one) => one.seasonNumber === seasonNumber);
      if (!known || !season) throw noSuchSeason(showId, seasonNumber, known);
      const episodes = await catalog.episodes(showId);
      const places = await (await watched(user))({ ...known, episodes });
      const seen = new Set(
        places.filter((place) => place.seasonNumber === seasonNumber).map((one) => one.episodeNumber),
      );
      return {
        seasonNumber,
        synced: season.synced,
        episodes: episodes
          .filter((episode) => episode.seasonNumber === seasonNumber && !episode.vanished)
          .map((episode) => ({ ...episode, watched: seen.has(episode.episodeNumber) })),
      };
    },

    async upcoming(user) {
      const day = today();
      const found = await pMap(
        await mine(user),
        async ({ show }) => upcoming(await catalog.episodes(show.showId), day).map((episode) => ({ show, episode })),
        { concurrency: SHOWS_AT_ONCE },
      );
      return found.flat().toSorted((a, b) => compare(a.episode.airDate ?? '', b.episode.airDate ?? ''));
    },

    async completion(user) {
      const [watchedIds, all] = await Promise.all([watching.showIds(user), folders.list(user)]);
      const ids = new Set([...watchedIds, ...all.map(({ showId }) => showId)].filter((id) => id !== null));
      if (ids.size === 0) return () => undefined;
      const placesOf = await watched(user);
      const shows = await pMap(
        await catalogued(ids),
        async (one) => ({ ...one.show, percentage: (await progressOf(one, placesOf)).completionPercentage }),
        { concurrency: SHOWS_AT_ONCE },
      );
      return ({ showId: tvdbId, folderName }) => {
        const isOf = (id: number | null) => id !== null && id.toString() === tvdbId;
        const folder = all.find((one) =>
          typeof folderName === 'string' ? one.folderName === folderName : isOf(one.tvdbId),
        );
        const linked = folder?.showId ?? null;
        const show = shows.find((one) => (linked === null ? isOf(one.tvdbId) : one.showId === linked));
        return show?.percentage ?? undefined;
      };
    },
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const noSuchSeason = (showId: TmdbShowId, seasonNumber: number, known: KnownShow | undefined) =>
  known
    ? new NotFoundError(`“${known.show.name}” has no season ${seasonNumber}.`, {
        code: 'season_not_found',
        suggestions: [`It has ${known.seasons.map((season) => season.seasonNumber).join(', ') || 'none yet'}.`],
      })
    : new NotFoundError(`The series ${showId} is not in the catalogue.`, {
        code: 'show_not_in_catalogue',
        suggestions: [`Look at it first: immersion show ${showId}`],
      });
