import * as z from 'zod';
import { MAXIMUM_NAME_CHARACTERS, nameFault, normalizeName } from '../name-rules.ts';
import { RUN_ID } from '../run-header-rules.ts';

const WITHOUT_CONTROL_CHARACTERS = String.raw`^[^\u0000-\u001f\u007f-\u009f]*$`;

/** A folder or file name of 1 to 255 characters, NFC-normalized. */
export const nameSchema = z
  .string()
  .superRefine((name, context) => {
    const fault = nameFault(name);
    if (fault) context.addIssue({ code: 'custom', message: fault });
  })
  .overwrite(normalizeName)
  .meta({ minLength: 1, maxLength: MAXIMUM_NAME_CHARACTERS, pattern: WITHOUT_CONTROL_CHARACTERS });

export const providerIdSchema = z.int().min(1).max(2_147_483_647);

/** When something was watched, as stated by a client. */
export const statedInstantSchema = z
  .union([z.int().min(0), z.string().trim().min(1).max(40)])
  .nullable()
  .describe('Its end: epoch seconds or ISO 8601, local without an offset; null if the date is unknown');

/** Limit per request. */
export const MAXIMUM_ITEMS = 10_000;

/** A video's or podcast episode's id. */
export const watchedIdSchema = z
  .string()
  .superRefine((id, context) => {
    const fault = nameFault(id);
    if (fault) context.addIssue({ code: 'custom', message: fault });
  })
  .meta({ minLength: 1, maxLength: MAXIMUM_NAME_CHARACTERS, pattern: WITHOUT_CONTROL_CHARACTERS });

/** A run's id, such as a UUID. */
export const batchIdSchema = z.string().regex(RUN_ID, 'must be an id such as a UUID');

export const querySwitchSchema = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');

export const instantSchema = z.string().describe('ISO 8601 in UTC').meta({ example: '2026-10-01T18:30:00Z' });

export const MAXIMUM_QUERY_CHARACTERS = 200;

export const daySchema = z.iso.date('must be a day such as 2026-10-01').meta({ example: '2026-10-01' });
