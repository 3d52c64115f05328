import type { Endpoint } from '../contract/endpoint.ts';
import { ImmersionError } from '../errors.ts';

const CODE = 'endpoint_missing';

/** Feature names by path prefix of a missing endpoint; the first match counts. */
const FEATURE_NAMES: [start: string, what: string][] = [
  ['/history', 'history'],
  ['/viewings', 'history'],
  ['/batches', 'undo'],
  ['/export', 'export'],
  ['/import', 'import'],
  ['/search', 'search'],
  ['/movie', 'film matching'],
  ['/titles', 'titles'],
  ['/trakt', 'Trakt import'],
  ['/runs', 'Trakt import'],
  ['/api/update_episode', 'positions'],
  ['/api/show_', 'positions'],
  ['/api/', 'followed shows'],
  ['/tmdb', 'TMDB lookups'],
  ['/health', 'health check'],
  ['/keys', 'key check'],
];

/**
 * How gateways and apps report an unknown path; AWS's gateway calls it a missing token. A page instead of a message
 * only counts for features: elsewhere, the URL is wrong.
 */
export function isEndpointMissing(
  status: number,
  { message, code }: Record<string, unknown>,
  { path }: Pick<Endpoint, 'path'>,
): boolean {
  if (status === 403) return message === 'Missing Authentication Token';
  if (status !== 404 || (code !== undefined && code !== 'no_such_route')) return false;
  return typeof message === 'string' || featureOf(path) !== undefined;
}

/** The API lacks a feature: it implements only the tracker's contract, or is older. */
export function missingEndpoint(url: string, { method, path }: Pick<Endpoint, 'method' | 'path'>): ImmersionError {
  const what = featureOf(path) ?? `${method} ${path}`;
  return new ImmersionError(`The API at ${url} has no ${what}.`, {
    code: CODE,
    suggestions: [
      'Use a full immersion server, or unset IMMERSION_TRACKER_API_URL to keep everything on this computer.',
    ],
  });
}

const featureOf = (path: string): string | undefined => FEATURE_NAMES.find(([start]) => path.startsWith(start))?.[1];

export const isMissing = (error: unknown): boolean => error instanceof ImmersionError && error.code === CODE;

/** Empty if the API can't search: users can still enter an id. */
export async function resultsOf<T>(search: () => Promise<T[]>): Promise<T[]> {
  try {
    return await search();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
