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

export async function progressAndExtras(
  api: ApiClient,
): Promise<{ progress: ProgressAnswer; extras: ProgressExtras | undefined }> {
  if (api.isEmbedded) {
    // At once, so that the history is read once.
    const [progress, extras] = await Promise.all([progressOf(api), extrasOf(api, { withChannels: true })]);
    return { progress, extras };
  }
  // A rejected login counts as one attempt.
  const progress = await progressOf(api);
  const withChannels = progress.youtube_channels.length + progress.spotify_shows.length > 0;
  return { progress, extras: await extrasOf(api, { withChannels }) };
}

export const progressOf = (api: ApiClient): Promise<ProgressAnswer> => api.call(PROGRESS);

/** Undefined if the API has no statistics. */
async function extrasOf(
  api: ApiClient,
  { withChannels }: { withChannels: boolean },
): Promise<ProgressExtras | undefined> {
  try {
    const [stats, { goals }, channels] = await Promise.all([
      api.call(STATS, { query: { by: 'language' } }),
      api.call(GOALS),
      withChannels ? api.call(STATS, { query: { by: 'channel' } }) : undefined,
    ]);
    return { stats, goals, secondsOf: new Map(channels?.rows.map(({ key, seconds }) => [key, seconds])) };
  } catch (error) {
    if (error instanceof ImmersionError) return undefined;
    throw error;
  }
}
