import type { EpisodePlace } from '../shows/known-season-rules.ts';

/** How far a person is in series, as the catalog of shows knows it. */
export interface SeriesProgress {
  /** Undefined where the catalog does not know the series, or not all of its episodes. */
  progressIn(user: string, tmdbId: number): Promise<{ next: EpisodePlace | null; isComplete: boolean } | undefined>;
}
