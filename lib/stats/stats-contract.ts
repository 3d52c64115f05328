import * as z from 'zod';
import { endpoint } from '../core/contract/endpoint.ts';
import { daySchema } from '../core/contract/names.ts';
import { languageSchema } from '../viewings/language-contract.ts';
import { PERIODS } from '../viewings/period-rules.ts';
import { WEEKDAYS } from '../viewings/settings-rules.ts';
import { MEDIA } from '../viewings/viewing-rules.ts';
import { SPLITS, UNKNOWN_LANGUAGE } from './split-rules.ts';

const seconds = z.number().min(0);
const count = z.int().min(0);
const sum = {
  seconds: seconds.describe('Focused time'),
  background_seconds: seconds,
  viewings: count,
};
const dayOrNull = z.string().nullable();

export const statsSchema = z
  .object({
    today: z.string().describe('The person’s day'),
    time_zone: z.string().describe('The person’s zone today'),
    week_starts_on: z.enum(WEEKDAYS),
    from: dayOrNull,
    to: dayOrNull,
    by: z.enum(SPLITS),
    total: z.object(sum),
    rows: z
      .array(z.object({ key: z.string(), label: z.string(), ...sum }))
      .describe('Add up to the total; splits by time have an `undated` row if something has no date'),
    previous: z
      .object({ from: z.string(), to: z.string(), ...sum })
      .nullable()
      .describe('The period before, up to the same point; null if the range has no start'),
    streak: z.object({
      days: count.describe('Up to today, which may still be empty'),
      from: dayOrNull,
      today: z.boolean().describe('Whether today counts already'),
      longest_days: count,
      longest_from: dayOrNull,
      longest_to: dayOrNull,
      minimum_seconds: seconds.describe('What a day needs: the daily goal, otherwise one minute'),
    }),
    sources: z
      .object({ measured_seconds: seconds, estimated_seconds: seconds })
      .describe('Of the total: known lengths, and lengths from an average or a guess'),
    notes: z
      .array(z.object({ code: z.literal('day_over_24_hours'), day: z.string(), seconds }))
      .describe('Days with more focused time than a day has'),
  })
  .meta({ id: 'Stats' });

export type StatsAnswer = z.output<typeof statsSchema>;

/** The current day, week, month or year, or everything. */
export const STATS_PERIODS = ['all', 'today', ...PERIODS] as const;

export const getStats = endpoint({
  method: 'GET',
  path: '/stats',
  summary: 'Get time watched by period, language, medium, show and more, with your streak',
  query: z
    .strictObject({
      from: daySchema.optional().describe('The first day'),
      to: daySchema.optional().describe('The last day'),
      period: z
        .enum(STATS_PERIODS)
        .optional()
        .describe('Instead of `from` and `to`: the current day, week, month or year of the person'),
      by: z.enum(SPLITS).default('day'),
      language: z
        .union([languageSchema, z.literal(UNKNOWN_LANGUAGE)])
        .optional()
        .describe(`\`${UNKNOWN_LANGUAGE}\`: what has none`),
      medium: z.enum(MEDIA).optional(),
    })
    .refine(({ from, to, period }) => period === undefined || (from === undefined && to === undefined), {
      path: ['period'],
      message: 'can’t be combined with from and to',
    })
    .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
      path: ['to'],
      message: 'must not be before from',
    }),
  answer: statsSchema,
  errors: [400],
});
