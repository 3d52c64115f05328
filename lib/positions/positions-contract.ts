import * as z from 'zod';
import { MAXIMUM_EPISODE, MAXIMUM_POSITION_NAME_CHARACTERS, MAXIMUM_SEASON } from './position-rules.ts';
import { endpoint } from '../core/contract/endpoint.ts';

export const MAXIMUM_POSITIONS = 1000;

const missingOr = (fault: string) => (issue: { input?: unknown }) => (issue.input === undefined ? 'is missing' : fault);

/** A user's name or a title, trimmed. */
const textSchema = z
  .string({ error: missingOr('must be text') })
  .trim()
  .superRefine((text, context) => {
    const fault = textFault(text);
    if (fault) context.addIssue({ code: 'custom', message: fault });
  })
  .meta({ minLength: 1, maxLength: MAXIMUM_POSITION_NAME_CHARACTERS });

function textFault(text: string): string | undefined {
  if (text === '') return 'must not be blank';
  if (!text.isWellFormed()) return 'contains half of a surrogate pair';
  const isTooLong = Array.from(text).length > MAXIMUM_POSITION_NAME_CHARACTERS;
  return isTooLong ? `must have at most ${MAXIMUM_POSITION_NAME_CHARACTERS} characters` : undefined;
}

/** A non-negative integer; numeric strings are invalid. */
function numberSchema(maximum: number) {
  const fault = `must be a whole number from 0 to ${maximum}`;
  return z
    .number({ error: missingOr(fault) })
    .refine((number) => Number.isInteger(number) && number >= 0 && number <= maximum, fault)
    .meta({ type: 'integer', minimum: 0, maximum });
}

const lastUpdatedSchema = z
  .string()
  .describe('ISO 8601 in UTC, without a zone')
  .meta({ example: '2025-01-15T10:30:00.123456' });

const watchedUpTo = { season: z.int(), episode: z.int() };

export const positionSchema = z
  .object({ username: z.string(), tv_show: z.string(), ...watchedUpTo, last_updated: lastUpdatedSchema })
  .meta({ id: 'Position' });

export type PositionAnswer = z.output<typeof positionSchema>;

export const getPosition = endpoint({
  method: 'GET',
  path: '/api/show_episode',
  contract: true,
  summary: 'Get a person’s position in a show',
  query: z.object({ username: textSchema, tv_show: textSchema }),
  answer: positionSchema,
  errors: [400, 403, 404],
});

export const positionsSchema = z
  .object({
    username: z.string(),
    shows: z
      .array(z.object({ tv_show: z.string(), ...watchedUpTo, last_updated: lastUpdatedSchema }))
      .describe('Latest update first'),
    total_shows: z.int().min(0),
  })
  .meta({ id: 'Positions' });

export type PositionsAnswer = z.output<typeof positionsSchema>;

export const listPositions = endpoint({
  method: 'GET',
  path: '/api/show_user',
  contract: true,
  summary: 'List a person’s positions',
  query: z.object({ username: textSchema }),
  answer: positionsSchema,
  errors: [400, 403],
});

export const positionUpdateSchema = z
  .object({
    message: z.literal('Episode updated successfully'),
    username: z.string(),
    tv_show: z.string(),
    ...watchedUpTo,
  })
  .meta({ id: 'PositionUpdate' });

export type PositionUpdateAnswer = z.output<typeof positionUpdateSchema>;

export const updatePosition = endpoint({
  method: 'POST',
  path: '/api/update_episode',
  contract: true,
  summary: 'Set a person’s position in a show',
  body: z.object({
    username: textSchema,
    tv_show: textSchema,
    season: numberSchema(MAXIMUM_SEASON),
    episode: numberSchema(MAXIMUM_EPISODE),
  }),
  answer: positionUpdateSchema,
  errors: [400, 403, 409],
});

export const allPositionsSchema = z
  .object({
    entries: z.array(positionSchema),
    total_entries: z.int().min(0).describe('Number of entries in this response'),
    next: z.string().nullable().optional().describe('With `limit`: where the next page begins, null on the last one'),
  })
  .meta({ id: 'AllPositions' });

export type AllPositionsAnswer = z.output<typeof allPositionsSchema>;

export const listAllPositions = endpoint({
  method: 'GET',
  path: '/api/show_all',
  contract: true,
  summary: 'List everyone’s positions (admins only)',
  query: z.object({
    limit: z.coerce.number().int().min(1).max(MAXIMUM_POSITIONS).optional().describe('All entries when left out'),
    next: z.string().min(1).max(4096).optional(),
  }),
  answer: allPositionsSchema,
  errors: [400, 403],
});
