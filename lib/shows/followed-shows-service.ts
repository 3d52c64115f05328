import type { EpisodePlace } from './known-season-rules.ts';
import pMap from 'p-map';
import { tmdbShowId, type CatalogEpisode, type CatalogShow, type TmdbShowId } from './catalog-rules.ts';
import { ImmersionError, NotFoundError } from '../core/errors.ts';
import { showProgress, upcoming, type ShowProgress } from './show-progress-rules.ts';
import type { StoredSeason } from './catalog-items.ts';
import type { Catalog } from './catalog-service.ts';
import type { Clock, Log } from '../core/ports.ts';
import type { KnownShow, ShowCatalog } from './show-catalog-service.ts';
import { noSuchShow, type ShowFolders } from './show-folders-service.ts';
import { watchedPlaces } from './watched-episodes-service.ts';
import type { Following } from './following-service.ts';
import { endOfDay } from '../viewings/day-rules.ts';
import type { Viewings } from '../viewings/viewings-service.ts';

export interface FollowedShow {
  show: CatalogShow;
  watching: boolean;
  seasons: readonly StoredSeason[];
  progress: ShowProgress;
}

export interface FollowedSeason {
  seasonNumber: number;
  synced: boolean;
  episodes: (CatalogEpisode & { watched: boolean })[];
}

/** A user's view of shows in the catalog. Throws `NotFoundError` for ids unknown to TMDB. */
export interface FollowedShows {
  /** Also follows the show, unless `marks` is false. */
  open(user: string, showId: TmdbShowId, options?: { marks?: boolean }): Promise<FollowedShow>;
  /** Followed shows, by name. */
  list(user: string): Promise<FollowedShow[]>;
  follow(user: string, showId: TmdbShowId): Promise<void>;
  /** Returns whether it was followed. */
  unfollow(user: string, showId: TmdbShowId): Promise<boolean>;
  season(user: string, showId: TmdbShowId, seasonNumber: number): Promise<FollowedSeason>;
  /** Soonest first. */
  upcoming(user: string): Promise<{ show: CatalogShow; episode: CatalogEpisode }[]>;
  /** Undefined unless all episodes are known. */
  progressIn: (user: string, tmdbId: number) => Promise<{ next: EpisodePlace | null; isComplete: boolean } | undefined>;
  /** Valid until an instant in epoch seconds, as long as nothing is written. */
  completion(user: string): Promise<{ of: CompletionOf; until: number }>;
}

/** Whole percent of aired episodes; undefined if the catalog doesn't have all of the show. */
export type CompletionOf = (show: {
  /** A TVDB id. */
  showId: string | null;
  folderName?: string | null;
  tmdbId?: number | null;
}) => number | undefined;

const SHOWS_AT_ONCE = 4;

export function createFollowedShows({
  catalog,
  shows,
  following,
  viewings,
  folders,
  clock,
  log,
}: {
  catalog: Pick<Catalog, 'show' | 'episodes'>;
  shows: Pick<ShowCatalog, 'ensure'>;
  following: Following;
  viewings: Viewings;
  folders: Pick<ShowFolders, 'list'>;
  clock: Clock;
  log: Log;
}): FollowedShows {
  const todayOf = async (user: string) => (await viewings.daysOf(user)).dayOf(clock.now() / 1000);

  async function progressReader(user: string, known: readonly KnownShow[]) {
    const shows = known.map(({ show }) => show);
    const [today, placesOf] = await Promise.all([todayOf(user), watchedPlaces(viewings, user, shows)]);
    return async ({ show, seasons }: KnownShow): Promise<ShowProgress> => {
      const episodes = await catalog.episodes(show.showId);
      const watched = placesOf(show.showId);
      return showProgress({ seasons, episodes, watched, today, runtimeMinutes: show.runtimeMinutes });
    };
  }

  async function ensured(showId: TmdbShowId): Promise<KnownShow> {
    const known = await shows.ensure(showId);
    if (!known) throw noSuchShow(showId);
    return known;
  }

  async function catalogued(ids: Iterable<TmdbShowId>): Promise<KnownShow[]> {
    const found = await pMap(ids, (id) => catalog.show(id), { concurrency: SHOWS_AT_ONCE });
    return found.filter((one) => one !== undefined);
  }

  /** Adds a followed show to the catalog if missing, since imports only store that it is followed. */
  async function followed(user: string, showId: TmdbShowId): Promise<KnownShow | undefined> {
    const known = await catalog.show(showId);
    if (known?.seasons.every(({ list }) => list === 'watching')) return known;
    try {
      const found = await shows.ensure(showId);
      if (found) await following.markAsWatching(user, showId);
      return found;
    } catch (error) {
      if (!(error instanceof ImmersionError)) throw error;
      log.warn('a followed show is not in the catalog yet', { show: showId, error_code: error.code });
      return known;
    }
  }

  async function followedBy(user: string): Promise<KnownShow[]> {
    const ids = await following.showIds(user);
    const found = await pMap(ids, (id) => followed(user, id), { concurrency: SHOWS_AT_ONCE });
    return found.filter((one) => one !== undefined).toSorted((a, b) => compare(a.show.name, b.show.name));
  }

  return {
    async open(user, showId, { marks = true } = {}) {
      const known = await ensured(showId);
      let isWatching = true;
      try {
        if (marks) await following.markAsWatching(user, showId);
        else isWatching = await following.isWatching(user, showId);
      } catch (error) {
        log.error('a show could not be followed', { show: showId, user }, error);
        isWatching = await following.isWatching(user, showId).catch(() => false);
      }
      const progressOf = await progressReader(user, [known]);
      return { ...known, watching: isWatching, progress: await progressOf(known) };
    },

    async list(user) {
      const shows = await followedBy(user);
      const progressOf = await progressReader(user, shows);
      return pMap(shows, async (known) => ({ ...known, watching: true, progress: await progressOf(known) }), {
        concurrency: SHOWS_AT_ONCE,
      });
    },

    async follow(user, showId) {
      await ensured(showId);
      await following.markAsWatching(user, showId);
    },

    unfollow: (user, showId) => following.markAsNotWatching(user, showId),

    async season(user, showId, seasonNumber) {
      const known = await catalog.show(showId);
      const season = known?.seasons.find((one) => one.seasonNumber === seasonNumber);
      if (!known || !season) throw noSuchSeason(showId, seasonNumber, known);
      const episodes = await catalog.episodes(showId);
      const placesOf = await watchedPlaces(viewings, user, [known.show]);
      const seen = new Set(
        placesOf(showId)
          .filter((place) => place.seasonNumber === seasonNumber)
          .map((one) => one.episodeNumber),
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
      const day = await todayOf(user);
      const found = await pMap(
        await followedBy(user),
        async ({ show }) => upcoming(await catalog.episodes(show.showId), day).map((episode) => ({ show, episode })),
        { concurrency: SHOWS_AT_ONCE },
      );
      return found.flat().toSorted((a, b) => compare(a.episode.airDate ?? '', b.episode.airDate ?? ''));
    },

    async progressIn(user, tmdbId) {
      const known = await catalog.show(tmdbShowId(tmdbId));
      if (!known) return undefined;
      const progress = await (await progressReader(user, [known]))(known);
      const { completionPercentage: percentage, nextEpisode: next } = progress;
      return percentage === null && next === null ? undefined : { next, isComplete: percentage === 100 };
    },

    async completion(user) {
      const [followedIds, all, firstEnd, days] = await Promise.all([
        following.showIds(user),
        folders.list(user),
        following.firstEnd(user),
        viewings.daysOf(user),
      ]);
      const until = Math.min(firstEnd, endOfDay(days, clock.now() / 1000));
      const ids = new Set([...followedIds, ...all.map(({ showId }) => showId)].filter((id) => id !== null));
      if (ids.size === 0) return { of: () => undefined, until };
      const known = await catalogued(ids);
      const progressOf = await progressReader(user, known);
      const shows = await pMap(
        known,
        async (one) => ({ ...one.show, percentage: (await progressOf(one)).completionPercentage }),
        { concurrency: SHOWS_AT_ONCE },
      );
      const of: CompletionOf = ({ showId: tvdbId, folderName, tmdbId }) => {
        const isOf = (id: number | null) => id !== null && id.toString() === tvdbId;
        const folder = all.find((one) =>
          typeof folderName === 'string' ? one.folderName === folderName : isOf(one.tvdbId),
        );
        const linked = folder?.showId ?? tmdbId ?? null;
        const show = shows.find((one) => (linked === null ? isOf(one.tvdbId) : one.showId === linked));
        return show?.percentage ?? undefined;
      };
      return { of, until };
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
    : new NotFoundError(`Series ${showId} is not in the catalog.`, {
        code: 'show_not_in_catalogue',
      });
