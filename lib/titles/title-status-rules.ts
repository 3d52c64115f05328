import type { EpisodePlace, KnownSeason } from '../shows/known-season-rules.ts';

/** Where a person stands with a film or series. */
export type TitleStatus = 'planned' | 'in_progress' | 'completed' | 'abandoned';

export interface SeriesState {
  status: 'in_progress' | 'completed';
  /** What to watch next; null when all is watched or the episodes are not known. */
  next: EpisodePlace | null;
}

/**
 * The state of a series of which something was watched. It is completed when its episodes are known, at least one, and
 * all that have aired by `today` (`YYYY-MM-DD`) are watched, specials left out. Next is the first that was not watched
 * behind the furthest that was, else the first of all.
 */
export function seriesState({
  seasons,
  watched,
  today,
}: {
  seasons: readonly KnownSeason[] | null;
  watched: readonly EpisodePlace[];
  today: string;
}): SeriesState {
  const regular = (seasons ?? [])
    .filter(({ seasonNumber }) => seasonNumber > 0)
    .sort((a, b) => a.seasonNumber - b.seasonNumber);
  const aired = regular.flatMap((season) => airedEpisodes(season, today));
  if (aired.length === 0) return { status: 'in_progress', next: null };

  const seen = new Set(watched.map(placeText));
  const furthest = aired.findLastIndex((place) => seen.has(placeText(place)));
  const isOpen = (place: EpisodePlace) => !seen.has(placeText(place));
  const next = aired.slice(furthest + 1).find(isOpen) ?? aired.find(isOpen) ?? null;
  return { status: next === null ? 'completed' : 'in_progress', next };
}

/** The state after an event of `eventAt` (epoch seconds): what the person set at that time or later stays. */
export function statusAfterEvent({
  own,
  derived,
  eventAt,
}: {
  /** What the person set by hand, and when; null where that never happened. */
  own: { status: TitleStatus; setAt: number } | null;
  derived: TitleStatus;
  eventAt: number | null;
}): TitleStatus {
  return own !== null && (eventAt === null || own.setAt >= eventAt) ? own.status : derived;
}

/** Of a season whose episodes are unknown, the first one stands for all. */
function airedEpisodes(season: KnownSeason, today: string): EpisodePlace[] {
  const { seasonNumber, episodes, episodeCount, airDate } = season;
  const hasAired = (date: string | null) => date !== null && date <= today;
  if (episodes === null) return episodeCount > 0 && hasAired(airDate) ? [{ seasonNumber, episodeNumber: 1 }] : [];
  return episodes
    .filter((episode) => hasAired(episode.airDate))
    .sort((a, b) => a.episodeNumber - b.episodeNumber)
    .map(({ episodeNumber }) => ({ seasonNumber, episodeNumber }));
}

const placeText = ({ seasonNumber, episodeNumber }: EpisodePlace): string => `${seasonNumber}x${episodeNumber}`;
