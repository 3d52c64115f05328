import type { Endpoint } from '../contract/endpoint.ts';
import { ImmersionError } from '../errors.ts';

const CODE = 'endpoint_missing';

/** What an API lacks, by how the path of the missing endpoint begins; the first row that fits counts. */
const LACKING: [start: string, what: string][] = [
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
];

/** How gateways and apps tell that an address is not theirs; AWS's gateway takes it for a missing login. */
export function isEndpointMissing(status: number, { message, code }: Record<string, unknown>): boolean {
  if (status === 403) return message === 'Missing Authentication Token';
  return status === 404 && typeof message === 'string' && (code === undefined || code === 'no_such_route');
}

/** An API that knows less than this command needs: one of the tracker's contract alone, or an older one. */
export function missingEndpoint(url: string, { method, path }: Endpoint): ImmersionError {
  const what = LACKING.find(([start]) => path.startsWith(start))?.[1] ?? `${method} ${path}`;
  return new ImmersionError(`The API at ${url} has no ${what}.`, {
    code: CODE,
    suggestions: [
      'Use a full immersion server, or unset IMMERSION_TRACKER_API_URL to keep everything on this computer.',
    ],
  });
}

/** Whether a call failed because the API does not have its endpoint. */
export const isMissing = (error: unknown): boolean => error instanceof ImmersionError && error.code === CODE;

/** What a search found; nothing where the API cannot search: a person who knows the id can still give it. */
export async function resultsOf<T>(search: () => Promise<T[]>): Promise<T[]> {
  try {
    return await search();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
