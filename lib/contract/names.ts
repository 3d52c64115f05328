import * as z from 'zod';
import { MAXIMUM_NAME_CHARACTERS, nameFault, normalizeName } from '../domain/names.ts';

/** A folder or file name, 1 to 255 characters; comes out in Unicode's composed form (NFC). */
export const nameSchema = z
  .string()
  .superRefine((name, context) => {
    const fault = nameFault(name);
    if (fault) context.addIssue({ code: 'custom', message: fault });
  })
  .overwrite(normalizeName)
  .meta({ minLength: 1, maxLength: MAXIMUM_NAME_CHARACTERS });

/** An id at TVDB or TMDB. */
export const providerIdSchema = z.int().min(1).max(2_147_483_647);

/** Items that one request may carry. */
export const MAXIMUM_ITEMS = 10_000;
