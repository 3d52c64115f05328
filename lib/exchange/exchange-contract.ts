import * as z from 'zod';
import { endpoint } from '../core/contract/endpoint.ts';
import { lineSchema } from '../core/contract/record-schema.ts';
import type { ExchangedItem } from './line-items.ts';
import { RECORD_KINDS } from './record-kind-items.ts';

export const MAXIMUM_EXCHANGED_ITEMS = 1000;

type Line = ReturnType<typeof lineSchema>;

/** A line of an export, by its record's declaration. */
export const exchangedItemSchema: z.ZodType<ExchangedItem> = z
  .discriminatedUnion('type', RECORD_KINDS.map((kind) => lineSchema(kind.declaration, kind)) as [Line, ...Line[]])
  .meta({ id: 'ExchangedItem' });

/** Validates a line for import. */
export function checkLine(line: unknown): { line: ExchangedItem } | { fault: string } {
  const { success, data, error } = exchangedItemSchema.safeParse(line);
  if (success) return { line: data };
  return { fault: error.issues.map((issue) => `${issue.path.join('.') || 'item'}: ${issue.message}`).join('; ') };
}

export const exportSchema = z
  .object({
    items: z.array(exchangedItemSchema).describe('Shows, channels and podcasts come before their viewings'),
    left_out: z
      .array(z.object({ key: z.string().describe('Its key in the store'), reason: z.string() }))
      .describe('Stored items that no import would accept'),
    next: z.string().nullable().describe('Where the next page begins; null on the last one'),
  })
  .meta({ id: 'Export' });

export type ExportAnswer = z.output<typeof exportSchema>;

export const exportItems = endpoint({
  method: 'GET',
  path: '/export',
  summary: `Export everything that a person recorded, at most ${MAXIMUM_EXCHANGED_ITEMS} items per page`,
  query: z.object({ next: z.string().min(1).max(4096).optional() }),
  answer: exportSchema,
  errors: [400],
});

export const importSchema = z
  .object({
    items_added: z.int().min(0).describe('Items that were, or with `dry_run` would be, new'),
    items_existing: z
      .int()
      .min(0)
      .describe('Items that existed already or came twice in the request; they stay unchanged'),
    items_replaced: z.int().min(0).describe('Items that differed and were replaced'),
    differing: z
      .array(
        z.object({
          index: z.int().describe('Its place among the items of the request'),
          attributes: z.array(z.string()).describe('Attributes that differ from what is recorded'),
          outcome: z.enum(['kept', 'replaced']).describe('What happened, or would happen, to what is recorded'),
        }),
      )
      .describe('Items that differ from what is recorded'),
    dry_run: z.boolean(),
  })
  .meta({ id: 'Import' });

export type ImportAnswer = z.output<typeof importSchema>;

export const importItems = endpoint({
  method: 'POST',
  path: '/import',
  run: 'items_added',
  summary: 'Record items of an export; existing items stay unchanged unless `replace` is set',
  body: z.object({
    items: z.array(exchangedItemSchema).max(MAXIMUM_EXCHANGED_ITEMS),
    dry_run: z.boolean().optional(),
    replace: z.boolean().optional().describe('Replace items that differ from what is recorded'),
  }),
  answer: importSchema,
  errors: [400, 409],
});
