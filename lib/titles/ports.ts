import type { EpisodePlace } from '../shows/known-season-rules.ts';

export interface SeriesProgress {
  /** Undefined unless the catalog has all episodes of the series. */
  progressIn(user: string, tmdbId: number): Promise<{ next: EpisodePlace | null; isComplete: boolean } | undefined>;
}
