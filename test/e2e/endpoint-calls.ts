import { viewingId } from '../../lib/viewings/entry-items.ts';

/** A call of an endpoint on AWS. */
export interface EndpointCall {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  target: string;
  body?: unknown;
  user?: string;
  /** Expected status, 200 by default. */
  status?: number;
  /** Part of the expected response. */
  like?: Record<string, unknown>;
}

const TALK = { source: 'log', ref: 'talk', title: 'Crosstalk', seconds: 2700, activity: 'talking', medium: 'other' };
const TALK_ID = viewingId({ source: TALK.source, ref: TALK.ref });
const POSITION = { username: 'dora', tv_show: 'しろくま カフェ', season: 1, episode: 7 };

/**
 * Calls of endpoints that no scenario uses, in this order, by `dora` unless stated. A new endpoint needs a row here:
 * “every endpoint answers” names missing ones.
 */
export const ENDPOINT_CALLS: readonly EndpointCall[] = [
  { method: 'PUT', target: '/settings', body: { default_language: 'ja' }, like: { default_language: 'ja' } },
  { method: 'GET', target: '/settings', like: { default_language: 'ja' } },
  { method: 'POST', target: '/viewings', body: { viewings: [TALK] }, like: { viewings_added: 1, ids: [TALK_ID] } },
  { method: 'PATCH', target: `/viewings/${TALK_ID}`, body: { seconds: 1200 }, like: { id: TALK_ID, seconds: 1200 } },
  { method: 'GET', target: '/viewings?medium=other', like: { viewings: [{ id: TALK_ID, seconds: 1200 }] } },
  { method: 'GET', target: '/stats?period=all&medium=other', like: { total: { seconds: 1200 } } },
  { method: 'DELETE', target: `/viewings/${TALK_ID}`, like: { id: TALK_ID, comes_back: false } },
  {
    method: 'POST',
    target: '/viewings/held',
    body: { video_ids: ['abcdefghijk', 'aaaaaaaaaaa'] },
    like: { video_ids: ['abcdefghijk'] },
  },
  { method: 'PUT', target: '/goals/hours', body: { seconds: 5_400_000 }, like: { id: 'hours', met: false } },
  { method: 'GET', target: '/goals', like: { goals: [{ id: 'hours', seconds: 5_400_000 }] } },
  { method: 'DELETE', target: '/goals/hours', like: { removed: true } },
  {
    method: 'PUT',
    target: '/rules/ab',
    body: { collection: { kind: 'show', id: 'a#b' }, language: 'ja' },
    like: { id: 'ab', language: 'ja' },
  },
  { method: 'GET', target: '/rules', like: { rules: [{ id: 'ab' }] } },
  { method: 'DELETE', target: '/rules/ab' },
  { method: 'GET', target: '/batches' },
  { method: 'GET', target: '/search/ids?type=series&tmdb_id=45790', like: { tmdb_id: 45_790 } },
  { method: 'GET', target: '/search/shows/257571', like: { seasons: [{ season_number: 1, episode_count: 50 }] } },
  { method: 'GET', target: '/keys' },
  { method: 'GET', target: '/search/playlists/PLkitchen', like: { video_ids: ['dQw4w9WgXcQ', 'abcdefghijk'] } },
  { method: 'GET', target: '/shows', like: { shows: [{ folder_name: 'a#b', tvdb_id: 74_796 }] } },
  { method: 'PUT', target: '/movie', body: { file_name: 'Totoro', tmdb_id: 8392 } },
  { method: 'GET', target: '/movies', like: { movies: [{ file_name: 'Totoro', tmdb_id: 8392 }] } },
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
