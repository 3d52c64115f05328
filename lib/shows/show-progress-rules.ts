import type { EpisodePlace } from './known-season-rules.ts';
import type { CatalogEpisode, CatalogSeason } from './catalog-rules.ts';

const FALLBACK_EPISODE_MINUTES = 20;

export interface SeasonProgress {
  airedEpisodes: number;
  knownEpisodes: number;
  watchedEpisodes: number;
}

/** Null is unknown: no episode has aired, or a season hasn't been synced. */
export interface ShowProgress {
  /** By season number. */
  seasons: Map<number, SeasonProgress>;
  /** Whole percent of aired episodes, 100 only if all are watched. Excludes specials and episodes that TMDB removed. */
  completionPercentage: number | null;
  nextEpisode: CatalogEpisode | null;
  /** Of unwatched aired episodes, in tenths. */
  hoursLeft: number | null;
}

type SyncState = Pick<CatalogSeason, 'seasonNumber' | 'syncedAt' | 'unavailable' | 'expectedEpisodes'>;

/**
 * The next episode is the first aired one after the latest watched, else the first one skipped, else the next to air.
 */
export function showProgress({
  seasons,
  episodes,
  watched,
  today,
  runtimeMinutes,
}: {
  seasons: readonly SyncState[];
  episodes: readonly CatalogEpisode[];
  watched: readonly EpisodePlace[];
  /** `YYYY-MM-DD` */
  today: string;
  /** For episodes without their own. */
  runtimeMinutes: number | null;
}): ShowProgress {
  const seen = new Set(watched.map(placeText));
  const listed = episodes
    .filter((episode) => !episode.vanished)
    .toSorted((a, b) => a.seasonNumber - b.seasonNumber || a.episodeNumber - b.episodeNumber);
  const isSeen = (episode: CatalogEpisode) => seen.has(placeText(episode));
  const result: ShowProgress = {
    seasons: new Map(
      seasons.map(({ seasonNumber }) => {
        const own = listed.filter((episode) => episode.seasonNumber === seasonNumber);
        return [
          seasonNumber,
          {
            airedEpisodes: own.filter((episode) => hasAired(episode, today)).length,
            knownEpisodes: own.length,
            watchedEpisodes: own.filter(isSeen).length,
          },
        ];
      }),
    ),
    completionPercentage: null,
    nextEpisode: null,
    hoursLeft: null,
  };
  if (!seasons.every(isKnown)) return result;

  const gone = new Set(seasons.filter(({ unavailable }) => unavailable).map(({ seasonNumber }) => seasonNumber));
  const regular = listed.filter(({ seasonNumber }) => seasonNumber > 0 && !gone.has(seasonNumber));
  const aired = regular.filter((episode) => hasAired(episode, today));
  const left = aired.filter((episode) => !isSeen(episode));
  const furthest = aired.findLastIndex(isSeen);
  result.nextEpisode = aired.slice(furthest + 1)[0] ?? left[0] ?? upcoming(regular, today)[0] ?? null;
  if (aired.length === 0) return result;
  result.completionPercentage = Math.floor((100 * (aired.length - left.length)) / aired.length);
  const minutes = left.reduce(
    (sum, episode) => sum + (episode.runtimeMinutes ?? runtimeMinutes ?? FALLBACK_EPISODE_MINUTES),
    0,
  );
  result.hoursLeft = Math.round(minutes / 6) / 10;
  return result;
}

/** Episodes after `today`, soonest first. */
export const upcoming = (episodes: readonly CatalogEpisode[], today: string): CatalogEpisode[] =>
  episodes
    .filter(({ airDate, vanished }) => !vanished && airDate !== null && airDate > today)
    .toSorted((a, b) => ((a.airDate ?? '') < (b.airDate ?? '') ? -1 : a.airDate === b.airDate ? 0 : 1));

const hasAired = ({ airDate }: CatalogEpisode, today: string): boolean => airDate !== null && airDate <= today;

const isKnown = ({ seasonNumber, syncedAt, unavailable, expectedEpisodes }: SyncState): boolean =>
  seasonNumber === 0 || unavailable || syncedAt !== null || expectedEpisodes === 0;

const placeText = ({ seasonNumber, episodeNumber }: EpisodePlace): string => `${seasonNumber}x${episodeNumber}`;
