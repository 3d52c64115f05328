import * as z from 'zod';
import { attributesOf, type Bounds, type Declaration, type Field } from '../field-rules.ts';
import { batchIdSchema, nameSchema, watchedIdSchema } from './names.ts';

/** The schema of exported lines: attributes without keys and user. */
export function lineSchema(declaration: Declaration, { isViewing }: { isViewing: boolean }) {
  const { type, fields, exclusive } = declaration;
  const attributes = attributesOf(declaration).flatMap((field): [string, z.ZodType][] =>
    field.isInternal ? [] : names(field).map((attribute) => [attribute, attributeSchema(field)]),
  );
  const grouped = Object.values(fields).flatMap((field) =>
    'group' in field ? attributesOf({ type, fields: field.group }) : [],
  );
  const shape = {
    type: z.literal(type),
    ...Object.fromEntries(attributes),
    ...Object.fromEntries(grouped.map((field) => [field.attribute, schemaOf(field.bounds).nullish()])),
    // Older exports have each viewing's run; an import is a run of its own.
    ...(isViewing && { batch_id: batchIdSchema.nullish() }),
  };
  const schema = z.strictObject(shape);
  if (!exclusive) return schema;
  const [one, other] = exclusive;
  const both = { properties: { [one]: { type: 'integer' }, [other]: { type: 'integer' } }, required: [one, other] };
  return schema
    .refine(
      (line) => line[one as 'type'] == null || line[other as 'type'] == null,
      `must not have both ${one} and ${other}`,
    )
    .meta({ not: both });
}

const names = ({ attribute, instead }: Field<unknown>): string[] =>
  instead ? [attribute, instead.attribute] : [attribute];

function attributeSchema({ bounds, absent, write }: Field<unknown>): z.ZodType {
  const schema = schemaOf(bounds);
  if (!absent) return schema;
  return absent.value == null || write || bounds.kind === 'flag' || bounds.kind === 'map'
    ? schema.nullish()
    : schema.default(absent.value as never);
}

function schemaOf(bounds: Bounds): z.ZodType {
  switch (bounds.kind) {
    case 'name':
      return nameSchema;
    case 'id':
      return watchedIdSchema;
    case 'flag':
      return z.boolean();
    case 'text':
      return z
        .string()
        .min(bounds.minimum)
        .max(bounds.maximum)
        .refine((text) => text.isWellFormed(), 'contains half of a surrogate pair');
    case 'pattern':
      return z.string().regex(bounds.pattern, bounds.fault);
    case 'number': {
      const number = bounds.isWhole ? z.int() : z.number();
      return number.min(bounds.minimum).max(bounds.maximum);
    }
    case 'choice':
      return z.literal([...bounds.of]);
    case 'list':
      return z.array(schemaOf(bounds.of)).max(bounds.maximum);
    case 'object':
      return z.strictObject(Object.fromEntries(Object.entries(bounds.of).map(([name, of]) => [name, schemaOf(of)])));
    case 'maybe':
      return schemaOf(bounds.of).nullable();
    case 'map':
      return z.record(z.string().regex(bounds.keys), schemaOf(bounds.of));
  }
}
