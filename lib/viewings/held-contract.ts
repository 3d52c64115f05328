import * as z from 'zod';
import { endpoint } from '../core/contract/endpoint.ts';
import { MAXIMUM_ITEMS, nameSchema, watchedIdSchema } from '../core/contract/names.ts';

const episodeSchema = z.strictObject({ folder_name: nameSchema, file_name: nameSchema });
const movieSchema = z.strictObject({ file_name: nameSchema });

export const findHeld = endpoint({
  method: 'POST',
  path: '/viewings/held',
  summary: 'Ask which of these are recorded right now; nothing is changed',
  body: z.strictObject({
    episodes: z.array(episodeSchema).max(MAXIMUM_ITEMS).default([]),
    movies: z.array(movieSchema).max(MAXIMUM_ITEMS).default([]),
    video_ids: z.array(watchedIdSchema).max(MAXIMUM_ITEMS).default([]),
    episode_ids: z.array(watchedIdSchema).max(MAXIMUM_ITEMS).default([]),
  }),
  answer: z.object({
    episodes: z.array(episodeSchema),
    movies: z.array(movieSchema),
    video_ids: z.array(z.string()),
    episode_ids: z.array(z.string()),
  }),
  errors: [400],
});
