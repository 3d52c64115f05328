import * as z from 'zod';
import { endpoint } from '../core/contract/endpoint.ts';
import { languageSchema } from './language-contract.ts';
import { ATTENTIONS, COLLECTION_KINDS } from './viewing-rules.ts';

const params = z.object({ id: z.string().regex(/^[\w-]{1,64}$/, 'must be letters, digits, - and _, at most 64') });

/** A show by its folder or as `tmdb:<id>`, a channel or a podcast. */
export const collectionSchema = z.strictObject({
  kind: z.enum(COLLECTION_KINDS),
  id: z
    .string()
    .min(1)
    .max(255)
    .describe('The folder name, channel id or podcast id; `tmdb:<id>` of a show without one'),
});

const values = {
  language: languageSchema.nullable(),
  attention: z.enum(ATTENTIONS).nullable(),
  excluded: z.boolean().describe('Kept, but not counted'),
};

export const ruleSchema = z
  .object({
    id: z.string(),
    collection: z.object({ kind: collectionSchema.shape.kind, id: z.string(), name: z.string().nullable() }),
    ...values,
  })
  .meta({ id: 'Rule' });

export type RuleAnswer = z.output<typeof ruleSchema>;

export const listRules = endpoint({
  method: 'GET',
  path: '/rules',
  summary: 'List the rules for all viewings of a show, channel or podcast',
  answer: z.object({ rules: z.array(ruleSchema) }),
});

export const setRule = endpoint({
  method: 'PUT',
  path: '/rules/:id',
  run: true,
  summary: 'Set the language or attention of all viewings of a show, channel or podcast, or exclude them',
  params,
  body: z.strictObject({
    collection: collectionSchema,
    language: values.language.default(null),
    attention: values.attention.default(null),
    excluded: values.excluded.default(false),
  }),
  answer: ruleSchema,
  errors: [400],
});

export const removeRule = endpoint({
  method: 'DELETE',
  path: '/rules/:id',
  run: true,
  summary: 'Remove a rule; its viewings count as before',
  params,
  answer: z.object({}),
  errors: [400, 404],
});
