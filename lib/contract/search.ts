import * as z from 'zod';
import { endpoint } from './endpoint.ts';

const querySchema = z.object({ query: z.string().trim().min(1).max(200) });

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
  errors: [400, 502],
});
