import * as z from 'zod';
import { endpoint } from './endpoint.ts';
import { MAXIMUM_ITEMS, nameSchema } from './names.ts';

export const syncEpisodes = endpoint({
  method: 'POST',
  path: '/sync',
  summary: 'Record watched episodes; those already recorded stay as they are',
  body: z.object({
    episodes: z.array(z.object({ folder_name: nameSchema, file_name: nameSchema })).max(MAXIMUM_ITEMS),
  }),
  answer: z.object({ episodes_added: z.int().min(0) }),
  errors: [400],
});
