/** One call of an endpoint against the API on AWS. */
export interface EndpointCall {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  target: string;
  body?: unknown;
  user?: string;
  /** The status of its answer, 200 unless given. */
  status?: number;
  /** What its answer holds, beside what else. */
  like?: Record<string, unknown>;
}

const POSITION = { username: 'dora', tv_show: 'しろくま カフェ', season: 1, episode: 7 };

/**
 * Calls of endpoints that no scenario comes by, in this order, by `dora` unless they say who. A new endpoint needs a row
 * here: “every endpoint answers” names those that have none.
 */
export const ENDPOINT_CALLS: readonly EndpointCall[] = [
  { method: 'GET', target: '/stats' },
  { method: 'GET', target: '/goals' },
  { method: 'GET', target: '/batches' },
  { method: 'GET', target: '/viewings' },
  { method: 'GET', target: '/rules' },
  { method: 'GET', target: '/settings' },
  { method: 'GET', target: '/search/ids?type=series', status: 400 },
  { method: 'GET', target: '/search/playlists/%2B', status: 400 },
  { method: 'DELETE', target: '/goals/%2B', status: 400 },
  { method: 'PUT', target: '/goals/%2B', body: {}, status: 400 },
  { method: 'POST', target: '/viewings/held', body: { strange: 1 }, status: 400 },
  { method: 'POST', target: '/viewings', body: {}, status: 400 },
  { method: 'PATCH', target: '/viewings/x', body: {}, status: 400 },
  { method: 'DELETE', target: '/viewings/x', status: 400 },
  { method: 'DELETE', target: '/rules/%2B', status: 400 },
  { method: 'PUT', target: '/rules/%2B', body: {}, status: 400 },
  { method: 'PUT', target: '/settings', body: { strange: 1 }, status: 400 },
  { method: 'GET', target: '/shows', like: { shows: [{ folder_name: 'a#b', tvdb_id: 74_796 }] } },
  {
    method: 'POST',
    target: '/api/update_episode',
    body: POSITION,
    like: { message: 'Episode updated successfully', ...POSITION },
  },
  {
    method: 'GET',
    target: `/api/show_episode?${new URLSearchParams({ username: 'dora', tv_show: POSITION.tv_show }).toString()}`,
    like: POSITION,
  },
  { method: 'GET', target: '/api/show_user?username=dora', like: { username: 'dora', total_shows: 1 } },
  { method: 'GET', target: '/api/show_all', user: 'admin', like: { total_entries: 1 } },
  { method: 'GET', target: '/health', like: { status: 'ok', store: 'ok' } },
  { method: 'GET', target: '/openapi.json', like: { info: { title: 'immersion' } } },
  { method: 'GET', target: '/tmdb/movies/8392' },
  { method: 'GET', target: '/tmdb/tv/45790' },
  { method: 'GET', target: '/tmdb/tv/45790/seasons/1' },
  { method: 'GET', target: '/tmdb/people/34' },
  { method: 'GET', target: '/tmdb/collections/12' },
  { method: 'GET', target: '/tmdb/trending/movie' },
  { method: 'GET', target: '/tmdb/health' },
  { method: 'GET', target: '/tmdb/cache', user: 'admin' },
  { method: 'DELETE', target: '/tmdb/cache?expired=true', user: 'admin' },
];
