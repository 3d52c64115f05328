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
    items: z.array(exchangedItemSchema).describe('Shows, channels and podcasts before what is part of them'),
    left_out: z
      .array(z.object({ key: z.string().describe('What it is stored under'), reason: z.string() }))
      .describe('Stored items that no import would take'),
    next: z.string().nullable().describe('Where the next page begins; null on the last one'),
  })
  .meta({ id: 'Export' });

export type ExportAnswer = z.output<typeof exportSchema>;

export const exportItems = endpoint({
  method: 'GET',
  path: '/export',
  summary: `Everything that a person made, at most ${MAXIMUM_EXCHANGED_ITEMS} items a page`,
  query: z.object({ next: z.string().min(1).max(4096).optional() }),
  answer: exportSchema,
  errors: [400],
});

export const importSchema = z
  .object({
    items_added: z.int().min(0).describe('Items that were, or with `dry_run` would be, new'),
    items_existing: z.int().min(0).describe('Items that were there already, or twice in the request, and stay'),
    items_replaced: z.int().min(0).describe('Items that were there otherwise, and were replaced'),
    differing: z
      .array(
        z.object({
          index: z.int().describe('Its place among the items of the request'),
          attributes: z.array(z.string()).describe('What it says otherwise than what is recorded'),
          outcome: z.enum(['kept', 'replaced']).describe('What happened, or would happen, to what is recorded'),
        }),
      )
      .describe('Items that are recorded otherwise'),
    dry_run: z.boolean(),
  })
  .meta({ id: 'Import' });

export type ImportAnswer = z.output<typeof importSchema>;

export const importItems = endpoint({
  method: 'POST',
  path: '/import',
  run: 'items_added',
  summary: 'Record items of an export; those already there stay as they are, unless they are to be replaced',
  body: z.object({
    items: z.array(exchangedItemSchema).max(MAXIMUM_EXCHANGED_ITEMS),
    dry_run: z.boolean().optional(),
    replace: z.boolean().optional().describe('Items that are recorded otherwise are replaced'),
  }),
  answer: importSchema,
  errors: [400, 409],
});
