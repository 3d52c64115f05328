import * as z from 'zod';
import { endpoint } from '../core/contract/endpoint.ts';
import { daySchema } from '../core/contract/names.ts';
import { languageSchema } from '../viewings/language-contract.ts';
import { MEDIA } from '../viewings/viewing-rules.ts';
import { GOAL_ID, GOAL_PERIODS } from './goal-rules.ts';

const idSchema = z.string().regex(GOAL_ID, 'may contain only a–z, 0–9 and -, such as daily');
const seconds = z.number().min(0);

export const goalSchema = z
  .object({
    id: z.string(),
    seconds: seconds.describe('Time to reach'),
    period: z.enum(GOAL_PERIODS).describe('`all`: everything ever recorded, undated time included'),
    medium: z.enum(MEDIA).nullable(),
    language: z.string().nullable(),
    by: z.string().nullable().describe('The deadline'),
    from: z.string().nullable().describe('The first day of the current period; null if everything counts'),
    to: z.string().nullable(),
    done_seconds: seconds,
    left_seconds: seconds,
    met: z.boolean(),
    needed_per_day_seconds: seconds
      .nullable()
      .describe('On each day left, today included; null without a deadline, or after it'),
    pace: z
      .object({ last_7_days: seconds, last_30_days: seconds, all_days: seconds })
      .describe('Average seconds per day, including today and empty days'),
    projected: z
      .object({ earliest: z.string(), latest: z.string() })
      .nullable()
      .describe('At the pace of 30 days; a range after 14 empty days; null once met, or out of reach'),
  })
  .meta({ id: 'Goal' });

export type GoalAnswer = z.output<typeof goalSchema>;

export const goalsSchema = z
  .object({ today: z.string().describe('The person’s day'), goals: z.array(goalSchema) })
  .meta({ id: 'Goals' });

export type GoalsAnswer = z.output<typeof goalsSchema>;

export const listGoals = endpoint({
  method: 'GET',
  path: '/goals',
  summary: 'List your goals: done, left, needed per day, pace and projected date',
  answer: goalsSchema,
});

export const setGoal = endpoint({
  method: 'PUT',
  path: '/goals/:id',
  summary: 'Set a goal, or replace the one with this id',
  params: z.object({ id: idSchema }),
  body: z
    .strictObject({
      seconds: z.int().min(1).max(3_600_000_000),
      period: z.enum(GOAL_PERIODS).default('all'),
      medium: z.enum(MEDIA).nullable().default(null),
      language: languageSchema.nullable().default(null),
      by: daySchema.nullable().default(null),
    })
    .refine(({ period, by }) => by === null || period === 'all', { path: ['by'], message: 'needs the period “all”' }),
  answer: goalSchema,
  errors: [400],
});

export const removeGoal = endpoint({
  method: 'DELETE',
  path: '/goals/:id',
  summary: 'Remove a goal',
  params: z.object({ id: idSchema }),
  answer: z.object({ id: z.string(), removed: z.boolean().describe('False if it did not exist') }),
  errors: [400],
});
