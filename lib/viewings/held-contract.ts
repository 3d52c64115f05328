import * as z from 'zod';
import { endpoint } from '../core/contract/endpoint.ts';
import { MAXIMUM_ITEMS, nameSchema, watchedIdSchema } from '../core/contract/names.ts';

const episodeSchema = z.strictObject({ folder_name: nameSchema, file_name: nameSchema });
export type EpisodeBody = z.output<typeof episodeSchema>;
const movieSchema = z.strictObject({ file_name: nameSchema });

export const findHeld = endpoint({
  method: 'POST',
  path: '/viewings/held',
  summary: 'Check which of these are recorded right now, without changing anything',
  body: z.strictObject({
    episodes: z.array(episodeSchema).max(MAXIMUM_ITEMS).default([]),
    movies: z.array(movieSchema).max(MAXIMUM_ITEMS).default([]),
    video_ids: z.array(watchedIdSchema).max(MAXIMUM_ITEMS).default([]),
    episode_ids: z.array(watchedIdSchema).max(MAXIMUM_ITEMS).default([]),
    same_place: z.boolean().default(false).describe('Also look for other files of the same season and episode'),
  }),
  answer: z.object({
    episodes: z.array(episodeSchema),
    movies: z.array(movieSchema),
    video_ids: z.array(z.string()),
    episode_ids: z.array(z.string()),
    same_place: z
      .array(episodeSchema.extend({ recorded: episodeSchema }))
      .optional()
      .describe('Episodes that are not recorded, and the recorded file of their season and episode'),
  }),
  errors: [400],
});
