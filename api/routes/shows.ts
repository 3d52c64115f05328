import {
  type FollowedShowAnswer,
  type ShowFolderAnswer,
  getSeason,
  getSyncStatus,
  joinFolder,
  listFolders,
  listFollowedShows,
  listUpcoming,
  openShow,
  runSync,
  unfollowShow,
  followShow,
} from '../../lib/shows/catalog-contract.ts';
import { type CatalogEpisode, tmdbShowId } from '../../lib/shows/catalog-rules.ts';
import { isoInstantOrNull } from '../../lib/core/instant-rules.ts';
import type { TickReport } from '../../lib/shows/episode-sync-service.ts';
import type { FollowedShow } from '../../lib/shows/followed-shows-service.ts';
import type { Clock } from '../../lib/core/ports.ts';
import type { ShowFolder } from '../../lib/shows/show-folders-service.ts';
import { isOwnRequest } from '../middleware/foreign-pages.ts';
import { createRateGuard } from '../middleware/rate-guard.ts';
import { snakeCased } from '../../lib/core/snake-case-rules.ts';
import { serve } from '../middleware/validation.ts';
import type { ShowServices } from '../../lib/shows/wiring.ts';
import type { Routes } from '../route-settings.ts';

/** Limit per client for requests that may call TMDB. */
const RATE = { limit: 5, windowMs: 1000 };

export function addRoutes(
  router: Routes,
  { followedShows, showFolders, unplacedFiles, episodeSync }: ShowServices,
  { clock }: { clock: Clock },
): void {
  const guard = createRateGuard({ clock, ...RATE });

  serve(router, listFollowedShows, async ({ user }) => ({ shows: (await followedShows.list(user)).map(toShow) }));

  serve(router, openShow, async ({ user, params, ctx }) => {
    guard(ctx);
    const show = await followedShows.open(user, tmdbShowId(params.id), { marks: isOwnRequest(ctx) });
    return { ...toShow(show), unplaced_files: await unplacedFiles(user, show.show) };
  });

  serve(router, followShow, async ({ user, params, ctx }) => {
    guard(ctx);
    await followedShows.follow(user, tmdbShowId(params.id));
    return { tmdb_id: params.id, watching: true };
  });

  serve(router, unfollowShow, async ({ user, params }) => {
    await followedShows.unfollow(user, tmdbShowId(params.id));
    return { tmdb_id: params.id, watching: false };
  });

  serve(router, getSeason, async ({ user, params }) => {
    const season = await followedShows.season(user, tmdbShowId(params.id), params.n);
    const episodes = season.episodes.map(({ episodeNumber, name, airDate, runtimeMinutes, watched }) =>
      snakeCased({ episodeNumber, name, airDate, runtimeMinutes, watched }),
    );
    return { season_number: season.seasonNumber, synced: season.synced, episodes };
  });

  serve(router, listUpcoming, async ({ user }) => ({
    episodes: (await followedShows.upcoming(user)).map(({ show, episode }) => ({
      tmdb_id: show.showId,
      show_name: show.name,
      ...toEpisode(episode),
    })),
  }));

  serve(router, listFolders, async ({ user }) => ({ folders: (await showFolders.list(user)).map(toFolder) }));

  serve(router, joinFolder, async ({ user, body: { folder_name: folderName, tmdb_id: id, season_number, offset } }) => {
    if (id === undefined) return toFolder(await showFolders.join({ user, folderName }));
    const isByHand = season_number !== undefined || offset !== undefined;
    const byHand = isByHand ? { seasonNumber: season_number ?? null, offset: offset ?? 0 } : null;
    return toFolder(await showFolders.link({ user, folderName, showId: tmdbShowId(id), byHand }));
  });

  serve(router, getSyncStatus, async () => {
    const { lastTickAt, ...report } = await episodeSync.status();
    return { ...toTick(report), last_tick_at: isoInstantOrNull(lastTickAt) };
  });

  serve(router, runSync, async ({ query, ctx }) => {
    guard(ctx);
    const { reason, ...report } = await (query.dry_run ? episodeSync.preview() : episodeSync.tick());
    return { ...toTick(report), reason };
  });
}

const toShow = ({ show, watching, seasons, progress }: FollowedShow): FollowedShowAnswer => ({
  tmdb_id: show.showId,
  tvdb_id: show.tvdbId,
  name: show.name,
  original_name: show.originalName,
  status: show.status,
  watching,
  seasons: seasons.map(({ seasonNumber, name, synced }) => {
    const { airedEpisodes, knownEpisodes, watchedEpisodes } = progress.seasons.get(seasonNumber) ?? NO_EPISODES;
    return snakeCased({ seasonNumber, name, synced, airedEpisodes, knownEpisodes, watchedEpisodes });
  }),
  completion_percentage: progress.completionPercentage,
  next_episode: progress.nextEpisode && toEpisode(progress.nextEpisode),
  hours_left: progress.hoursLeft,
});

const NO_EPISODES = { airedEpisodes: 0, knownEpisodes: 0, watchedEpisodes: 0 };

const toEpisode = ({ seasonNumber, episodeNumber, name, airDate }: CatalogEpisode) =>
  snakeCased({ seasonNumber, episodeNumber, name, airDate });

const toFolder = ({ folderName, tvdbId, showId, source, reason, byHand }: ShowFolder): ShowFolderAnswer => ({
  folder_name: folderName,
  tvdb_id: tvdbId,
  tmdb_id: showId,
  source,
  reason,
  ...(byHand && { season_number: byHand.seasonNumber, offset: byHand.offset }),
});

const toTick = ({ durationMs, ...report }: TickReport) => ({
  ...report,
  duration_ms: Math.max(0, Math.round(durationMs)),
});
