import * as z from 'zod';
import { endpoint } from '../core/contract/endpoint.ts';
import { nameSchema, providerIdSchema } from '../core/contract/names.ts';

export const trackedShowSchema = z
  .object({
    folder_name: z.string(),
    tvdb_id: z.int().nullable(),
    tvdb_name: z.string().nullable(),
    tvdb_image: z.string().nullable(),
  })
  .meta({ id: 'TrackedShow' });

/** A show folder as `GET /shows` lists it. */
export type TrackedShow = z.output<typeof trackedShowSchema>;

export const listShows = endpoint({
  method: 'GET',
  path: '/shows',
  contract: true,
  summary: 'List the tracked show folders by name',
  answer: z.object({ shows: z.array(trackedShowSchema) }),
});

export const updateShow = endpoint({
  method: 'PUT',
  path: '/show',
  contract: true,
  summary: 'Match a tracked show folder to a TVDB series',
  body: z.object({ folder_name: nameSchema, tvdb_id: providerIdSchema }),
  answer: z.object({}),
  errors: [400, 404, 409, 502],
});
