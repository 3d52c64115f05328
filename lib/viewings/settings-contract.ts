import * as z from 'zod';
import { endpoint } from '../core/contract/endpoint.ts';
import { isTimeZone } from '../core/time-zone-rules.ts';
import { languageSchema } from './language-contract.ts';
import { WEEKDAYS } from './settings-rules.ts';

const zoneSchema = z
  .string()
  .max(100)
  .refine(isTimeZone, 'must be a time zone such as Europe/Berlin')
  .meta({ example: 'Europe/Berlin' });

const values = {
  day_ends_at: z.int().min(0).max(6).describe('The local hour at which a day ends'),
  week_starts_on: z.enum(WEEKDAYS),
  default_language: languageSchema.nullable().describe('For viewings without a language'),
};

export const settingsSchema = z
  .object({
    time_zone: z.string().describe('The zone that counts today'),
    time_zones: z
      .array(z.object({ from: z.string().nullable(), time_zone: z.string() }))
      .describe('The first applies to all of the past, each of the others from its day on'),
    ...values,
  })
  .meta({ id: 'Settings' });

export type SettingsAnswer = z.output<typeof settingsSchema>;

export const getSettings = endpoint({
  method: 'GET',
  path: '/settings',
  summary: 'Get your time zone, when your days and weeks begin, and your default language',
  answer: settingsSchema,
});

export const setSettings = endpoint({
  method: 'PUT',
  path: '/settings',
  summary: 'Change settings; fields left out stay unchanged',
  body: z
    .strictObject({
      time_zone: zoneSchema,
      from: z.enum(['today', 'always']).describe('Whether the time zone counts from today on, or for all of the past'),
      ...values,
    })
    .partial(),
  answer: settingsSchema,
  errors: [400],
});
