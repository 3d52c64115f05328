import { ImmersionError } from '../core/errors.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';
import { listGoals, type GoalsAnswer } from '../goals/goals-contract.ts';
import { getStats, type StatsAnswer } from '../stats/stats-contract.ts';
import type { ProgressAnswer } from './progress-contract.ts';

/** Additions to `GET /progress`. */
export interface ProgressExtras {
  /** By language. */
  stats: StatsAnswer;
  goals: GoalsAnswer['goals'];
  /** By `channel:ID` and `podcast:ID`. */
  secondsOf: ReadonlyMap<string, number>;
}

/** Undefined if the API has no statistics. */
export async function progressExtras(api: ApiClient, progress: ProgressAnswer): Promise<ProgressExtras | undefined> {
  const hasChannels = progress.youtube_channels.length + progress.spotify_shows.length > 0;
  try {
    const [stats, { goals }, channels] = await Promise.all([
      api.call(getStats, { query: { by: 'language' } }),
      api.call(listGoals),
      hasChannels ? api.call(getStats, { query: { by: 'channel' } }) : undefined,
    ]);
    return { stats, goals, secondsOf: new Map(channels?.rows.map(({ key, seconds }) => [key, seconds])) };
  } catch (error) {
    if (error instanceof ImmersionError) return undefined;
    throw error;
  }
}
