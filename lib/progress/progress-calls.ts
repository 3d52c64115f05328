import { ImmersionError } from '../core/errors.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';
import type { LateEndpoint } from '../core/contract/endpoint.ts';
import type { GoalsAnswer, listGoals } from '../goals/goals-contract.ts';
import type { getStats, StatsAnswer } from '../stats/stats-contract.ts';
import type { getProgress, ProgressAnswer } from './progress-contract.ts';

const PROGRESS: LateEndpoint<typeof getProgress> = {
  method: 'GET',
  path: '/progress',
  load: async () => (await import('./progress-contract.ts')).getProgress,
};
const STATS: LateEndpoint<typeof getStats> = {
  method: 'GET',
  path: '/stats',
  load: async () => (await import('../stats/stats-contract.ts')).getStats,
};
const GOALS: LateEndpoint<typeof listGoals> = {
  method: 'GET',
  path: '/goals',
  load: async () => (await import('../goals/goals-contract.ts')).listGoals,
};

/** Additions to `GET /progress`. */
export interface ProgressExtras {
  /** By language. */
  stats: StatsAnswer;
  goals: GoalsAnswer['goals'];
  /** By `channel:ID` and `podcast:ID`. */
  secondsOf: ReadonlyMap<string, number>;
}

export const progressOf = (api: ApiClient): Promise<ProgressAnswer> => api.call(PROGRESS);

/** Undefined if the API has no statistics. */
export async function progressExtras(api: ApiClient, progress: ProgressAnswer): Promise<ProgressExtras | undefined> {
  const hasChannels = progress.youtube_channels.length + progress.spotify_shows.length > 0;
  try {
    const [stats, { goals }, channels] = await Promise.all([
      api.call(STATS, { query: { by: 'language' } }),
      api.call(GOALS),
      hasChannels ? api.call(STATS, { query: { by: 'channel' } }) : undefined,
    ]);
    return { stats, goals, secondsOf: new Map(channels?.rows.map(({ key, seconds }) => [key, seconds])) };
  } catch (error) {
    if (error instanceof ImmersionError) return undefined;
    throw error;
  }
}
