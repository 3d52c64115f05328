import * as z from 'zod';

/** The body of every error. A gateway's 401 only has `message`. */
export const errorSchema = z
  .looseObject({
    message: z.string().describe('One sentence for a person'),
    code: z.string().describe('A stable name in snake case'),
    details: z
      .array(
        z.union([
          z.object({ path: z.string(), message: z.string() }),
          z.object({ id: z.string(), reason: z.string(), retry: z.boolean().optional() }),
        ]),
      )
      .optional(),
  })
  .meta({ id: 'Error' });
