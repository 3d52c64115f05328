import * as z from 'zod';
import { endpoint } from '../core/contract/endpoint.ts';
import { querySwitchSchema, statedInstantSchema } from '../core/contract/names.ts';
import { viewingSchema } from './history-contract.ts';
import { languageSchema } from './language-contract.ts';
import { collectionSchema } from './rules-contract.ts';
import { ACTIVITIES, ATTENTIONS, CONTRACT_SOURCES, IMPORT_SOURCES, MEDIA } from './viewing-rules.ts';

export const MAXIMUM_ENTRIES = 1000;
const MAXIMUM_TITLE_CHARACTERS = 1000;
/** Longer than a lifetime, for viewings without a date. */
const MAXIMUM_SECONDS = 1_000_000 * 3600;

const titleSchema = z.string().trim().min(1).max(MAXIMUM_TITLE_CHARACTERS);
const secondsSchema = z.number().positive().max(MAXIMUM_SECONDS);
const place = z.int().min(0).max(100_000);

const refSchema = z
  .string()
  .min(1)
  .max(900)
  .refine((ref) => new TextEncoder().encode(ref).length <= 900, 'must be at most 900 bytes');

const RESERVED_SOURCES = new Set<string>([...CONTRACT_SOURCES, ...IMPORT_SOURCES]);

const entrySchema = z
  .strictObject({
    again: z
      .strictObject({ source: z.enum(CONTRACT_SOURCES), ref: refSchema })
      .describe('A recorded file or link that was watched again: adds time only; title and place come from it'),
    source: z
      .string()
      .regex(/^[a-z][a-z\d_-]{0,99}$/, 'must be a word in lower case')
      .refine((source) => !RESERVED_SOURCES.has(source), 'is reserved')
      .default('log')
      .describe('Where it comes from; with `ref` unique, so that repeats are safe'),
    ref: refSchema,
    title: titleSchema,
    collection: collectionSchema.extend({ name: titleSchema.nullable().default(null) }),
    medium: z.enum(MEDIA),
    at: statedInstantSchema,
    seconds: secondsSchema,
    seconds_source: z
      .enum(['person', 'player', 'file', 'guess'])
      .describe('Where the length comes from; person if left out'),
    language: languageSchema.nullable(),
    activity: z.enum(ACTIVITIES),
    attention: z.enum(ATTENTIONS),
    place: z.strictObject({ season: place, episode: place }),
  })
  .partial()
  .refine(({ seconds, again }) => seconds !== undefined || again !== undefined, {
    path: ['seconds'],
    message: 'must be a number',
  })
  .refine(
    ({ title, ref, again }) => title !== undefined || ref !== undefined || again !== undefined,
    'must have a title or a ref',
  )
  .meta({ anyOf: [{ required: ['seconds'] }, { required: ['again'] }] });

export type EntryBody = z.input<typeof entrySchema>;

export const addViewings = endpoint({
  method: 'POST',
  path: '/viewings',
  run: 'viewings_added',
  summary: 'Record viewings that have no file or link; those already recorded stay unchanged',
  body: z.strictObject({ viewings: z.array(entrySchema).min(1).max(MAXIMUM_ENTRIES) }),
  answer: z.object({
    viewings_added: z.int().min(0),
    known: z.int().min(0).describe('Recorded already, or removed before'),
    ids: z.array(z.string()).describe('Of each viewing, in the order of the request'),
  }),
  errors: [400],
});

const params = z.object({
  id: z.string().regex(/^[\da-f]{1,12}$/, 'must be the id of a viewing, or the beginning of one'),
});

export const changedViewingSchema = viewingSchema
  .omit({ local_at: true, day: true, language_source: true, places: true, references: true, batch_id: true })
  .extend({ collection: z.string().nullable().describe('The show, channel or podcast') })
  .meta({ id: 'ChangedViewing' });

export type ChangedViewing = z.output<typeof changedViewingSchema>;

export const editViewing = endpoint({
  method: 'PATCH',
  path: '/viewings/:id',
  run: true,
  summary: 'Change a viewing; fields left out stay unchanged',
  params,
  body: z
    .strictObject({
      at: statedInstantSchema,
      seconds: secondsSchema,
      language: languageSchema.nullable(),
      attention: z.enum(ATTENTIONS),
      activity: z.enum(ACTIVITIES),
      title: titleSchema,
    })
    .partial()
    .refine((change) => Object.keys(change).length > 0, 'must change something'),
  answer: changedViewingSchema,
  errors: [400, 404, 409],
});

export const removedViewingSchema = changedViewingSchema
  .extend({ comes_back: z.boolean().describe('The next sync records it again if its file or link is still there') })
  .meta({ id: 'RemovedViewing' });

export type RemovedViewing = z.output<typeof removedViewingSchema>;

export const removeViewing = endpoint({
  method: 'DELETE',
  path: '/viewings/:id',
  run: true,
  summary: 'Remove a viewing; an imported one is not imported again',
  params,
  query: z.strictObject({ dry_run: querySwitchSchema }),
  answer: removedViewingSchema,
  errors: [400, 404, 409],
});
