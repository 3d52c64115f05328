import * as z from 'zod';
import { endpoint } from './endpoint.ts';

export const MAXIMUM_QUERY_CHARACTERS = 200;

const querySchema = z.object({ query: z.string().trim().min(1).max(MAXIMUM_QUERY_CHARACTERS) });

export const searchResultSchema = z
  .object({
    tvdb_id: z.int(),
    name: z.string(),
    original_name: z.string().nullable(),
    year: z.int().nullable(),
    image: z.string().nullable(),
    overview: z.string().nullable(),
  })
  .meta({ id: 'SearchResult' });

/** One hit of a search at TVDB. */
export type SearchResult = z.output<typeof searchResultSchema>;

export const searchShows = endpoint({
  method: 'GET',
  path: '/search/shows',
  summary: 'Search TVDB for a series',
  query: querySchema,
  answer: z.object({ results: z.array(searchResultSchema) }),
  errors: [400, 502, 503],
});
